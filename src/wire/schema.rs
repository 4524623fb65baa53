//! The interface as JSON Schema 2020-12, made from the very types that are read and written. It lies in
//! `deploy/schema/v1`, where a test compares it, so that no change of a type goes unseen.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::domain::{Digest, Name};

use super::answer::{Beaten, No, Yes};
use super::api::{
    AckEscalation, AnswerOffer, Beat, ChangePresence, Common, NoteOn, Nothing, OnConversation, ReplyTo,
    SignIn,
};
use super::canonical::message::CanonicalMessage;
use super::contacts::{LinkContacts, OneContact, UnlinkContact};
use super::hold::{FinishWrapUp, Pend, Set, Transfer};
use super::opt_out::SetOptOut;
use super::out::{DesktopHint, OutMessage};
use super::query::{ConversationFilter, InboxPage, OfferFilter, OneAgent, OneConversation, OneQueue};
use super::report::ReportDelivery;
use super::start::StartConversation;
use super::time::InstantText;
use super::twin;
use super::upsert::UpsertAgent;
use super::work::{CanonicalWork, CreateWork};

/// A record of the journal: a CloudEvent in structured JSON. The schema of `data` is the one that
/// `dataschema` names. Sequences are text, since CloudEvents integers have 32 bits.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Envelope {
    #[schemars(regex(pattern = "^1\\.0$"))]
    specversion: String,
    /// The sequence as text; with `source` it tells the record from every other.
    #[schemars(regex(pattern = "^[0-9]+$"))]
    id: String,
    /// `/switchboard/` and the prefix of the site.
    #[schemars(regex(pattern = "^/switchboard/[a-z0-9_-]{1,64}$"))]
    source: String,
    /// `switchboard.<entity>.<event>.v1`.
    #[schemars(rename = "type", regex(pattern = "^switchboard\\.[a-z_]+\\.[a-z_]+\\.v1$"))]
    kind: String,
    /// The id of what the event is about: `c12`, `o3`, the name of an agent, or `site`.
    subject: String,
    /// When it was recorded; never earlier than the record before.
    time: InstantText,
    datacontenttype: String,
    /// `urn:switchboard:event:<entity>.<event>:1`.
    dataschema: String,
    /// Its place in the journal.
    #[schemars(regex(pattern = "^[0-9]+$"))]
    seq: String,
    /// The place in the input stream up to which all was consumed.
    #[schemars(regex(pattern = "^[0-9]+$"))]
    inseq: String,
    /// Who caused it.
    actor: Name,
    /// The digest of the command whose first fact it is.
    command: Option<Digest>,
    /// When that command was asked.
    askedat: Option<InstantText>,
    /// The trace context of whoever caused it, as it came.
    traceparent: Option<String>,
    data: serde_json::Map<String, Value>,
}

/// Every schema with its name, as `event.offer.made`, sorted.
pub fn schemas() -> Vec<(String, Value)> {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut all = vec![
        finish("envelope", of::<Envelope>(&generator)),
        finish("agent.beat", of::<Beat>(&generator)),
        finish("hint.desktop", of::<DesktopHint<'static>>(&generator)),
        finish("out.message", of::<OutMessage<'static>>(&generator)),
        finish("answer.beat", of::<Beaten>(&generator)),
        finish("answer.ok", of::<Yes>(&generator)),
        finish("answer.refusal", of::<No<'static>>(&generator)),
    ];
    for (word, schema) in twin::schemas(&generator) {
        all.push(finish(&format!("event.{word}"), schema));
    }
    for (verb, schema) in commands(&generator) {
        all.push(finish(&format!("command.{verb}"), with_common(schema, &generator)));
    }
    for (verb, schema) in queries(&generator) {
        all.push(finish(&format!("query.{verb}"), schema));
    }
    for channel in ["chat", "sms"] {
        all.push(finish(&format!("input.{channel}"), canonical(&generator)));
    }
    all.push(finish("input.work", of::<CanonicalWork>(&generator)));
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

/// A canonical message, with what its kind must say.
fn canonical(generator: &SchemaGenerator) -> Schema {
    let mut schema = of::<CanonicalMessage>(generator);
    let kinds = |kinds: &[&str]| json!({ "properties": { "kind": { "enum": kinds } } });
    let said = ["message", "action", "unsupported"];
    let rules = json!([
        { "if": { "anyOf": [{ "not": { "required": ["kind"] } }, kinds(&said)] },
          "then": { "required": ["message_id", "from"] } },
        { "if": { "allOf": [{ "required": ["kind"] }, kinds(&["edit", "delete", "reaction"])] },
          "then": { "required": ["target_id"] } },
        { "if": { "allOf": [{ "required": ["kind"] }, kinds(&["status"])] },
          "then": { "required": ["delivery"] } },
    ]);
    schema.insert("allOf".to_owned(), rules);
    schema
}

fn commands(generator: &SchemaGenerator) -> Vec<(&'static str, Schema)> {
    vec![
        ("agent.presence", of::<ChangePresence>(generator)),
        ("agent.sign_in", of::<SignIn>(generator)),
        ("agent.sign_out", of::<Nothing>(generator)),
        ("agent.upsert", of::<UpsertAgent>(generator)),
        ("conversation.note", of::<NoteOn>(generator)),
        ("conversation.pend", of::<Pend>(generator)),
        ("conversation.reply", of::<ReplyTo>(generator)),
        ("conversation.requeue", of::<OnConversation>(generator)),
        ("conversation.resolve", of::<OnConversation>(generator)),
        ("conversation.resume", of::<OnConversation>(generator)),
        ("conversation.set", of::<Set>(generator)),
        ("contact.link", of::<LinkContacts>(generator)),
        ("contact.unlink", of::<UnlinkContact>(generator)),
        ("contact.set_opt_out", of::<SetOptOut>(generator)),
        ("conversation.start", of::<StartConversation>(generator)),
        ("conversation.transfer", of::<Transfer>(generator)),
        ("escalation.ack", of::<AckEscalation>(generator)),
        ("message.report", of::<ReportDelivery>(generator)),
        ("offer.accept", of::<AnswerOffer>(generator)),
        ("offer.decline", of::<AnswerOffer>(generator)),
        ("work.create", of::<CreateWork>(generator)),
        ("wrap_up.finish", of::<FinishWrapUp>(generator)),
    ]
}

fn queries(generator: &SchemaGenerator) -> Vec<(&'static str, Schema)> {
    vec![
        ("agent.get", of::<OneAgent>(generator)),
        ("agent.inbox", of::<InboxPage>(generator)),
        ("agent.list", of::<Nothing>(generator)),
        ("contact.get", of::<OneContact>(generator)),
        ("conversation.get", of::<OneConversation>(generator)),
        ("conversation.list", of::<ConversationFilter>(generator)),
        ("offer.list", of::<OfferFilter>(generator)),
        ("queue.get", of::<OneQueue>(generator)),
        ("queue.list", of::<Nothing>(generator)),
        ("status", of::<Nothing>(generator)),
    ]
}

fn of<T: JsonSchema>(generator: &SchemaGenerator) -> Schema {
    generator.clone().into_root_schema_for::<T>()
}

/// Adds the members that every command has.
fn with_common(mut schema: Schema, generator: &SchemaGenerator) -> Schema {
    let common = of::<Common>(generator).get("properties").cloned().unwrap_or_default();
    let properties =
        schema.ensure_object().entry("properties").or_insert_with(|| Value::Object(Default::default()));
    if let (Value::Object(properties), Value::Object(common)) = (properties, common) {
        properties.extend(common);
    }
    schema
}

/// Names a schema after what it is a schema of: the type names of Rust are nobody's business.
fn finish(name: &str, mut schema: Schema) -> (String, Value) {
    let (kind, word) = name.split_once('.').unwrap_or((name, "record"));
    schema.insert("$id".to_owned(), format!("urn:switchboard:{kind}:{word}:1").into());
    schema.insert("title".to_owned(), word.into());
    (name.to_owned(), schema.to_value())
}
