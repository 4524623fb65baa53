//! The table of NATS subjects under one prefix, both ways: what is published where, and what a subject
//! that something came by says.
//!
//! Facts go to `<p>.j.evt.…` and content to `<p>.j.content.…`, where only the leader may publish; the
//! stream stores them without the `j`.

use std::fmt;

use crate::domain::Name;

use super::out::Hint;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The subjects of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subjects {
    prefix: Name,
    source: String,
}

/// What a subject of the input stream says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputSubject<'a> {
    /// `<p>.in.<channel>.<source>`: the words as written, known or not.
    Message {
        /// The word of the channel.
        channel: &'a str,
        /// The name of the source.
        source: &'a str,
    },
    /// `<p>.in.command.<actor>.<verb>`.
    Command(Call<'a>),
}

/// Who asks what, by the subject that he may publish on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// Who asks.
    pub actor: &'a str,
    /// What: one token or two, as `offer.accept`.
    pub verb: &'a str,
}

/// What the subject of a journal record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordSubject<'a> {
    /// The prefix of its site.
    pub prefix: &'a str,
    /// Its type word, as `offer.made`; for content the half behind the dot, as `message`.
    pub word: &'a str,
    /// Whether it is content.
    pub content: bool,
}

impl Subjects {
    /// The table of the site with this prefix.
    pub fn new(prefix: Name) -> Subjects {
        let source = format!("/switchboard/{prefix}");
        Subjects { prefix, source }
    }

    /// The prefix.
    pub fn prefix(&self) -> &Name {
        &self.prefix
    }

    /// What the site calls itself in CloudEvents.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What came by this subject of the input stream. `None` when it is not of the form.
    pub fn input<'a>(&self, subject: &'a str) -> Option<InputSubject<'a>> {
        let rest = self.strip(subject)?.strip_prefix("in.")?;
        let (door, rest) = rest.split_once('.')?;
        if door == "command" {
            return call(rest).map(InputSubject::Command);
        }
        let whole = !door.is_empty() && !rest.is_empty() && !rest.contains('.');
        whole.then_some(InputSubject::Message { channel: door, source: rest })
    }

    /// Who asks what by this subject of the API. `None` when it is not of the form.
    pub fn api<'a>(&self, subject: &'a str) -> Option<Call<'a>> {
        call(self.strip(subject)?.strip_prefix("api.")?)
    }

    /// Which agent's desktop beats by this subject.
    pub fn agent_beat_of<'a>(&self, subject: &'a str) -> Option<&'a str> {
        let agent = self.strip(subject)?.strip_prefix("agent.")?.strip_suffix(".beat")?;
        (!agent.is_empty() && !agent.contains('.')).then_some(agent)
    }

    /// `<p>.in.<channel>.<source>`.
    pub fn message(&self, channel: &str, source: &str) -> String {
        format!("{}.in.{channel}.{source}", self.prefix)
    }

    /// `<p>.in.command.<actor>.<verb>`.
    pub fn command(&self, actor: &Name, verb: &str) -> String {
        format!("{}.in.command.{actor}.{verb}", self.prefix)
    }

    /// `<p>.api.<actor>.<verb>`.
    pub fn request(&self, actor: &Name, verb: &str) -> String {
        format!("{}.api.{actor}.{verb}", self.prefix)
    }

    /// Where the leader publishes a record: `<p>.j.evt.<entity>.<event>.<part>` or
    /// `<p>.j.content.<event>.<part>`.
    pub fn record(&self, word: &str, about: &str) -> String {
        let evt = if word.starts_with("content.") { ".j." } else { ".j.evt." };
        let part = part(about);
        let digits = [part >> 4, part & 15].map(|digit| char::from(HEX[usize::from(digit)]));
        let mut subject = String::with_capacity(64);
        [self.prefix.as_str(), evt, word, "."].into_iter().for_each(|text| subject.push_str(text));
        subject.extend(digits);
        subject
    }

    /// Where an input goes that was not understood: `<p>.dead.<channel>.<source>`, with the tokens that
    /// it came by, or `unknown`.
    pub fn dead(&self, input: &str) -> String {
        let rest = self.strip(input).and_then(|rest| rest.strip_prefix("in.")).unwrap_or_default();
        let mut tokens = rest.split('.').map(|token| if is_token(token) { token } else { "unknown" });
        let channel = tokens.next().unwrap_or("unknown");
        let source = tokens.next().unwrap_or("unknown");
        format!("{}.dead.{channel}.{source}", self.prefix)
    }

    /// Where the gateway of a source finds what it must send: `<p>.out.<channel>.<source>`.
    pub fn out(&self, channel: &str, source: &Name) -> String {
        format!("{}.out.{channel}.{source}", self.prefix)
    }

    /// Where the outbox notes its position in OUT: `<p>.out.mark`. It is nobody's message.
    pub fn out_mark(&self) -> String {
        format!("{}.out.mark", self.prefix)
    }

    /// Where the desktops of an agent listen: `<p>.agent.<agent>.<hint>`.
    pub fn hint(&self, agent: &Name, hint: Hint) -> String {
        format!("{}.agent.{agent}.{}", self.prefix, hint.as_str())
    }

    /// `<p>.agent.<agent>.beat`.
    pub fn agent_beat(&self, agent: &Name) -> String {
        format!("{}.agent.{agent}.beat", self.prefix)
    }

    /// `<p>.leader.beat`.
    pub fn leader_beat(&self) -> String {
        format!("{}.leader.beat", self.prefix)
    }

    fn strip<'a>(&self, subject: &'a str) -> Option<&'a str> {
        subject.strip_prefix(self.prefix.as_str())?.strip_prefix('.')
    }
}

impl<'a> RecordSubject<'a> {
    /// Reads a subject as published or as stored. `None` when it is not of the form.
    pub fn parse(subject: &'a str) -> Option<RecordSubject<'a>> {
        let (prefix, rest) = subject.split_once('.')?;
        let rest = rest.strip_prefix("j.").unwrap_or(rest);
        let (door, rest) = rest.split_once('.')?;
        let (word, part) = rest.rsplit_once('.')?;
        let content = door == "content";
        let formed = match word.split_once('.') {
            Some((entity, event)) => door == "evt" && !entity.is_empty() && is_token(event),
            None => content && !word.is_empty(),
        };
        let part = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        (formed && part).then_some(RecordSubject { prefix, word, content })
    }

    /// Whether it is the subject of this type word.
    pub fn is_of(&self, word: &str) -> bool {
        match word.strip_prefix("content.") {
            Some(rest) => self.content && rest == self.word,
            None => !self.content && word == self.word,
        }
    }
}

impl fmt::Display for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.actor, self.verb)
    }
}

/// The token by which consumers share the work: all of one thing has the same.
pub fn part(about: &str) -> u8 {
    // The low byte is the CRC modulo 256.
    crc32fast::hash(about.as_bytes()) as u8
}

fn call(rest: &str) -> Option<Call<'_>> {
    let (actor, verb) = rest.split_once('.')?;
    let tokens = verb.split('.').count();
    let formed = !actor.is_empty() && tokens <= 2 && verb.split('.').all(|token| !token.is_empty());
    formed.then_some(Call { actor, verb })
}

/// Whether a text can stand as one token of a subject that we write.
fn is_token(text: &str) -> bool {
    text.parse::<Name>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subjects() -> Subjects {
        Subjects::new("switchboard".parse().expect("a name"))
    }

    #[test]
    fn what_came_in_says_its_channel_or_its_actor() {
        let subjects = subjects();
        let message = InputSubject::Message { channel: "sms", source: "line" };
        assert_eq!(subjects.input("switchboard.in.sms.line"), Some(message));
        let command = InputSubject::Command(Call { actor: "crm", verb: "offer.accept" });
        assert_eq!(subjects.input("switchboard.in.command.crm.offer.accept"), Some(command));
        for wrong in [
            "other.in.sms.line",
            "switchboardx.in.sms.line",
            "switchboard.in.sms",
            "switchboard.in.sms.",
            "switchboard.in.sms.a.b",
            "switchboard.in.command.crm",
            "switchboard.in.command.crm.a.b.c",
        ] {
            assert_eq!(subjects.input(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_request_says_actor_and_verb() {
        let subjects = subjects();
        assert_eq!(subjects.api("switchboard.api.ana.status"), Some(Call { actor: "ana", verb: "status" }));
        assert_eq!(subjects.api("switchboard.api.ana."), None);
        assert_eq!(subjects.agent_beat_of("switchboard.agent.ana.beat"), Some("ana"));
        assert_eq!(subjects.agent_beat_of("switchboard.agent.beat"), None);
    }

    #[test]
    fn a_record_is_published_under_j_and_read_with_or_without() {
        let subjects = subjects();
        let fact = subjects.record("offer.made", "o3");
        assert_eq!(fact, format!("switchboard.j.evt.offer.made.{:02x}", crc32fast::hash(b"o3") % 256));
        let content = subjects.record("content.message", "m1");
        assert!(content.starts_with("switchboard.j.content.message."), "{content}");
        for (subject, word) in [(fact, "offer.made"), (content, "content.message")] {
            for subject in [subject.clone(), subject.replace(".j.", ".")] {
                let read = RecordSubject::parse(&subject).expect("of the form");
                assert!(read.is_of(word) && read.prefix == "switchboard", "{subject}");
            }
        }
    }

    #[test]
    fn dead_keeps_the_tokens_that_are_tokens() {
        let subjects = subjects();
        assert_eq!(subjects.dead("switchboard.in.sms.line"), "switchboard.dead.sms.line");
        assert_eq!(subjects.dead("switchboard.in.fax.LINE 1"), "switchboard.dead.fax.unknown");
        assert_eq!(subjects.dead("elsewhere"), "switchboard.dead.unknown.unknown");
    }
}
