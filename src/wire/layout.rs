//! The layout of a line: its attributes in the one order in which we write them. A line that has it is taken
//! apart at its quotes, which costs a fraction of parsing it. Every other line is the parser's: members in
//! another order or added by a later version are as good, and it tells what is wrong with the rest.

use crate::domain::{ShortText, Timestamp};
use crate::engine::event::CommandCause;

use super::time::{parse_instant, push_instant};

/// The attributes of a record as they stand in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attributes<'a> {
    pub source: &'a str,
    /// The type word, as `offer.made`.
    pub word: &'a str,
    pub subject: &'a str,
    pub time: Timestamp,
    pub seq: u64,
    pub inseq: u64,
    pub actor: &'a str,
    pub command: Option<CommandCause>,
}

// Each begins with the quote that ends the value before it.
const ID: &str = r#"{"specversion":"1.0","id":""#;
const SOURCE: &str = r#"","source":""#;
const TYPE: &str = r#"","type":"switchboard."#;
const SUBJECT: &str = r#"","subject":""#;
const TIME: &str = r#"","time":""#;
const SCHEMA: &str = r#"","datacontenttype":"application/json","dataschema":"urn:switchboard:event:"#;
const SEQ: &str = r#"","seq":""#;
const INSEQ: &str = r#"","inseq":""#;
const ACTOR: &str = r#"","actor":""#;
const COMMAND: &str = r#"","command":""#;
const ASKED_AT: &str = r#"","askedat":""#;
const DATA: &str = r#"","data":"#;
/// What follows the type word in `type` and in `dataschema`.
const TYPE_END: &str = ".v1";
const SCHEMA_END: &str = ":1";

impl Attributes<'_> {
    /// Writes a line up to its data, behind which one brace is owed. All texts must be names or ids, which
    /// stand in JSON as they are.
    pub fn write(&self, line: &mut Vec<u8>) {
        let seq = ShortText::number(self.seq);
        let mut put = |texts: &[&str]| texts.iter().for_each(|text| line.extend_from_slice(text.as_bytes()));
        put(&[ID, seq.as_str(), SOURCE, self.source, TYPE, self.word, TYPE_END, SUBJECT, self.subject, TIME]);
        push_instant(line, self.time);
        let mut put = |texts: &[&str]| texts.iter().for_each(|text| line.extend_from_slice(text.as_bytes()));
        put(&[SCHEMA, self.word, SCHEMA_END, SEQ, seq.as_str()]);
        put(&[INSEQ, ShortText::number(self.inseq).as_str(), ACTOR, self.actor]);
        if let Some(CommandCause { key, asked_at }) = self.command {
            put(&[COMMAND, ShortText::hex(key.0).as_str(), ASKED_AT]);
            push_instant(line, asked_at);
        }
        line.extend_from_slice(DATA.as_bytes());
    }
}

/// The attributes of a line and its data, which may still be no JSON. `None` when it has not our layout.
pub(crate) fn read(line: &str) -> Option<(Attributes<'_>, &str)> {
    let mut rest = Rest(line);
    let _id = rest.value(ID)?;
    let source = rest.value(SOURCE)?;
    let word = rest.value(TYPE)?.strip_suffix(TYPE_END)?;
    let subject = rest.value(SUBJECT)?;
    let time = parse_instant(rest.value(TIME)?)?;
    let _schema = rest.value(SCHEMA)?;
    let seq = rest.value(SEQ)?.parse().ok()?;
    let inseq = rest.value(INSEQ)?.parse().ok()?;
    let actor = rest.value(ACTOR)?;
    let command = match rest.value(COMMAND) {
        Some(key) => {
            let key = key.parse().ok()?;
            Some(CommandCause { key, asked_at: parse_instant(rest.value(ASKED_AT)?)? })
        }
        None => None,
    };
    let data = rest.0.strip_prefix(DATA)?.strip_suffix('}')?;
    Some((Attributes { source, word, subject, time, seq, inseq, actor, command }, data))
}

/// What is not read yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// The value behind this text, up to its quote. An escape is the parser's.
    fn value(&mut self, before: &str) -> Option<&'a str> {
        let rest = self.0.strip_prefix(before)?;
        let end = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\'))?;
        let (value, rest) = rest.split_at_checked(end)?;
        rest.starts_with('"').then_some(())?;
        self.0 = rest;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Digest;

    #[test]
    fn what_is_written_is_read() {
        let cause = CommandCause { key: Digest(7), asked_at: Timestamp(-1) };
        for command in [None, Some(cause)] {
            let attributes = Attributes {
                source: "/switchboard/shop",
                word: "offer.made",
                subject: "o3",
                time: Timestamp(1_767_323_045_123),
                seq: u64::MAX,
                inseq: 0,
                actor: "ana",
                command,
            };
            let mut line = Vec::new();
            attributes.write(&mut line);
            line.extend_from_slice(b"{}}");
            let line = String::from_utf8(line).expect("text");
            assert_eq!(read(&line), Some((attributes, "{}")));
            serde_json::from_str::<serde_json::Value>(&line).expect("JSON");
            for (from, to) in [("ana", r"an\u0061"), (r#""id":"#, r#""id": "#), (".v1", ".v2"), ("}}", "}")] {
                assert_eq!(read(&line.replace(from, to)).filter(|(_, data)| *data == "{}"), None, "{to}");
            }
        }
    }
}
