//! Instagram Messaging: the shapes of Messenger, with stories, shares and messages that were unsent. Its instants come
//! in every unit, as text too.

use super::{Context, Item, messenger};
use crate::wire::canonical::Fault;

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    messenger::entries(body, context)
}
