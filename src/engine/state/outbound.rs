//! What left for a contact, as long as its delivery is followed.

use crate::domain::{ConversationId, DeliveryState, MailId, Timestamp};

/// How many outbound messages of one conversation are followed: the newest.
pub const OUTBOUND_MAX: usize = 32;

/// An outbound message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outbound {
    pub conversation: ConversationId,
    /// How far it came, once somebody told.
    pub delivery: Option<DeliveryState>,
    /// When it was written: a channel may say that all until an instant was read.
    pub sent_at: Timestamp,
    /// Our side wrote it elsewhere.
    pub is_echo: bool,
    /// The mail that it leaves by.
    pub mail: Option<MailId>,
}
