//! The most that is taken of each thing (field page channels 1.6 and 5.2). What is above ends as a refusal
//! or is cut and flagged, never as an unbounded amount of work.

const KIB: usize = 1_024;

/// A raw mail.
pub const MAIL_BYTES_MAX: usize = 35 * KIB * KIB;
/// A body that lies in the bucket of bodies: what a mail may have, and some room for a larger limit.
pub const BODY_BYTES_MAX: usize = 64 * KIB * KIB;
/// A body that lies in its input message; a larger one goes into the bucket.
pub const BODY_INLINE_BYTES_MAX: usize = 512 * KIB;
/// The header block of a mail; the lines behind are not looked at.
pub const MAIL_HEADER_BYTES_MAX: usize = 256 * KIB;
/// Its lines; those behind are not looked at either.
pub const MAIL_HEADER_LINES_MAX: usize = 1_000;
/// How deep the parts of a mail are nested; what is deeper stays as it is.
pub const MAIL_DEPTH_MAX: usize = 20;
/// Parts of a mail; those behind are not looked at.
pub const MAIL_PARTS_MAX: usize = 500;
/// A canonical message with all that surrounds it.
pub const CANONICAL_BYTES_MAX: usize = 1_024 * KIB;
/// A command or a query.
pub const REQUEST_BYTES_MAX: usize = 512 * KIB;
/// The text of a message or a reply.
pub const TEXT_BYTES_MAX: usize = 256 * KIB;
/// What a button means, and what stands on it.
pub const PAYLOAD_BYTES_MAX: usize = 16 * KIB;
/// The bytes of a file within a message, in base64.
pub const DATA_BYTES_MAX: usize = 64 * KIB;
/// The subject of a mail.
pub const SUBJECT_BYTES_MAX: usize = 998;
/// A display name.
pub const NAME_BYTES_MAX: usize = 256;
/// A file name.
pub const FILENAME_BYTES_MAX: usize = 255;
/// A link to an attachment.
pub const URL_BYTES_MAX: usize = 2_048;
/// A media type.
pub const CONTENT_TYPE_BYTES_MAX: usize = 127;
/// What a contact is called: a provider's word for a user may be longer than what is written to
/// ([`crate::domain::Channel::ADDRESS_BYTES_MAX`]).
pub const CONTACT_BYTES_MAX: usize = 320;
/// A provider's id of a message or a thread.
pub const EXTERNAL_ID_BYTES_MAX: usize = 998;
/// A language tag.
pub const LANGUAGE_BYTES_MAX: usize = 35;
/// The id that an actor gives a command, in characters.
pub const COMMAND_ID_CHARS_MAX: usize = 128;
/// The code of a delivery report, in characters.
pub const CODE_CHARS_MAX: usize = 64;
/// Attachments that are listed.
pub const ATTACHMENTS_MAX: usize = 100;
/// Cards of people that are listed.
pub const CARDS_MAX: usize = 100;
/// Numbers on one of them.
pub const PHONES_MAX: usize = 20;
/// Recipients that are listed.
pub const RECIPIENTS_MAX: usize = 200;
/// Ids of In-Reply-To.
pub const IN_REPLY_TO_MAX: usize = 10;
/// Ids of References that are kept, so that an answer can name them.
pub const REFERENCES_KEPT_MAX: usize = 20;
/// Ids from the begin of References: ours can be the second.
pub const REFERENCES_FIRST_MAX: usize = 2;
/// Ids from the end of References.
pub const REFERENCES_LAST_MAX: usize = 100;
/// How far a priority may go, up and down, as in the configuration.
pub const PRIORITY_MAX: i32 = 1_000_000;
/// Entries on a page of a list.
pub const PAGE_MAX: u32 = 200;
/// The most bytes of one message's content as it stands in the journal. With what a step records besides,
/// and what its group may hold already, it stays under the server's 1 MiB.
pub const CONTENT_BYTES_MAX: usize = 640 * KIB;
