//! The header block of a mail as raw fields, before the mail parser sees it: which of two equal fields
//! counts, what is an id, who is named where. The parser keeps the last of two and drops prose around
//! ids, and both would let a stranger in.

use crate::wire::limits::{
    EXTERNAL_ID_BYTES_MAX, IN_REPLY_TO_MAX, MAIL_HEADER_BYTES_MAX, REFERENCES_FIRST_MAX, REFERENCES_KEPT_MAX,
    REFERENCES_LAST_MAX,
};

/// The fields of a header block, unfolded, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

/// A raw mail cut in two, without what transports put before it.
pub(crate) struct Raw<'a> {
    /// The whole.
    pub mail: &'a [u8],
    /// The header block.
    pub head: &'a [u8],
    /// What follows the empty line.
    pub body: &'a [u8],
}

impl<'a> Raw<'a> {
    /// Drops a byte order mark, leading empty lines and an mbox line, then finds the empty line.
    pub fn new(payload: &'a [u8]) -> Raw<'a> {
        let mut mail = payload.strip_prefix(b"\xef\xbb\xbf").unwrap_or(payload);
        mail = trim_blank(mail);
        if mail.starts_with(b"From ") || mail.starts_with(b">From ") {
            mail = trim_blank(after_line(mail));
        }
        let mut end = 0;
        while end < mail.len() {
            let rest = &mail[end..];
            if rest.starts_with(b"\n") || rest.starts_with(b"\r\n") {
                return Raw { mail, head: &mail[..end], body: after_line(rest) };
            }
            end = mail.len() - after_line(rest).len();
        }
        Raw { mail, head: mail, body: &[] }
    }
}

impl Fields {
    /// The fields of a block, as far as [`MAIL_HEADER_BYTES_MAX`].
    pub fn read(head: &[u8]) -> Fields {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut rest = &head[..head.len().min(MAIL_HEADER_BYTES_MAX)];
        while !rest.is_empty() {
            let next = after_line(rest);
            let line = String::from_utf8_lossy(&rest[..rest.len() - next.len()]);
            rest = next;
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push_str(&line);
                }
            } else if let Some((name, value)) = split_field(&line) {
                fields.push((name, value));
            }
        }
        Fields(fields)
    }

    /// The first field of this lower-case name: who forges a second one adds it behind the checked one.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// Every field of this lower-case name.
    pub fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// Every field with its lower-case name, from the top.
    pub fn in_order(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.trim()))
    }

    /// The lower-case first word of the first field of this name, as `auto-replied`.
    pub fn word(&self, name: &str) -> Option<String> {
        let value = self.first(name)?;
        let word = value.split([';', ' ', '\t', '(']).next().unwrap_or_default();
        Some(word.to_ascii_lowercase())
    }

    /// The Message-ID without its brackets, byte for byte.
    pub fn message_id(&self) -> Option<&str> {
        let value = self.first("message-id")?;
        let id = match value.split_once('<') {
            Some((_, rest)) => rest.split('>').next().unwrap_or_default(),
            None => value,
        };
        Some(id.trim()).filter(|id| !id.is_empty())
    }

    /// The ids of In-Reply-To, where it holds nothing else.
    pub fn in_reply_to(&self) -> Vec<&str> {
        let mut ids = self.first("in-reply-to").and_then(pure_ids).unwrap_or_default();
        ids.truncate(IN_REPLY_TO_MAX);
        ids
    }

    /// The ids that the mail answers, the most telling first: In-Reply-To, then References newest first.
    pub fn parents(&self) -> Vec<&str> {
        let mut ids = self.first("in-reply-to").and_then(pure_ids).unwrap_or_default();
        ids.truncate(IN_REPLY_TO_MAX);
        let all: Vec<&str> = self.first("references").map(loose_ids).unwrap_or_default();
        let newest = all.iter().rev().take(REFERENCES_LAST_MAX);
        let left = all.len().saturating_sub(REFERENCES_LAST_MAX);
        let oldest = all[..left.min(REFERENCES_FIRST_MAX)].iter().rev();
        for id in newest.chain(oldest) {
            if !ids.contains(id) {
                ids.push(id);
            }
        }
        ids
    }
}

impl Fields {
    /// The ids that an answer names before the mail's own (RFC 5322 3.6.4): References, else In-Reply-To if
    /// that is one id. Of many the first, which began the thread, and the newest; each whole, the oldest first.
    pub fn references(&self) -> Vec<String> {
        let mut ids = self.first("references").map(loose_ids).unwrap_or_default();
        if ids.is_empty() {
            ids =
                self.first("in-reply-to").and_then(pure_ids).filter(|ids| ids.len() == 1).unwrap_or_default();
        }
        ids.retain(|id| is_whole(id));
        if ids.len() > REFERENCES_KEPT_MAX {
            ids.drain(1..=ids.len() - REFERENCES_KEPT_MAX);
        }
        ids.into_iter().map(str::to_owned).collect()
    }
}

/// Whether an id can be written into a field again: a foreign one must not break it.
fn is_whole(id: &str) -> bool {
    id.len() <= EXTERNAL_ID_BYTES_MAX && id.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Every `<…>` of a text that may hold anything besides.
fn loose_ids(text: &str) -> Vec<&str> {
    let ids = text.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
    ids.map(|(id, _)| id.trim()).filter(|id| !id.is_empty()).collect()
}

/// The ids of a text that holds nothing else. An address in `Your message of … <jo@x>` is not an id.
fn pure_ids(text: &str) -> Option<Vec<&str>> {
    let mut ids = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (id, tail) = rest.strip_prefix('<')?.split_once('>')?;
        ids.push(id.trim());
        rest = tail.trim_start_matches(|char: char| char.is_whitespace() || char == ',');
    }
    ids.retain(|id| !id.is_empty());
    Some(ids)
}

/// What looks like a mail address in a text: enough for Delivered-To and its kin, which hold little else.
pub(crate) fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|char: char| char.is_whitespace() || "<>,;\"()".contains(char));
    words.filter(|word| word.contains('@'))
}

fn split_field(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let name = lower(name);
    (!name.is_empty() && !name.contains(' ')).then(|| (name, value.to_owned()))
}

fn lower(name: &str) -> String {
    name.trim_end().to_ascii_lowercase()
}

fn after_line(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |place| place + 1);
    &bytes[end..]
}

fn trim_blank(bytes: &[u8]) -> &[u8] {
    let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    &bytes[blank..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_no_id() {
        assert_eq!(pure_ids("<a@x>, <b@x>\r\n <c@x>"), Some(vec!["a@x", "b@x", "c@x"]));
        assert_eq!(pure_ids("Your message of Monday <jo@x>"), None);
        assert_eq!(pure_ids("<a@x> (was: hello)"), None);
    }

    #[test]
    fn references_are_bounded_and_the_newest_comes_first() {
        let ids: Vec<String> = (0..600).map(|number| format!("<{number}@x>")).collect();
        let head = format!("In-Reply-To: <599@x>\r\nReferences: {}\r\n", ids.join("\r\n "));
        let headers = Fields::read(head.as_bytes());
        let parents = headers.parents();
        assert_eq!(parents.len(), 102);
        assert_eq!((parents[0], parents[99], parents[101]), ("599@x", "500@x", "0@x"));
    }

    #[test]
    fn what_transports_put_before_a_mail_goes() {
        let raw = Raw::new(b"\xef\xbb\xbf\r\n\nFrom jo@x Mon\nFrom: a@x\nTo: b@x\n\nbody\n");
        assert_eq!((raw.head, raw.body), (&b"From: a@x\nTo: b@x\n"[..], &b"body\n"[..]));
        let headless = Raw::new(b"From: a@x");
        assert_eq!((headless.head, headless.body), (&b"From: a@x"[..], &b""[..]));
    }
}
