//! The nouns: every word of the field that the other rooms use, one sentence each.
//!
//! - **contact**: the person reaching us, known by addresses.
//! - **address / endpoint**: theirs / ours that they wrote to.
//! - **opt-out**: an address that wants no further messages of a source.
//! - **source**: one configured way in (a mailbox, a number, a chat account).
//! - **actor, role**: who sends a command, and as what.
//! - **message**: one inbound or outbound utterance.
//! - **conversation**: the lasting thread with one contact on one channel.
//! - **interaction**: one pass of a conversation through queue and agent; what is routed and measured.
//! - **offer**: a timed proposal of one interaction to one agent.
//! - **clock**: one running promise on a conversation.
//! - **escalation**: the ladder that follows a breach, rung by rung.
//! - **mail**: what leaves by SMTP: a reply, or the notice of an escalation.
//!
//! What is absent: behaviour with a memory, files, clocks, randomness. A value here is valid once made.

mod agent;
mod capacity;
mod channel;
mod digest;
mod file;
mod format;
mod id;
mod message;
mod name;
mod names;
mod rank;
mod short;
mod skill;
mod sla;
mod source;
mod spelled;
mod time;
mod update;

pub use agent::{AGENTS_MAX, AgentOrigin, Presence, Role};
pub use capacity::{Capacity, CapacityFault, WrittenCapacity};
pub use channel::{Channel, Endpoint};
pub use digest::{CommandKey, Digest};
pub use file::FileKind;
pub use format::Format;
pub use id::{
    ActorId, AgentId, ClockId, ContactId, ConversationId, InteractionId, MailId, MessageId, OfferId,
    ParseIdError, QueueId, RouteId, SkillId, SourceId,
};
pub use message::{
    Attachment, ContactCard, Content, DeliveryState, InboundMessage, Keyword, Location, MessageClass, Note,
    Party, Reply, Thread, ThreadFlag, ThreadKey, ThreadScope,
};
pub use name::{Name, NameError, NameKind};
pub use names::{Names, SITE_ACTOR};
pub use rank::RankKey;
pub use short::ShortText;
pub use skill::{Need, Needs, Proficiency, Skills};
pub use sla::{Ladder, Metric, Outcome, Promise, Rung};
pub use source::{MailSource, Source};
pub use spelled::spelled;
pub use time::{Seq, Span, Timestamp};
pub use update::{Change, InboundUpdate};
