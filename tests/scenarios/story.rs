//! Reads a story: one line is one instant and what somebody does then. The language, by example:
//!
//! ```text
//! # What the story shows.
//! policy  two_queues.toml
//! 09:00:00  agent ana signs in
//! 09:00:10  sms +15550100 to +15550199  "I was charged twice"
//! 09:00:20  agent ana accepts o1
//! day 2                                       # From here on it is the next day.
//! 09:00:00  email kim@example.org to help@example.com "Re" reply to m2 subject "Refund" language tl
//! 09:00:30  agent ana resolves c1 asked at 09:00:25 command id 7 version 3
//! 09:01:00  work front-desk to desk "Call her back" subject "Call-back"
//! 09:02:00  agent ana starts sms to +15550100 from +15550199 "Your parcel is here"
//! 09:02:10  agent ana notes on c3 "He was asleep."
//! 09:02:20  service crm creates work at desk "Fax of Kim" about kim
//! 09:02:30  supervisor sue upserts zed with billing 3 and polish 2 capacity 2
//! ```
//!
//! A message asks by `keyword opt_out` (`opt_in`, `opt_in_if_out`, `help`, `review`), its sender is `known as` others,
//! `unanswerable`, or may be answered freely for some `hours`; `link` says that a number changed, and
//! `supervisor sue opts +15550100 out of line` (`into`) says it of somebody, and `links k1 with k2` (or `with sms
//! +15550100`) that two are one, which `unlinks k2` takes back. A reply may be a `template`, and
//! a chat that somebody starts `windowed`: free text needs a message of the contact before.
//!
//! Agents sign in and out, go away, come back, drain, accept, decline, reply, resolve, requeue and ack; they are
//! lost and heard again. They pend (`pends c1 until 10:00:00`), resume, transfer (`transfers c1 to queue billing`,
//! `to agent ben`), set (`sets c1 priority 90 language tl tag vip untag old`) and finish (`finishes i1`). The word before a name (`agent`, `supervisor`, `service`, `gateway`, `stranger`) is for
//! the reader: who may what stands in the rules. `asked at` takes the durable door. A message may be `in thread`,
//! bear a `token` or be `marked` with one in its subject, bear a `message id` or be an `auto-reply`, a `bounce`, a `calendar-reply` or a `loop`; `again` sends the
//! last one again, `again at sales@example.com` by another mailbox. A mail has `references a,b` besides `reply to c`, it
//! is `cc` to others and `also to` other mailboxes of ours; it is a `forward`, or `suspect`, or was `sent at`. The
//! `site stops` and `starts`, takes new rules by `reload`, and `sent` (`known as` another id) or `failed` a mail (`for
//! good`); a gateway `reports` how far a message came, `by` a source and `known as SM1` by its provider. `wait` lets time
//! pass, and what is due happen.
//!
//! What a channel tells of messages that are there:
//!
//! ```text
//! 09:00:00  chat kim to web "helo" message id x piece of album-1
//! 09:00:01  edit chat kim to web of x "hello"            # Or `delete`, `react`, `unreact`.
//! 09:00:02  report sms +15550100 to +15550199 of SM1 as delivered
//! 09:00:03  report chat kim to web until 09:00:01 as read
//! 09:00:04  report email kim@example.org to help@example.com of m2 as failed code 5.1.1
//! 09:00:05  system chat kim to web "Kim joined"           # Or "unsubscribed", as some providers tell it.
//! 09:00:06  chat kim to web "I wrote from my phone" echo
//! ```

use std::sync::Arc;

use switchboard::domain::{
    Capacity, Change, Channel, Content, Digest, Keyword, MessageClass, Name, Party, Presence, Proficiency,
    Reply, Span, Timestamp, WrittenCapacity,
};
use switchboard::engine::command::{
    Changes, Command, ContactRef, MailOutcome, NewWork, OptOutWish, RefusedInput, Start, TransferTo,
    WantedAgent, WrapUpOf,
};

/// A story as written.
#[derive(Debug)]
pub struct Story {
    /// The file of the rules that hold at its beginning.
    pub policy: Option<String>,
    pub steps: Vec<Step>,
}

/// What happens at an instant.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: Timestamp,
    pub deed: Deed,
}

/// What somebody does.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Time passes.
    Wait,
    /// A message comes in.
    Message(Message),
    /// The last message comes in again: as a new input, or as one that was read before.
    Again { input: Option<u64>, at: Option<String> },
    /// A channel tells of a message or a conversation that is there.
    Update(Update),
    /// Somebody sends a command.
    Ask(Ask),
    /// The daemon stops; what comes in lies in the input stream until it starts.
    Stop,
    /// The daemon starts from its journal.
    Start,
    /// New rules.
    Reload(String),
}

/// A command, with who sends it and how.
#[derive(Clone, Debug)]
pub struct Ask {
    pub actor: String,
    pub command: Command,
    /// It came by the durable door, and entered there at this instant.
    pub asked_at: Option<Timestamp>,
    pub id: Option<String>,
    pub version: Option<u32>,
    /// By what the provider names the message that is reported.
    pub external: Option<String>,
}

/// What a channel tells.
#[derive(Clone, Debug)]
pub struct Update {
    pub change: Change,
    pub channel: Channel,
    pub from: String,
    pub to: String,
    pub thread: Option<String>,
    /// The message that it is about.
    pub of: Option<String>,
    pub token: Option<String>,
    pub until: Option<Timestamp>,
    pub text: String,
    /// What makes it another one than one that says the same.
    pub id: Option<String>,
    /// The addresses that are one person's with the sender's.
    pub addresses: Vec<String>,
    pub received_at: Option<Timestamp>,
    pub sent_at: Option<Timestamp>,
}

/// A message, with what it says of its thread.
#[derive(Clone, Debug)]
pub struct Message {
    pub channel: Channel,
    pub from: String,
    pub to: String,
    pub text: String,
    pub subject: Option<String>,
    pub language: Option<String>,
    pub class: MessageClass,
    /// The message that it answers: one of ours as `m2`, or anybody's id.
    pub reply_to: Option<String>,
    /// The provider's conversation (chat).
    pub thread: Option<String>,
    /// The conversation of a reply token.
    pub token: Option<String>,
    /// The conversation of a token in its subject.
    pub mark: Option<String>,
    /// The id that it bears; one of its own unless said.
    pub id: Option<String>,
    /// The album that it is a piece of.
    pub group: Option<String>,
    /// Our side wrote it elsewhere.
    pub echo: bool,
    pub keyword: Option<Keyword>,
    /// Other addresses of the sender.
    pub aliases: Vec<String>,
    /// An answer would go nowhere.
    pub no_reply: bool,
    /// For how many hours its provider lets us answer freely.
    pub window: Option<i64>,
    pub received_at: Option<Timestamp>,
    pub sent_at: Option<Timestamp>,
    /// What it answers besides, the newest last.
    pub references: Vec<String>,
    /// Who else was addressed.
    pub cc: Vec<String>,
    /// Which other addresses of ours were.
    pub also: Vec<String>,
    pub is_forward: bool,
    pub is_suspect: bool,
    /// Whether it may open a conversation; as its class says unless told.
    pub opens: Option<bool>,
}

/// Reads a whole story. `day` is the midnight at which it begins.
pub fn read(text: &str, midnight: Timestamp) -> Story {
    let mut story = Story { policy: None, steps: Vec::new() };
    let mut day = 1;
    for (number, line) in text.lines().enumerate() {
        let mut words = Words(split(line));
        let fault = || format!("line {}: this is no line of a story: {line}", number + 1);
        match words.as_slice().as_slice() {
            [] => {}
            ["policy", file] => story.policy = Some((*file).to_owned()),
            ["day", count] => day = count.parse().unwrap_or_else(|_| panic!("{}", fault())),
            _ => {
                let midnight = midnight.after(Span::hours(24 * (day - 1)));
                let step = step(&mut words, midnight).unwrap_or_else(|| panic!("{}", fault()));
                story.steps.push(step);
            }
        }
    }
    story
}

fn step(words: &mut Words, midnight: Timestamp) -> Option<Step> {
    let at = clock(words.0.first()?, midnight)?;
    words.0.remove(0);
    let is_message = matches!(words.0.first()?.as_str(), "sms" | "chat" | "email" | "work");
    let is_update = matches!(
        words.0.first()?.as_str(),
        "edit" | "delete" | "react" | "unreact" | "report" | "system" | "link"
    );
    let deed = match (is_message, is_update) {
        (true, _) => message(words, midnight),
        (_, true) => update(words, midnight),
        _ => deed(words, midnight),
    }?;
    Some(Step { at, deed })
}

fn message(words: &mut Words, midnight: Timestamp) -> Option<Deed> {
    let received_at = words.instant("received at", midnight);
    let sent_at = words.instant("sent at", midnight);
    let (is_forward, is_suspect) = (words.flag("forward"), words.flag("suspect"));
    let (references, cc, also) = (words.list("references"), words.list("cc"), words.list("also to"));
    let is_answer = words.flag("calendar-reply");
    let class = if is_answer {
        MessageClass::Calendar
    } else if words.flag("loop") {
        MessageClass::Loop
    } else if words.flag("auto-reply") {
        MessageClass::AutoReply
    } else if words.flag("bounce") {
        MessageClass::Bounce
    } else if words.flag("automated") {
        MessageClass::Automated
    } else {
        MessageClass::Human
    };
    let (subject, language) = (words.clause("subject"), words.clause("language"));
    let (reply_to, thread) = (words.clause("reply to"), words.clause("in thread"));
    let (token, id) = (words.clause("token"), words.clause("message id"));
    let keyword = words.clause("keyword").map(|word| serde_json::from_value(word.into()).expect("a keyword"));
    let window = words.clause("hours").map(|hours| hours.parse().expect("hours are a number"));
    let (aliases, no_reply) = (words.list("known as"), words.flag("unanswerable"));
    let (group, echo) = (words.clause("piece of"), words.flag("echo"));
    let mark = words.clause("marked");
    let [channel, from, "to", to, ref text @ ..] = words.as_slice()[..] else { return None };
    let channel = Channel::ALL.into_iter().find(|known| known.as_str() == channel)?;
    let (from, to, text) = (from.to_owned(), to.to_owned(), text.concat());
    let message = Message {
        channel,
        from,
        to,
        text,
        subject,
        language,
        class,
        reply_to,
        thread,
        token,
        mark,
        id,
        group,
        echo,
        keyword,
        aliases,
        no_reply,
        window,
        received_at,
        sent_at,
        references,
        cc,
        also,
        is_forward,
        is_suspect,
        opens: is_answer.then_some(false),
    };
    Some(Deed::Message(message))
}

fn update(words: &mut Words, midnight: Timestamp) -> Option<Deed> {
    let received_at = words.instant("received at", midnight);
    let sent_at = words.instant("sent at", midnight);
    let until = words.instant("until", midnight);
    let (thread, token, id) = (words.clause("in thread"), words.clause("token"), words.clause("update id"));
    let addresses = words.list("with");
    let (of, state, code) = (words.clause("of"), words.clause("as"), words.clause("code"));
    let [what, channel, from, "to", to, ref text @ ..] = words.as_slice()[..] else { return None };
    let change = match what {
        "edit" => Change::Edit,
        "delete" => Change::Delete,
        "react" => Change::React { removed: false },
        "unreact" => Change::React { removed: true },
        "report" => Change::Report { state: serde_json::from_value(state?.into()).ok()?, code },
        "link" => Change::Link { addresses: Vec::new() },
        _ => Change::System,
    };
    let channel = Channel::ALL.into_iter().find(|known| known.as_str() == channel)?;
    let (from, to, text) = (from.to_owned(), to.to_owned(), text.concat());
    let update = Update {
        change,
        channel,
        from,
        to,
        thread,
        of,
        token,
        until,
        text,
        id,
        addresses,
        received_at,
        sent_at,
    };
    Some(Deed::Update(update))
}

fn deed(words: &mut Words, midnight: Timestamp) -> Option<Deed> {
    let asked_at = words.instant("asked at", midnight);
    let id = words.clause("command id");
    let until = words.instant("until", midnight);
    let version = words.clause("version").map(|count| count.parse().expect("a version is a number"));
    let wish = Wish {
        subject: words.clause("subject"),
        queue: words.clause("in queue"),
        about: words.clause("about"),
        capacity: words.clause("capacity"),
        template: words.flag("template"),
        windowed: words.flag("windowed"),
    };
    let external = words.clause("known as");

    let (actor, command) = match words.as_slice()[..] {
        ["wait"] => return Some(Deed::Wait),
        ["again"] => return Some(Deed::Again { input: None, at: None }),
        ["again", "at", "input", input] => {
            return Some(Deed::Again { input: Some(input.parse().ok()?), at: None });
        }
        ["again", "at", mailbox] => return Some(Deed::Again { input: None, at: Some(mailbox.to_owned()) }),
        ["site", "stops"] => return Some(Deed::Stop),
        ["site", "starts"] => return Some(Deed::Start),
        ["reload", file] => return Some(Deed::Reload(file.to_owned())),
        ["agent", name, "is", "lost"] => ("switchboard", Command::LoseAgent(name.parse().ok()?)),
        ["agent", name, "is", "heard", "again"] => ("switchboard", Command::ReturnAgent(name.parse().ok()?)),
        ["site", ref verb @ ..] => ("switchboard", daemon(verb, midnight)?),
        ["agent" | "supervisor" | "service" | "gateway" | "stranger", name, ref verb @ ..] => {
            (name, command(verb, &wish).or_else(|| hold(verb, until))?)
        }
        _ => return None,
    };
    Some(Deed::Ask(Ask { actor: actor.to_owned(), command, asked_at, id, version, external }))
}

/// What a command may say besides.
struct Wish {
    subject: Option<String>,
    queue: Option<String>,
    about: Option<String>,
    capacity: Option<String>,
    template: bool,
    windowed: bool,
}

/// What agents and those who lead them do. Digests and keys are the world's to give.
fn command(verb: &[&str], wish: &Wish) -> Option<Command> {
    Some(match *verb {
        ["signs", "in"] => Command::SignIn,
        ["signs", "out"] => Command::SignOut,
        ["goes", "away", reason] => Command::ChangePresence(Presence::Away(reason.to_owned())),
        ["goes", "offline"] => Command::ChangePresence(Presence::Offline),
        ["comes", "back"] => Command::ChangePresence(Presence::Available),
        ["drains"] => Command::ChangePresence(Presence::Draining),
        ["accepts", offer] => Command::AcceptOffer(offer.parse().ok()?),
        ["declines", offer] => Command::DeclineOffer(offer.parse().ok()?),
        ["replies", "to", conversation, text] => {
            let reply = Reply { text: text.to_owned(), template: wish.template, ..Reply::default() };
            Command::Reply { conversation: conversation.parse().ok()?, reply: Arc::new(reply), own: None }
        }
        ["notes", "on", conversation, text] => {
            Command::Note { conversation: conversation.parse().ok()?, text: text.into() }
        }
        ["starts", channel, "to", to, "from", from, text] => start(channel, to, from, text, wish)?,
        ["creates", "work", "at", desk, subject] => work(desk, subject, wish),
        ["upserts", agent, "with", ref skills @ ..] => upsert(agent, skills, wish)?,
        ["reports", message, state, ref more @ ..] => Command::ReportDelivery {
            message: message.parse().ok()?,
            state: serde_json::from_value(state.into()).ok()?,
            code: more.strip_prefix(&["code"]).and_then(|code| Some((*code.first()?).to_owned())),
            source: more.strip_prefix(&["by"]).and_then(|source| source.first()?.parse().ok()),
            keys: Vec::new(),
        },
        ["opts", to, "into", from] => opt_out(to, from, false),
        ["opts", to, "out", "of", from] => opt_out(to, from, true),
        ["links", ref two @ ..] => {
            let with = two.iter().position(|word| *word == "with")?;
            Command::LinkContacts(Box::new([contact(&two[..with])?, contact(&two[with + 1..])?]))
        }
        ["unlinks", ref who @ ..] => Command::UnlinkContact(Box::new(contact(who)?)),
        ["resolves", conversation] => Command::Resolve(conversation.parse().ok()?),
        ["requeues", conversation] => Command::Requeue(conversation.parse().ok()?),
        ["acks", clock] => Command::AckEscalation(clock.parse().ok()?),
        _ => return None,
    })
}

/// What agents do with what they hold.
fn hold(verb: &[&str], until: Option<Timestamp>) -> Option<Command> {
    let conversation = || verb.get(1)?.parse().ok();
    Some(match *verb {
        ["pends", _] => Command::Pend { conversation: conversation()?, until },
        ["resumes", _] => Command::Resume(conversation()?),
        ["transfers", _, "to", "queue", queue] => {
            Command::Transfer { conversation: conversation()?, to: TransferTo::Queue(queue.parse().ok()?) }
        }
        ["transfers", _, "to", "agent", agent] => {
            Command::Transfer { conversation: conversation()?, to: TransferTo::Agent(agent.parse().ok()?) }
        }
        ["sets", _, ref rest @ ..] => {
            Command::Set { conversation: conversation()?, changes: Box::new(changes(rest)?) }
        }
        ["finishes", id] if id.starts_with('c') => {
            Command::FinishWrapUp(WrapUpOf::Conversation(id.parse().ok()?))
        }
        ["finishes", id] => Command::FinishWrapUp(WrapUpOf::Interaction(id.parse().ok()?)),
        _ => return None,
    })
}

fn changes(words: &[&str]) -> Option<Changes> {
    let mut changes = Changes::default();
    for pair in words.chunks(2) {
        match *pair {
            ["priority", number] => changes.priority = Some(number.parse().ok()?),
            ["language", tag] => changes.language = Some(tag.into()),
            ["tag", tag] => changes.add.push(tag.parse().ok()?),
            ["untag", tag] => changes.remove.push(tag.parse().ok()?),
            _ => return None,
        }
    }
    Some(changes)
}

fn start(channel: &str, to: &str, from: &str, text: &str, wish: &Wish) -> Option<Command> {
    let to = Party { address: to.to_owned(), name: None };
    let reply = Reply {
        text: text.to_owned(),
        to: Some(to.clone()),
        subject: wish.subject.clone(),
        template: wish.template,
        ..Reply::default()
    };
    Some(Command::Start(Box::new(Start {
        source: "elsewhere".parse().ok()?,
        channel: Channel::ALL.into_iter().find(|known| known.as_str() == channel)?,
        from: from.into(),
        contact: Digest::default(),
        to,
        own: None,
        threads: Vec::new(),
        subject: None,
        is_windowed: wish.windowed,
        queue: wish.queue.as_ref().map(|queue| queue.parse().expect("a queue has a name")),
        language: None,
        reply: Arc::new(reply),
    })))
}

/// `k1`, or `sms +15550100`.
fn contact(words: &[&str]) -> Option<ContactRef> {
    match *words {
        [id] => Some(ContactRef::Id(id.parse().ok()?)),
        [channel, address] => Some(ContactRef::Address {
            digest: Digest::default(),
            channel: Channel::ALL.into_iter().find(|known| known.as_str() == channel)?,
            party: Party { address: address.to_owned(), name: None },
        }),
        _ => None,
    }
}

fn opt_out(to: &str, from: &str, opted_out: bool) -> Command {
    Command::SetOptOut(Box::new(OptOutWish {
        source: from.parse().expect("a source has a name"),
        channel: Channel::Sms,
        contact: Digest::default(),
        to: Party { address: to.to_owned(), name: None },
        opted_out,
    }))
}

fn work(desk: &str, subject: &str, wish: &Wish) -> Command {
    let from = Party { address: wish.about.clone().unwrap_or_default(), name: None };
    let content = Content { from, subject: Some(subject.to_owned()), ..Content::default() };
    Command::CreateWork(Box::new(NewWork {
        source: "elsewhere".parse().expect("a name"),
        to: desk.into(),
        contact: None,
        dedupe: Digest::default(),
        language: None,
        content: Arc::new(content),
    }))
}

/// `billing 3 and polish 2`, or `nothing`.
fn upsert(agent: &str, skills: &[&str], wish: &Wish) -> Option<Command> {
    let level = |words: &[&str]| -> Option<(Name, Proficiency)> {
        let [skill, level] = *words else { return None };
        Some((skill.parse().ok()?, Proficiency::new(level.parse().ok()?)?))
    };
    let skills = match skills {
        ["nothing"] => Some(Default::default()),
        skills => skills.split(|word| *word == "and").map(level).collect(),
    };
    let units = wish.capacity.as_ref().map(|units| units.parse().expect("a capacity is a number"));
    let (capacity, faults) = Capacity::check(&WrittenCapacity { units, ..WrittenCapacity::default() });
    assert!(faults.is_empty(), "{faults:?}");
    Some(Command::UpsertAgent(Box::new(WantedAgent {
        agent: agent.parse().ok()?,
        skills: skills?,
        capacity,
    })))
}

/// What the daemon does by itself.
fn daemon(verb: &[&str], midnight: Timestamp) -> Option<Command> {
    Some(match *verb {
        ["refuses", subject, reason] => Command::RefuseInput(RefusedInput {
            subject: subject.to_owned(),
            channel: None,
            code: "malformed".to_owned(),
            reason: reason.to_owned(),
        }),
        ["sent", mail, "attempt", attempt] => {
            let outcome = MailOutcome::Sent { response: "250 taken".to_owned(), keys: Vec::new() };
            Command::EndMail { mail: mail.parse().ok()?, attempt: attempt.parse().ok()?, outcome }
        }
        ["failed", mail, "attempt", attempt, ref end @ ..] => {
            let (code, reason) = ("relay_refused".to_owned(), "the relay says no".to_owned());
            let outcome = MailOutcome::Failed { code, reason, permanent: end == ["for", "good"] };
            Command::EndMail { mail: mail.parse().ok()?, attempt: attempt.parse().ok()?, outcome }
        }
        ["leads", "epoch", epoch] => Command::Lead {
            epoch: epoch.parse().ok()?,
            instance: "first".to_owned(),
            version: "1.0.0".to_owned(),
        },
        ["loses", agent] => Command::LoseAgent(agent.parse().ok()?),
        ["marks", "its", "position"] => Command::MarkPosition,
        ["steps", "from", from, "to", to] => {
            Command::StepClock { from: clock(from, midnight)?, to: clock(to, midnight)? }
        }
        _ => return None,
    })
}

/// `09:00:10` on the day of `midnight`.
fn clock(text: &str, midnight: Timestamp) -> Option<Timestamp> {
    let mut parts = text.split(':').map(|part| part.parse::<i64>().ok().filter(|_| part.len() == 2));
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let span = Span::seconds((hours * 60 + minutes) * 60 + seconds);
    parts.next().is_none().then_some(midnight.after(span))
}

/// The words of a line. A quoted text is one word; `#` begins a comment.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, piece) in line.split('"').enumerate() {
        if place % 2 == 1 {
            words.push(piece.to_owned());
            continue;
        }
        let (before, comment) = piece.split_once('#').map_or((piece, None), |(it, rest)| (it, Some(rest)));
        words.extend(before.split_whitespace().map(str::to_owned));
        if comment.is_some() {
            break;
        }
    }
    words
}

struct Words(Vec<String>);

impl Words {
    fn as_slice(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    /// Takes the words of `name` out with the word behind them, wherever they stand.
    fn clause(&mut self, name: &str) -> Option<String> {
        let name: Vec<&str> = name.split(' ').collect();
        let place = self.0.windows(name.len() + 1).position(|window| window[..name.len()] == name[..])?;
        self.0.drain(place..=place + name.len()).next_back()
    }

    /// The words of such a clause, which commas part.
    fn list(&mut self, name: &str) -> Vec<String> {
        let words = self.clause(name).unwrap_or_default();
        words.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    /// The instant in such a clause.
    fn instant(&mut self, name: &str, midnight: Timestamp) -> Option<Timestamp> {
        let time = self.clause(name)?;
        Some(clock(&time, midnight).unwrap_or_else(|| panic!("`{time}` is no time as 09:00:10")))
    }

    /// Takes a word out, if it is there.
    fn flag(&mut self, name: &str) -> bool {
        let place = self.0.iter().position(|word| word == name);
        place.map(|place| self.0.remove(place)).is_some()
    }
}
