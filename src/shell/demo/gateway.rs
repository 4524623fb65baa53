//! The gateway: turns what people write into what their providers would deliver, and puts it into the
//! input stream, each with an acknowledgement.

use std::collections::BTreeMap;

use async_nats::jetstream::Context;
use async_nats::{Client, HeaderMap};
use bytes::Bytes;
use data_encoding::BASE64;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use super::DemoError;
use super::actor::Actor;
use super::operator::Reloaded;
use super::script::{By, Edit, Letter};
use super::story::Ledger;
use crate::domain::{Channel, Timestamp};
use crate::shell::clock::{Clock, SystemClock};
use crate::shell::inbox::Delivery;
use crate::shell::nats::jetstream;
use crate::wire::Subjects;

/// The NATS user of the gateway.
pub const USER: &str = "gateway";

/// What the gateway did that leaves no fact by itself.
#[derive(Clone, Debug)]
pub enum Notice {
    /// It delivered a message once more.
    Again { id: String },
    /// Something was stored at this place of the input stream.
    Stored { inseq: u64, what: Stored },
    /// The operator edited the configuration.
    Edited(Edit),
    /// The daemon answered a reload.
    Reloaded(Reloaded),
}

/// What was stored.
#[derive(Clone, Debug)]
pub enum Stored {
    /// A message of the script, for the first time.
    Letter { id: String },
    /// One once more.
    Again,
    /// No message.
    Garbled,
}

/// The gateway of the demo.
pub struct Gateway {
    js: Context,
    subjects: Subjects,
    /// Reads replies, as whoever sends them out would.
    reader: Actor,
    ledger: watch::Receiver<Ledger>,
    notices: mpsc::UnboundedSender<Notice>,
    delivered: BTreeMap<String, Envelope>,
}

#[derive(Clone)]
struct Envelope {
    subject: String,
    headers: HeaderMap,
    payload: Bytes,
}

/// What an answer to a reply of ours says to find back.
#[derive(Default)]
struct Back {
    in_reply_to: Option<String>,
    to: Option<String>,
}

impl Gateway {
    pub fn new(
        client: &Client,
        subjects: Subjects,
        reader: Actor,
        ledger: watch::Receiver<Ledger>,
        notices: mpsc::UnboundedSender<Notice>,
    ) -> Gateway {
        Gateway { js: jetstream(client), subjects, reader, ledger, notices, delivered: BTreeMap::new() }
    }

    /// Delivers what somebody wrote; the answer to a reply of ours only once that reply was sent.
    pub async fn deliver(&mut self, letter: &Letter) -> Result<(), DemoError> {
        let back = match &letter.answers {
            Some(earlier) => self.way_back(earlier, letter.by.unwrap_or(By::Header)).await?,
            None => Back::default(),
        };
        let envelope = self.envelope(letter, &back);
        self.delivered.insert(letter.id.clone(), envelope.clone());
        self.publish(&letter.id, envelope, Stored::Letter { id: letter.id.clone() }).await
    }

    /// Delivers the very same once more.
    pub async fn deliver_again(&mut self, id: &str) -> Result<(), DemoError> {
        let Some(envelope) = self.delivered.get(id).cloned() else { return Ok(()) };
        // The story has ended when nobody listens any more.
        let _ = self.notices.send(Notice::Again { id: id.to_owned() });
        self.publish(id, envelope, Stored::Again).await
    }

    /// Delivers what is no message.
    pub async fn garble(&mut self, subject: &str, payload: &str) -> Result<(), DemoError> {
        let subject = format!("{}.in.{subject}", self.subjects.prefix());
        let payload = Bytes::from(payload.to_owned());
        let envelope = Envelope { subject, headers: HeaderMap::new(), payload };
        self.publish("garbled", envelope, Stored::Garbled).await
    }

    async fn publish(&self, id: &str, envelope: Envelope, what: Stored) -> Result<(), DemoError> {
        let Envelope { subject, headers, payload } = envelope;
        let not_stored = |source| DemoError::NotStored { id: id.to_owned(), source };
        let ack = self.js.publish_with_headers(subject, headers, payload).await.map_err(not_stored)?;
        let stored = ack.await.map_err(not_stored)?;
        let _ = self.notices.send(Notice::Stored { inseq: stored.sequence, what });
        Ok(())
    }

    async fn way_back(&mut self, earlier: &str, by: By) -> Result<Back, DemoError> {
        let answered = self.ledger.wait_for(|ledger| ledger.is_resolved(earlier)).await;
        let place = answered.ok().and_then(|ledger| ledger.place(earlier).map(str::to_owned));
        let Some(place) = place else { return Ok(Back::default()) };
        let seen = self.reader.conversation(&place).await?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Ok(match by {
            By::Address => Back { to: text(&seen["conversation"]["reply_address"]), in_reply_to: None },
            By::Header => {
                let messages = seen["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
                let id = messages.iter().rev().find_map(|message| text(&message["reply"]["external_id"]));
                Back { in_reply_to: id, to: None }
            }
        })
    }

    fn envelope(&self, letter: &Letter, back: &Back) -> Envelope {
        let mut headers = HeaderMap::new();
        let (source, payload) = match letter.channel {
            Channel::Sms => ("main-line", sms(letter)),
            // The story has no other work.
            Channel::Chat | Channel::Work => ("web-chat", chat(letter)),
            Channel::Email => {
                let to = back.to.as_deref().or(letter.to.as_deref()).unwrap_or_default();
                headers.insert(Delivery::MAIL_FROM, letter.from.as_str());
                headers.insert(Delivery::RCPT_TO, to);
                ("help-desk", mail(letter, to, back.in_reply_to.as_deref()))
            }
        };
        let source = letter.source.as_deref().unwrap_or(source);
        let subject = self.subjects.message(letter.channel.as_str(), source);
        Envelope { subject, headers, payload: payload.into() }
    }
}

fn sms(letter: &Letter) -> String {
    let Letter { id, from, to, name, language, text, .. } = letter;
    let from = json!({ "id": from, "name": name });
    let to = to.as_deref().unwrap_or("+15550199");
    json!({ "message_id": id, "from": from, "to": to, "text": text, "language": language }).to_string()
}

fn chat(letter: &Letter) -> String {
    let Letter { id, from, name, language, text, thread, .. } = letter;
    let from = json!({ "id": from, "name": name });
    json!({ "message_id": id, "from": from, "thread_id": thread, "text": text, "language": language })
        .to_string()
}

/// A raw mail, as a mail server hands it over.
fn mail(letter: &Letter, to: &str, in_reply_to: Option<&str>) -> String {
    let Letter { id, from, name, subject, text, .. } = letter;
    let date = jiff::Timestamp::from_millisecond(SystemClock::new(Timestamp(0)).now().now.0);
    let date =
        date.ok().and_then(|date| jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_string(&date).ok());
    let mut fields = vec![
        format!("From: {} <{from}>", encoded(name)),
        format!("To: <{to}>"),
        format!("Subject: {}", encoded(subject.as_deref().unwrap_or_default())),
        format!("Message-ID: <{id}>"),
    ];
    fields.extend(date.map(|date| format!("Date: {date}")));
    fields.extend(in_reply_to.map(|id| format!("In-Reply-To: <{id}>")));
    fields.push("MIME-Version: 1.0".to_owned());
    fields.push("Content-Type: text/plain; charset=utf-8".to_owned());
    fields.push("Content-Transfer-Encoding: 8bit".to_owned());
    format!("{}\r\n\r\n{text}\r\n", fields.join("\r\n"))
}

/// A text of a header field, in ASCII (RFC 2047).
fn encoded(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { format!("=?utf-8?B?{}?=", BASE64.encode(text.as_bytes())) }
}
