//! One row, carried out.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::post::{address, raw, text, texts};
use super::site::{AGENT, SUPERVISOR, policy, sources};
use crate::domain::{
    Channel, ContactId, ConversationId, DeliveryState, InboundMessage, MessageClass, MessageId, Name, Source,
    ThreadFlag, Timestamp,
};
use crate::engine::command::{Command, Door, Order};
use crate::engine::event::{ContentPart, Event};
use crate::engine::{Engine, Rejection, site_order};
use crate::wire::api::Occasion;
use crate::wire::subject::Subjects;
use crate::wire::{Decoded, Decoder, Inbound, Input, Keys, Request, Tokens, parse_instant};

/// The secret of a site that exists for one row.
const SECRET: [u8; 32] = [7; 32];
const PREFIX: &str = "row";
/// More slices of due work than any row needs in one go.
const SLICES_MAX: usize = 100_000;

/// What came of an event.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub is_inbound: bool,
    pub is_duplicate: bool,
    pub reopened: bool,
    pub new_participant: bool,
    pub may_auto_reply: bool,
    pub conversation: Option<ConversationId>,
    pub message: Option<MessageId>,
    pub follow_up_of: Option<ConversationId>,
    pub related: Option<ConversationId>,
    pub class: Option<MessageClass>,
    pub flags: Vec<ThreadFlag>,
    pub decoder_flags: Vec<String>,
    /// By which it stands in its conversation: when it was written, then when it came.
    pub place: Option<(Timestamp, MessageId)>,
}

/// A row, carried out.
pub(super) struct Run {
    engine: Engine,
    sources: Vec<Source>,
    now: Timestamp,
    inseq: u64,
    /// The ids that our mails were given, by those of the row.
    issued: BTreeMap<String, String>,
    /// The contact's address of each contact, as the row writes it.
    contacts: BTreeMap<String, ContactId>,
    /// The conversation of each id that a mail of the row bears.
    by_id: BTreeMap<String, ConversationId>,
    /// The conversation of each label that an event begins.
    labels: BTreeMap<String, ConversationId>,
    /// What came of each event, in their order.
    pub told: Vec<(String, Told)>,
}

type Outcome<T> = Result<T, String>;

impl Run {
    /// Carries a row out.
    pub(super) fn of(row: &Value) -> Outcome<Run> {
        let config = row.get("config").unwrap_or(&Value::Null);
        let sources = sources(config);
        let policy = policy(config, &sources)?;
        let events: Vec<&Value> = row.get("events").and_then(Value::as_array).into_iter().flatten().collect();
        let first = *events.first().ok_or("the row has no events")?;
        let now = at(first)?;
        let mut run = Run {
            engine: Engine::new(),
            sources,
            now,
            inseq: 0,
            issued: BTreeMap::new(),
            contacts: BTreeMap::new(),
            by_id: BTreeMap::new(),
            labels: BTreeMap::new(),
            told: Vec::new(),
        };
        let lead = Command::Lead { epoch: 1, instance: "row".to_owned(), version: "1".to_owned() };
        run.site(lead)?;
        run.site(Command::AdoptPolicy(policy.into()))?;
        let same_date = row.get("same_date").and_then(Value::as_bool).unwrap_or_default();
        for event in events.iter().copied() {
            run.pass(at(event)?)?;
            let date = if same_date { at(first)? } else { at(event)? };
            let id = text(event, "id").ok_or("an event has no id")?.to_owned();
            let told = match (text(event, "action"), text(event, "direction")) {
                (Some(action), _) => run.act(action, event).map(|()| None),
                (None, Some("out")) => run.send(event).map(Some),
                _ => run.receive(event, date, row).map(Some),
            }?;
            let conversation = told.as_ref().and_then(|told| told.conversation);
            let own = text(event, "message_id").map(|id| id.trim().to_owned());
            run.by_id.extend(own.zip(conversation));
            run.told.extend(told.map(|told| (id, told)));
        }
        Ok(run)
    }

    /// What came of an event.
    pub(super) fn event(&self, id: &str) -> Option<&Told> {
        self.told.iter().find(|(known, _)| known == id).map(|(_, told)| told)
    }

    /// The first event of a conversation.
    pub(super) fn first_of(&self, conversation: ConversationId) -> Value {
        let first = self.told.iter().find(|(_, told)| told.conversation == Some(conversation));
        first.map_or(Value::Null, |(id, _)| json!(id))
    }

    /// Every message as an agent sees them: in the order that they were written.
    pub(super) fn order(&self) -> Value {
        let mut placed: Vec<_> =
            self.told.iter().filter_map(|(id, told)| Some((told.place?, id.as_str()))).collect();
        placed.sort_unstable();
        placed.into_iter().map(|(_, id)| Value::from(id)).collect()
    }

    /// How far a message of ours came.
    pub(super) fn delivery(&self, message: MessageId) -> Option<DeliveryState> {
        self.engine.state().outbound(message)?.delivery
    }

    /// The mailboxes that a conversation lists.
    pub(super) fn mailboxes(&self, conversation: ConversationId) -> Vec<String> {
        let state = self.engine.state();
        let listed = state.conversation(conversation);
        let listed = listed.into_iter().flat_map(|it| std::iter::once(&it.source).chain(it.also.iter()));
        listed.map(|source| state.names.source(*source).to_string()).collect()
    }

    fn receive(&mut self, event: &Value, date: Timestamp, row: &Value) -> Outcome<Told> {
        let given = texts(event, "envelope_to");
        let addressed: Vec<&str> = texts(event, "to").into_iter().chain(texts(event, "cc")).collect();
        let meant = if given.is_empty() { &addressed } else { &given };
        let source = self.mailbox(meant).or_else(|| self.mailbox(&addressed)).or_else(|| {
            // Its own domain of reply tokens has to be somebody's: of the mailbox that the row writes to.
            let events = row.get("events").and_then(Value::as_array).into_iter().flatten();
            let ours = events.flat_map(|event| [texts(event, "to"), texts(event, "cc")].concat());
            ours.map(|address| vec![address]).find_map(|address| self.mailbox(&address))
        });
        let source = source.or_else(|| self.sources.first().map(|source| source.name.clone()));
        let source = source.ok_or("the row has no mailboxes")?;
        let mail = raw(event, date, &|text| self.with_our_ids(text));
        let rcpt_to: Vec<&str> = if given.is_empty() { self.ours(&addressed) } else { given };
        self.inseq += 1;
        let subject = format!("{PREFIX}.in.email.{source}");
        let from = address(event.get("from"));
        let input = Input {
            subject: &subject,
            payload: &mail,
            mail_from: text(event, "envelope_from").or(from),
            rcpt_to: &rcpt_to,
            language: None,
            inseq: self.inseq,
            stored_at: self.now,
        };
        let decoded = self.decoder(row)?.decode(&input).map_err(|fault| fault.to_string())?;
        let Decoded::Inbound(all) = decoded else { return Err("a mail is no command".to_owned()) };
        let mut told = Told { is_inbound: true, ..Told::default() };
        // The input is consumed by the next one: a mail may tell several things.
        let door = Door::Piece { inseq: self.inseq, stored_at: self.now };
        for inbound in all {
            let command = match inbound {
                Inbound::Message(message) => {
                    told.decoder_flags = message.content.flags.clone();
                    told.may_auto_reply = may_auto_reply(&message);
                    Command::ReceiveMessage(message)
                }
                Inbound::Update(update) => Command::ReceiveUpdate(update),
                Inbound::Part(_) | Inbound::Ignored(_) => continue,
                Inbound::Refused(code, reason) => return Err(format!("{code}: {reason}")),
            };
            match self.engine.handle(self.now, &Order { door, ..site_order(command) }) {
                Err(Rejection::DuplicateMessage) => told.is_duplicate = true,
                Err(fault) => return Err(fault.to_string()),
                Ok(_) => self.note(&mut told, from),
            }
        }
        Ok(told)
    }

    /// A mail of ours: an answer where it names a conversation or its recipient has one, else the first of
    /// one.
    fn send(&mut self, event: &Value) -> Outcome<Told> {
        let to = texts(event, "to").first().copied().unwrap_or_default();
        let body = text(event, "text").filter(|text| !text.is_empty()).unwrap_or("text");
        let conversation = self.answered(event, to);
        let (actor, verb, asked) = match conversation {
            Some(conversation) => {
                (SUPERVISOR, "conversation.reply", json!({ "conversation": conversation, "text": body }))
            }
            None => {
                let from = address(event.get("from")).unwrap_or_default();
                let source = self.mailbox(&[from]).or_else(|| self.sources.first().map(|it| it.name.clone()));
                self.sign_in()?;
                let subject = text(event, "subject").unwrap_or("text");
                let asked =
                    json!({ "source": source, "to": { "address": to }, "subject": subject, "text": body });
                (AGENT, "conversation.start", asked)
            }
        };
        let actor: Name = actor.parse().map_err(|_| "an actor is no name")?;
        let occasion = Occasion { epoch: 1, number: self.inseq };
        self.inseq += 1;
        let payload = asked.to_string();
        let decoder = self.decoder(&Value::Null)?;
        let request = decoder.requests().parse(verb, &actor, Door::Api, occasion, payload.as_bytes());
        let Request::Command(order) = request.map_err(|fault| fault.message)? else {
            return Err("a mail is no query".to_owned());
        };
        self.engine.handle(self.now, &order).map_err(|fault| fault.to_string())?;
        let mut told = Told::default();
        self.note(&mut told, Some(to));
        if let (Some(label), Some(conversation)) = (text(event, "conversation"), told.conversation) {
            self.labels.insert(label.to_owned(), conversation);
        }
        for id in texts(event, "message_id") {
            let bare = id.trim().trim_matches(['<', '>']).to_owned();
            self.issued.extend(self.last_id().map(|issued| (bare, issued)));
        }
        Ok(told)
    }

    /// The conversation that a mail of ours answers.
    fn answered(&self, event: &Value, to: &str) -> Option<ConversationId> {
        let label = text(event, "conversation").and_then(|label| self.labels.get(label)).copied();
        let target = text(event, "target").and_then(|id| self.event(id)?.conversation);
        let is_open = |id: &ConversationId| {
            self.engine.state().conversation(*id).is_some_and(|it| it.interaction.is_some())
        };
        let contact = self.contacts.get(&to.to_lowercase()).filter(|_| text(event, "conversation").is_none());
        let newest = contact.and_then(|contact| {
            let of_contact =
                self.engine.state().conversations.iter().filter(|(_, it)| it.contact == *contact);
            of_contact.map(|(id, _)| ConversationId(id)).filter(is_open).last()
        });
        let named =
            texts(event, "in_reply_to").into_iter().chain(texts(event, "references").into_iter().rev());
        let named = named.filter_map(|id| self.by_id.get(id.trim()).copied()).find(is_open);
        label.or(target).or(named).or(newest)
    }

    fn act(&mut self, action: &str, event: &Value) -> Outcome<()> {
        let target = text(event, "target").and_then(|id| self.event(id)?.conversation);
        let target = target.ok_or("an action has no target")?;
        let command = match action {
            "resolve" | "close" => Command::Resolve(target),
            _ => return Err(format!("there is no action `{action}`")),
        };
        let actor = SUPERVISOR.parse().map_err(|_| "an actor is no name")?;
        let order = Order { actor, door: Door::Api, key: None, if_version: None, command };
        self.engine.handle(self.now, &order).map(|_| ()).map_err(|fault| fault.to_string())
    }

    /// What the last command led to.
    fn note(&mut self, told: &mut Told, theirs: Option<&str>) {
        for recorded in self.engine.events() {
            match &recorded.event {
                Event::ConversationOpened(opened) => told.follow_up_of = opened.follow_up_of,
                Event::ConversationReopened { .. } => told.reopened = true,
                Event::MessageReceived(received) => {
                    told.conversation = Some(received.conversation);
                    told.message = Some(received.message);
                    told.class = Some(received.class);
                    told.flags = received.flags.clone();
                    told.related = received.related;
                    told.new_participant = received.new_participant;
                    let written = received.sent_at.unwrap_or(received.received_at);
                    told.place = Some((written, received.message));
                }
                Event::MessageIgnored { class, .. } => told.class = Some(*class),
                Event::MessageReplied(replied) => {
                    told.conversation = Some(replied.conversation);
                    told.message = Some(replied.message);
                    told.place = Some((replied.replied_at, replied.message));
                }
                _ => {}
            }
        }
        let contact =
            told.conversation.and_then(|id| self.engine.state().conversation(id)).map(|it| it.contact);
        let unknown = theirs.map(str::to_lowercase).filter(|address| !self.contacts.contains_key(address));
        self.contacts.extend(unknown.zip(contact));
    }

    /// The id that our newest mail was given.
    fn last_id(&self) -> Option<String> {
        self.engine.events().iter().find_map(|recorded| match &recorded.event {
            Event::Content(content) => match &content.part {
                ContentPart::Reply { reply, .. } => reply.external_id.clone(),
                _ => None,
            },
            _ => None,
        })
    }

    fn with_our_ids(&self, text: &str) -> String {
        self.issued.iter().fold(text.to_owned(), |text, (row, ours)| text.replace(row, ours))
    }

    /// What understands the row's mails: its tokens are what the row says of the conversations so far.
    fn decoder(&self, row: &Value) -> Outcome<Decoder> {
        let tokens = row.get("tokens").and_then(Value::as_object).into_iter().flatten();
        let meant = |meaning: &Value| {
            let meaning = meaning.as_str()?;
            let event = meaning.rsplit(' ').next().and_then(|id| self.event(id)?.conversation);
            event.or_else(|| self.labels.get(meaning).copied())
        };
        let tokens =
            tokens.filter_map(|(token, meaning)| Some((token.to_ascii_lowercase(), meant(meaning)?)));
        let keys = Keys::new(&SECRET).map_err(|fault| fault.to_string())?;
        let prefix = PREFIX.parse().map_err(|_| "a prefix is no name")?;
        let decoder = Decoder::new(Subjects::new(prefix), self.sources.clone(), keys);
        Ok(decoder.with_tokens(Tokens::Given(tokens.collect())))
    }

    /// The mailbox of the first address that is one of ours, without its tag.
    fn mailbox(&self, addresses: &[&str]) -> Option<Name> {
        addresses.iter().find_map(|address| self.source_of(address)).map(|source| source.name.clone())
    }

    fn source_of(&self, address: &str) -> Option<&Source> {
        let wanted = crate::wire::canonical_mail(address);
        let is_ours = |source: &&Source| {
            source.addresses.iter().any(|ours| crate::wire::canonical_mail(ours) == wanted)
        };
        self.sources.iter().find(is_ours)
    }

    fn ours<'a>(&self, addresses: &[&'a str]) -> Vec<&'a str> {
        addresses.iter().copied().filter(|address| self.source_of(address).is_some()).collect()
    }

    fn sign_in(&mut self) -> Outcome<()> {
        let actor = AGENT.parse().map_err(|_| "an actor is no name")?;
        let order = Order { actor, door: Door::Api, key: None, if_version: None, command: Command::SignIn };
        self.engine.handle(self.now, &order).map(|_| ()).map_err(|fault| fault.to_string())
    }

    fn site(&mut self, command: Command) -> Outcome<()> {
        self.engine.handle(self.now, &site_order(command)).map(|_| ()).map_err(|fault| fault.to_string())
    }

    /// Lets time pass up to an instant. An event that was written earlier than the one before it came later.
    fn pass(&mut self, until: Timestamp) -> Outcome<()> {
        for _ in 0..SLICES_MAX {
            match self.engine.next_deadline() {
                Some(due) if due <= until => {
                    self.now = self.now.max(due);
                    self.site(Command::PassTime)?;
                }
                _ => {
                    self.now = self.now.max(until);
                    return Ok(());
                }
            }
        }
        Err("due work does not end".to_owned())
    }
}

/// Whether an automatic answer may be sent to a mail.
fn may_auto_reply(message: &InboundMessage) -> bool {
    message.channel == Channel::Email && message.opens && message.class == MessageClass::Human
}

fn at(event: &Value) -> Outcome<Timestamp> {
    text(event, "at").and_then(parse_instant).ok_or_else(|| "an event has no instant".to_owned())
}
