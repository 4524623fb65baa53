//! A configured way in.

use super::{Channel, Endpoint, Name};

/// One mailbox, number or chat account, as the decoder needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name: the last token of the subject `<p>.in.<channel>.<source>`.
    pub name: Name,
    /// The channel that it carries.
    pub channel: Channel,
    /// Our addresses on it. The first is the one that stands where a message names none of them.
    pub addresses: Vec<Endpoint>,
}
