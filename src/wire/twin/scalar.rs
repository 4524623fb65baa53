//! What the twins are made of: names to numbers, and the schemas of ids and digests.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::domain::{
    AgentId, ClockId, ContactId, ConversationId, Digest, InteractionId, MailId, MessageId, Name, NameKind,
    Names, OfferId, QueueId, RouteId, SkillId, SourceId,
};

/// A member without which its neighbours make no sense: records of an early time have none of them, no record a
/// part of them.
pub(super) fn told<T>(member: Option<T>, name: &str) -> Result<T, String> {
    member.ok_or_else(|| format!("missing member `{name}`"))
}

/// The number of a name of this kind; a record can only use what an earlier `site.named` named.
fn find<I>(found: Option<I>, kind: NameKind, name: &str) -> Result<I, String> {
    // A name that no event named is a fault of ours or a foreign hand; it is configured, never personal.
    found.ok_or_else(|| format!("no event before it named the {kind:?} `{name}`").to_lowercase())
}

/// The same, typed, for each kind of id.
macro_rules! finders {
    ($($id:ident $kind:ident $finder:ident $find:ident;)*) => {$(
        pub(super) fn $finder(names: &Names, name: &str) -> Result<$id, String> {
            find(names.$find(name), NameKind::$kind, name)
        }
    )*};
}

finders! {
    AgentId Agent agent find_agent;
    QueueId Queue queue find_queue;
    RouteId Route route find_route;
    SkillId Skill skill find_skill;
    SourceId Source source find_source;
}

/// Texts of one form.
macro_rules! text_schemas {
    ($($type:ty, $name:literal, $pattern:expr, $doc:literal;)*) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "description": $doc })
            }
        }
    )*};
}

text_schemas! {
    ContactId, "ContactId", "^k(0|[1-9][0-9]*)$", "A contact.";
    ConversationId, "ConversationId", "^c(0|[1-9][0-9]*)$", "A conversation.";
    InteractionId, "InteractionId", "^i(0|[1-9][0-9]*)$", "An interaction.";
    OfferId, "OfferId", "^o(0|[1-9][0-9]*)$", "An offer.";
    MessageId, "MessageId", "^m(0|[1-9][0-9]*)$", "A message.";
    ClockId, "ClockId", "^t(0|[1-9][0-9]*)$", "A clock, and the escalation of the same number.";
    MailId, "MailId", "^e(0|[1-9][0-9]*)$", "A mail that is owed.";
    Digest, "Digest", "^[0-9a-f]{32}$", "A keyed digest.";
    Name, "Name", "^[a-z0-9_-]{1,64}$", "A configured name.";
}
