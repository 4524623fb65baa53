//! Bytes to typed values and back: input to messages and commands, journal records to events, answers.
//!
//! Everything here is a pure function of its arguments: no clock, randomness, environment, file, lock or
//! task. Hostile input ends as an error value with a sentence that repeats nothing of the input, since
//! that sentence becomes public; a panic here is a bug of ours. The one outside parser that has panicked
//! in its past is the mail parser, so the shell runs [`Decoder::decode`] behind its panic guard.
//!
//! - [`subject`]: the table of subjects, both ways.
//! - [`journal`]: a record of the journal to its line and back; `layout` is the
//!   order of its attributes, `twin` the public form of each event.
//! - [`digest`]: what the site's secret makes: digests, reply tokens, our own Message-IDs.
//! - [`decoder`] with `email`, `sms`, `chat`, `work`: input of the channels; `address`: who a contact is.
//! - [`format`]: one file per provider, its body to canonical messages ([`canonical`]); `mail`: raw mail.
//! - `clean`: what somebody else wrote, without what we do not keep, before anything is made of it.
//! - [`inbound`]: canonical messages to what the engine is told, with digests for what is personal.
//! - `number`, `sender`, `segments`, `keyword`: what short messages have of their own; [`concat`]: those that were cut.
//! - `body`: a body that lies outside of its message.
//! - [`api`] with `start`, `work`, `upsert`: commands, queries and their answers.
//! - `out`: what gateways are handed to send.
//! - [`steps`]: what reading takes, counted.
//! - [`schema`]: all of it as JSON Schema; [`asyncapi`]: what of it goes by which subject.

pub(crate) mod address;
mod answer;
mod body;
pub mod card;
pub mod canonical;
mod chat;
mod clean;
pub mod concat;
mod contacts;
mod email;
mod email_canonical;
mod email_given;
mod fault;
mod filename;
mod fit;
pub mod format;
mod hold;
pub mod inbound;
pub(crate) mod keyword;
pub mod language;
mod layout;
pub(crate) mod mail;
pub mod normalize;
pub(crate) mod number;
mod opt_out;
mod out;
mod query;
mod report;
pub(crate) mod segments;
pub(crate) mod sender;
mod sms;
mod start;
mod surrogates;
pub(crate) mod text;
pub(crate) mod time;
mod trace;
mod twin;
mod upsert;
mod work;
pub mod api;
pub mod asyncapi;
pub mod decoder;
pub mod digest;
pub mod journal;
pub mod limits;
pub mod schema;
pub mod steps;
pub mod subject;

pub(crate) use address::canonical_mail;
pub use answer::{Lease, answer_beat, answer_from_record, answer_ok, answer_refusal};
pub use api::{Occasion, Request, RequestFault, Requests};
pub use body::{BodyRef, BodyRefFault};
pub use concat::{Buffer, Joined, Part};
pub use decoder::{DecodeError, Decoded, Decoder, Input, Tokens};
pub use digest::Keys;
pub(crate) use email::decode_mail;
pub use inbound::Inbound;
pub use journal::{Line, RecordFault};
pub use out::{Hint, desktop_hint, out_message};
pub use query::{ConversationFilter, ConversationState, InboxPage, OfferFilter, Query};
pub use subject::{Call, InputSubject, Subjects};
pub use time::{InstantText, format_instant, parse_instant};
pub use trace::Traceparent;
