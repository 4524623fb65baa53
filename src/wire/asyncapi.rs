//! The interface as one AsyncAPI 3.0 document: which subject carries what, who sends it, who receives it,
//! and by which JSON Schema it is written. It is made from the table of schemas and lies beside them in
//! `deploy/schema/v1`, to which its references are relative; a test compares it with the file and its
//! addresses with [`super::subject`].
//!
//! What is absent: where the server is and how one signs in there, which is the operator's; the leader's
//! own traffic, which is nobody else's.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::domain::Channel;

use super::journal::type_of;
use super::out::Hint;
use super::schema;

/// Messages that no schema describes: what was sent, as it was sent.
const MAIL: &str = "input.email";
const DEAD: &str = "dead";
const OUT: &str = "out.message";
const DESKTOP: &str = "hint.desktop";
/// The facts that desktops are hinted at.
const HINTED: [&str; 23] = [
    "event.agent.signed_in",
    "event.conversation.told",
    "event.escalation.raised",
    "event.interaction.assigned",
    "event.interaction.closed",
    "event.interaction.pended",
    "event.interaction.queued",
    "event.interaction.resumed",
    "event.message.deleted",
    "event.message.delivery",
    "event.message.echoed",
    "event.message.edited",
    "event.message.extended",
    "event.message.reacted",
    "event.message.received",
    "event.offer.accepted",
    "event.offer.declined",
    "event.offer.expired",
    "event.offer.made",
    "event.offer.rescinded",
    "event.policy.applied",
    "event.site.led",
    "event.wrap_up.started",
];

/// The document.
pub fn document() -> Value {
    let schemas = schema::schemas();
    let of = |kind: &str| names(&schemas, kind);
    let facts: Vec<&str> =
        of("event.").into_iter().filter(|name| !name.starts_with("event.content.")).collect();
    let content = of("event.content.");
    let (commands, inputs) = (of("command."), of("input."));
    let requests = [commands.clone(), of("query.")].concat();
    json!({
        "asyncapi": "3.0.0",
        "id": "urn:switchboard:asyncapi:1",
        "info": {
            "title": "Switchboard",
            "version": "1.0.0",
            "description": "An omnichannel message router on NATS. Within version 1 what it sends only \
                grows: pass over members that you do not know. Of what it receives, requests are read \
                strictly and messages of contacts are not.",
            "license": { "name": "Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "channels": {
            "input": input(&[&inputs[..], &[MAIL]].concat()),
            "command": command(&commands),
            "api": api(&requests),
            "answer": answer(&of("answer.")),
            "fact": fact(&facts),
            "content": content_channel(&content),
            "live": live(&facts),
            "dead": dead(),
            "agent_beat": agent_beat(),
            "out": out(),
            "hint": hint(&facts),
        },
        "operations": operations(),
        "components": { "messages": messages(&schemas) },
    })
}

fn names<'a>(schemas: &'a [(String, Value)], kind: &str) -> Vec<&'a str> {
    schemas.iter().map(|(name, _)| name.as_str()).filter(|name| name.starts_with(kind)).collect()
}

fn input(messages: &[&str]) -> Value {
    let parameters = json!({
        "channel": { "description": "The channel of the source.", "enum": Channel::ALL.map(Channel::as_str) },
        "source": source(),
    });
    channel(
        "{prefix}.in.{channel}.{source}",
        "What contacts wrote. The stream <PREFIX>_IN keeps it: read its acknowledgement, since a full stream \
            refuses.",
        parameters,
        messages,
    )
}

fn command(messages: &[&str]) -> Value {
    channel(
        "{prefix}.in.command.{actor}.{verb}",
        "Commands that need no answer but must not be lost. The stream <PREFIX>_IN keeps them; a refusal is \
            the event command.rejected.",
        json!({ "actor": actor(), "verb": verb(messages) }),
        messages,
    )
}

fn api(messages: &[&str]) -> Value {
    channel(
        "{prefix}.api.{actor}.{verb}",
        "Commands and queries, as NATS requests. The reply subject must begin with _INBOX.; the answer \
            leaves once what it tells is durable.",
        json!({ "actor": actor(), "verb": verb(messages) }),
        messages,
    )
}

fn answer(messages: &[&str]) -> Value {
    json!({
        "address": null,
        "description": "The reply subject of a request. A refusal is also told by the headers \
            Nats-Service-Error and Nats-Service-Error-Code.",
        "messages": refer(messages),
    })
}

fn fact(messages: &[&str]) -> Value {
    channel(
        "{prefix}.evt.{entity}.{event}.{part}",
        "The journal: what happened, in order. The stream <PREFIX>_EVENTS keeps it; read it with a \
            JetStream consumer.",
        json!({ "entity": words(messages, 1), "event": words(messages, 2), "part": part() }),
        messages,
    )
}

fn content_channel(messages: &[&str]) -> Value {
    channel(
        "{prefix}.content.{event}.{part}",
        "The personal part of the journal: texts, names, clear addresses. In the same stream and order as \
            the facts, so that a consumer may leave it out.",
        json!({ "event": words(messages, 2), "part": part() }),
        messages,
    )
}

fn live(messages: &[&str]) -> Value {
    channel(
        "{prefix}.live.{entity}.{event}.{part}",
        "Facts of the journal once more, for whoever listens just now: a hint that may be missed.",
        json!({ "entity": words(messages, 1), "event": words(messages, 2), "part": part() }),
        messages,
    )
}

fn dead() -> Value {
    let channel_word = json!({ "description": "The token that it came by, or unknown." });
    channel(
        "{prefix}.dead.{channel}.{source}",
        "Input that could not be understood, whole. The stream <PREFIX>_DEAD keeps it.",
        json!({ "channel": channel_word, "source": channel_word }),
        &[DEAD],
    )
}

fn agent_beat() -> Value {
    channel(
        "{prefix}.agent.{agent}.beat",
        "That an agent's desktop is alive, some times within each presence lease. As a request it is \
            answered by who holds the lease.",
        json!({ "agent": { "description": "The agent, who is the sender." } }),
        &["agent.beat"],
    )
}

fn out() -> Value {
    let channels = [Channel::Chat, Channel::Sms].map(Channel::as_str);
    channel(
        "{prefix}.out.{channel}.{source}",
        "What a gateway must send to contacts. The stream <PREFIX>_OUT keeps it for seven days; read it with a \
            durable JetStream consumer of your sources, and acknowledge what the provider has taken.",
        json!({
            "channel": { "description": "The channel of the source.", "enum": channels },
            "source": source(),
        }),
        &[OUT],
    )
}

fn hint(facts: &[&str]) -> Value {
    let hinted = facts.iter().copied().filter(|name| HINTED.contains(name));
    let messages: Vec<&str> = hinted.chain([DESKTOP]).collect();
    channel(
        "{prefix}.agent.{agent}.{hint}",
        "What concerns an agent or supervisor just now, for the desktops: a fact of the journal, once it is \
            durable. A hint may be missed; inbox says that everything is to be read anew.",
        json!({
            "agent": { "description": "Whom it concerns." },
            "hint": { "description": "What it is about.", "enum": Hint::ALL.map(Hint::as_str) },
        }),
        &messages,
    )
}

/// What the daemon does; each says who is at the other end.
fn operations() -> Value {
    let operation = |action: &str, channel: &str, summary: &str| json!({ "action": action, "channel": pointer("channels", channel), "summary": summary });
    let answered = |mut operation: Value, answers: &[&str]| {
        let messages: Vec<Value> =
            answers.iter().map(|name| pointer("channels/answer/messages", name)).collect();
        operation["reply"] = json!({ "channel": pointer("channels", "answer"), "messages": messages });
        operation
    };
    json!({
        "take_input": operation("receive", "input", "Gateways send what contacts wrote."),
        "take_command": operation("receive", "command", "Trusted backends send commands."),
        "take_request": answered(
            operation("receive", "api", "Desktops and backends ask, and are answered at once."),
            &["answer.ok", "answer.refusal"],
        ),
        "hear_desktop": answered(
            operation("receive", "agent_beat", "Desktops say that they are alive."),
            &["answer.beat"],
        ),
        "record_fact": operation("send", "fact", "Every integrator may read what happened."),
        "record_content": operation("send", "content", "Who may see personal data reads it here."),
        "repeat_fact": operation("send", "live", "Whoever watches hears that something happened."),
        "hand_out": operation("send", "out", "Gateways send what agents answered."),
        "hint": operation("send", "hint", "Desktops hear of what concerns their agent."),
        "bury_input": operation("send", "dead", "Operators read what could not be understood."),
    })
}

fn messages(schemas: &[(String, Value)]) -> Map<String, Value> {
    let mut messages: Map<String, Value> = schemas
        .iter()
        .filter(|(name, _)| name != "envelope")
        .map(|(name, schema)| (name.clone(), message(name, schema)))
        .collect();
    messages.insert(MAIL.to_owned(), mail());
    messages.insert(DEAD.to_owned(), dead_letter());
    messages
}

fn message(name: &str, schema: &Value) -> Value {
    let file = json!({ "$ref": format!("./{name}.json") });
    let summary = schema.get("description").cloned().unwrap_or_default();
    let Some(word) = name.strip_prefix("event.") else {
        return json!({ "name": name, "summary": summary, "payload": file });
    };
    let kind = type_of(word);
    let own = json!({ "properties": { "type": { "const": kind }, "data": file } });
    json!({
        "name": kind,
        "summary": summary,
        "contentType": "application/cloudevents+json",
        "payload": { "allOf": [{ "$ref": "./envelope.json" }, own] },
    })
}

fn mail() -> Value {
    let header = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "name": MAIL,
        "summary": "A mail, as it came (RFC 5322).",
        "contentType": "message/rfc822",
        "headers": { "type": "object", "properties": {
            "Switchboard-Mail-From": header("The sender of its envelope."),
            "Switchboard-Rcpt-To": header("A recipient of its envelope; as often as there are recipients."),
            "Switchboard-Body": header("Where its body lies in the bucket of bodies, when it is not here: \
                `sha256=<hex>; size=<bytes>`. The digits are its name there."),
        } },
        "payload": { "type": "string" },
    })
}

fn dead_letter() -> Value {
    let header = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "name": DEAD,
        "summary": "The input, byte by byte.",
        "contentType": "application/octet-stream",
        "headers": { "type": "object", "properties": {
            "Switchboard-Seq": header("The sequence of the event input.refused."),
            "Switchboard-Ordinal": header("Its place among the effects of that event."),
            "Switchboard-Code": header("Why, as one word."),
            "Switchboard-Reason": header("Why, as a sentence."),
            "Switchboard-Subject": header("The subject that it came by."),
            "Switchboard-Inseq": header("Its sequence in the input stream."),
            "Switchboard-Cut": header("How many bytes it had, where it is not here whole; or `gone`."),
            "Switchboard-Body": header("Where its body lies in the bucket of bodies."),
        } },
        "payload": {},
    })
}

/// A channel below the prefix of its site.
fn channel(address: &str, description: &str, mut parameters: Value, messages: &[&str]) -> Value {
    parameters["prefix"] = json!({ "description": "The site.", "default": "switchboard" });
    json!({
        "address": address,
        "description": description,
        "parameters": parameters,
        "messages": refer(messages),
    })
}

fn refer(messages: &[&str]) -> Map<String, Value> {
    messages.iter().map(|name| ((*name).to_owned(), pointer("components/messages", name))).collect()
}

fn pointer(folder: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/{folder}/{name}") })
}

fn actor() -> Value {
    json!({ "description": "Who asks: the sender's own name, under which alone it may publish." })
}

fn source() -> Value {
    json!({ "description": "The configured way in." })
}

/// Verbs are the names of requests without their kind.
fn verb(messages: &[&str]) -> Value {
    let verbs = messages.iter().filter_map(|name| name.split_once('.'));
    let verbs: BTreeSet<&str> = verbs.map(|(_, verb)| verb).collect();
    json!({ "description": "What is asked: one token or two, the name of the message.", "enum": verbs })
}

/// What stands at this place of the names.
fn words(messages: &[&str], place: usize) -> Value {
    let words: BTreeSet<&str> = messages.iter().filter_map(|name| name.split('.').nth(place)).collect();
    json!({ "enum": words })
}

fn part() -> Value {
    json!({ "description": "00 to ff: the CRC-32 of the CloudEvents subject modulo 256, so that consumers \
        can share the work and all of one thing goes to one of them." })
}
