//! The header block of a mail as raw fields, before the mail parser sees it: which of two equal fields
//! counts, what is an id, who is named where. The parser keeps the last of two and drops prose around
//! ids, and both would let a stranger in.

use crate::wire::limits::{
    EXTERNAL_ID_BYTES_MAX, IN_REPLY_TO_MAX, MAIL_HEADER_BYTES_MAX, MAIL_HEADER_LINES_MAX,
    REFERENCES_FIRST_MAX, REFERENCES_KEPT_MAX, REFERENCES_LAST_MAX,
};

use super::{charset, ids, params};

/// Lines before the first field that are passed over.
const JUNK_LINES_MAX: usize = 4;

/// The fields of a header block, unfolded, in their order, repaired to UTF-8. The fields of ids are without comments
/// and encoded words; in all others these stand as they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

/// A raw mail cut in two, without what transports put before it.
pub(crate) struct Raw<'a> {
    /// The header block.
    pub head: &'a [u8],
    /// What follows the empty line, or the first line that is no field.
    pub body: &'a [u8],
    /// The empty line was missing, and something followed nevertheless.
    pub lacks_gap: bool,
}

impl<'a> Raw<'a> {
    /// Drops a byte order mark, leading blank lines, an mbox line and lines that are none of a mail, then cuts.
    pub fn new(payload: &'a [u8]) -> Raw<'a> {
        let mut mail = payload.strip_prefix(b"\xef\xbb\xbf").unwrap_or(payload);
        mail = trim_blank(mail);
        if is_mbox_line(mail) {
            mail = trim_blank(after_line(mail));
        }
        let raw = Raw::cut(mail);
        match raw.head.is_empty() {
            true => after_junk(mail).map_or(raw, Raw::cut),
            false => raw,
        }
    }

    /// Cuts behind the fields: at the empty line, or before the first line that neither is a field nor goes on in one.
    pub fn cut(entity: &'a [u8]) -> Raw<'a> {
        let (mut rest, mut has_fields) = (entity, false);
        loop {
            let next = after_line(rest);
            let line = without_end(rest.get(..rest.len() - next.len()).unwrap_or_default());
            let head = entity.get(..entity.len() - rest.len()).unwrap_or_default();
            if rest.is_empty() || line.is_empty() {
                return Raw { head, body: next, lacks_gap: false };
            }
            let goes_on = has_fields && (line.starts_with(b" ") || line.starts_with(b"\t"));
            let is_mbox = line.starts_with(b">From ");
            let is_field = name_length(line).is_some();
            if !(goes_on || is_mbox || is_field) {
                return Raw { head, body: rest, lacks_gap: true };
            }
            has_fields |= is_field;
            rest = next;
        }
    }
}

/// What begins with a field that every mail has, if only a few lines stand before it that no transport should have put
/// there.
fn after_junk<'a>(mail: &'a [u8]) -> Option<&'a [u8]> {
    let mut rest = mail;
    let first = |rest: &'a [u8]| rest.get(..rest.len() - after_line(rest).len()).unwrap_or_default();
    for _ in 0..JUNK_LINES_MAX {
        // A field that is broken is one, and says that there is no other.
        if first(rest).contains(&b':') {
            return None;
        }
        rest = after_line(rest);
        let line = first(rest);
        if name_length(line).and_then(|length| line.get(..length)).is_some_and(is_known) {
            return Some(rest);
        }
    }
    None
}

/// `From jo@x Mon Jan 5`; `From : jo@x` is a field.
fn is_mbox_line(mail: &[u8]) -> bool {
    let rest = mail.strip_prefix(b">").unwrap_or(mail).strip_prefix(b"From ");
    rest.is_some_and(|rest| !rest.trim_ascii_start().starts_with(b":"))
}

impl Fields {
    /// The fields of a block, as far as the limits.
    pub fn read(head: &[u8]) -> Fields {
        Fields::within_limits(head).0
    }

    /// The fields of a block, as far as the limits; whether there were more. What is not ASCII is decoded by what it
    /// is, with the label of the body as a hint.
    pub fn within_limits(head: &[u8]) -> (Fields, bool) {
        let within = head.get(..MAIL_HEADER_BYTES_MAX).map_or(head, |start| {
            // The last line may have been cut.
            let end = start.iter().rposition(|byte| *byte == b'\n').map_or(start.len(), |place| place + 1);
            start.get(..end).unwrap_or(start)
        });
        let (mut raw, mut rest, mut lines): (Vec<(String, Vec<u8>)>, _, _) = (Vec::new(), within, 0);
        while !rest.is_empty() && lines < MAIL_HEADER_LINES_MAX {
            let next = after_line(rest);
            let line = rest.get(..rest.len() - next.len()).unwrap_or_default();
            (rest, lines) = (next, lines + 1);
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                if let Some((_, value)) = raw.last_mut() {
                    value.extend_from_slice(line);
                }
            } else if let Some((name, value)) = split_field(line) {
                raw.push((name, value.to_vec()));
            }
        }
        let is_cut = within.len() < head.len() || !rest.is_empty();
        (Fields::decoded(raw), is_cut)
    }

    fn decoded(raw: Vec<(String, Vec<u8>)>) -> Fields {
        let content_type = raw.iter().find(|(name, _)| name == "content-type");
        let media = content_type.map(|(_, value)| params::structured(&String::from_utf8_lossy(value)));
        let label = media.as_ref().and_then(|media| media.parameter("charset"));
        let field = |(name, value): (String, Vec<u8>)| {
            let value = charset::decode_field(&value, label).replace('\0', "");
            let value = if is_of_ids(&name) { ids::plain(&value) } else { value };
            (name, value)
        };
        Fields(raw.into_iter().map(field).collect())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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
        let word =
            value.trim_matches(['"', '\'']).split([';', ' ', '\t', '(', '"']).next().unwrap_or_default();
        Some(word.to_ascii_lowercase())
    }

    /// The Message-ID without its brackets, byte for byte.
    pub fn message_id(&self) -> Option<&str> {
        ids::own(self.first("message-id")?)
    }

    /// The ids of In-Reply-To, where it holds nothing else.
    pub fn in_reply_to(&self) -> Vec<&str> {
        let mut ids = self.first("in-reply-to").and_then(ids::pure).unwrap_or_default();
        ids.truncate(IN_REPLY_TO_MAX);
        ids
    }

    /// The ids of References that are looked at, the oldest first: of many the first, since ours can be the second,
    /// and the newest.
    pub fn named(&self) -> Vec<&str> {
        let mut all = self.first("references").map(ids::loose).unwrap_or_default();
        if let Some(left) = all.len().checked_sub(REFERENCES_FIRST_MAX + REFERENCES_LAST_MAX) {
            all.drain(REFERENCES_FIRST_MAX..REFERENCES_FIRST_MAX + left);
        }
        all
    }

    /// The ids that the mail answers, the most telling first: In-Reply-To, then References newest first.
    pub fn parents(&self) -> Vec<&str> {
        let mut ids = self.in_reply_to();
        for id in self.named().into_iter().rev() {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// The ids that an answer names before the mail's own (RFC 5322 3.6.4): References, else In-Reply-To if
    /// that is one id. Of many the first, which began the thread, and the newest; each whole, the oldest first.
    pub fn references(&self) -> Vec<String> {
        let mut ids = self.first("references").map(ids::loose).unwrap_or_default();
        if ids.is_empty() {
            ids = self
                .first("in-reply-to")
                .and_then(ids::pure)
                .filter(|ids| ids.len() == 1)
                .unwrap_or_default();
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

fn is_of_ids(name: &str) -> bool {
    ["message-id", "in-reply-to", "references"].contains(&name)
}

/// What looks like a mail address in a text: enough for Delivered-To and its kin, which hold little else.
pub(crate) fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|char: char| char.is_whitespace() || "<>,;\"()".contains(char));
    words.filter(|word| word.contains('@'))
}

fn split_field(line: &[u8]) -> Option<(String, &[u8])> {
    let length = name_length(line)?;
    let name = String::from_utf8_lossy(line.get(..length)?).trim_end().to_ascii_lowercase();
    Some((name, line.get(length + 1..)?))
}

/// How many bytes stand before the colon, if they name a field. White space before the colon is obsolete (RFC 5322 4.5)
/// and taken for fields that are known; `Note : call me` is prose.
fn name_length(line: &[u8]) -> Option<usize> {
    let length = line.iter().position(|byte| *byte == b':')?;
    let written = line.get(..length)?;
    let name = written.trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    let is_close = name.len() == written.len();
    (is_name && (is_close || is_known(name))).then_some(length)
}

fn is_known(name: &[u8]) -> bool {
    const KNOWN: [&str; 15] = [
        "from",
        "sender",
        "reply-to",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "received",
        "return-path",
        "mime-version",
        "keywords",
    ];
    const FAMILIES: [&str; 3] = ["content-", "resent-", "x-"];
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    KNOWN.contains(&name.as_str()) || FAMILIES.iter().any(|family| name.starts_with(family))
}

/// What follows the first line end.
pub(super) fn after_line(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |place| place + 1);
    bytes.get(end..).unwrap_or_default()
}

/// A line without its end, which some transports double to `\r\r\n`.
pub(super) fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let carriage = line.iter().rev().take_while(|byte| **byte == b'\r').count();
    line.get(..line.len() - carriage).unwrap_or(line)
}

/// Without the lines at its begin that hold nothing but white space.
fn trim_blank(bytes: &[u8]) -> &[u8] {
    let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let lines = bytes.get(..blank).and_then(|blank| blank.iter().rposition(|byte| *byte == b'\n'));
    bytes.get(lines.map_or(0, |end| end + 1)..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// mail-E33: of 600 ids the last hundred and the first two are looked at.
    #[test]
    fn references_are_bounded_and_the_newest_comes_first() {
        let ids: Vec<String> = (0..600).map(|number| format!("<{number}@x>")).collect();
        let head = format!("In-Reply-To: <599@x>\r\nReferences: {}\r\n", ids.join("\r\n "));
        let (headers, _) = Fields::within_limits(head.as_bytes());
        let parents = headers.parents();
        assert_eq!(parents.len(), 102);
        assert_eq!((parents[0], parents[99], parents[101]), ("599@x", "500@x", "0@x"));
        assert_eq!(headers.named().len(), 102);
        assert_eq!(headers.references().len(), REFERENCES_KEPT_MAX);
    }

    #[test]
    fn what_transports_put_before_a_mail_goes() {
        let raw = Raw::new(b"\xef\xbb\xbf\r\n\nFrom jo@x Mon\nFrom: a@x\nTo: b@x\n\nbody\n");
        assert_eq!((raw.head, raw.body), (&b"From: a@x\nTo: b@x\n"[..], &b"body\n"[..]));
        let junk = Raw::new(b" \n  HTTP/1.1 200 OK\nFrom: a@x\n\nbody\n");
        assert_eq!((junk.head, junk.body), (&b"From: a@x\n"[..], &b"body\n"[..]));
        assert!(Raw::new(b"one\ntwo: three\n\nFour: x").head.is_empty());
        let headless = Raw::new(b"From: a@x");
        assert_eq!((headless.head, headless.body), (&b"From: a@x"[..], &b""[..]));
    }

    #[test]
    fn a_line_that_is_no_field_begins_the_body() {
        let raw = Raw::new(b"From: a@x\r\nSubject: b\r\nHello there\r\nx: y\r\n");
        assert_eq!((raw.body, raw.lacks_gap), (&b"Hello there\r\nx: y\r\n"[..], true));
        let obsolete = Raw::new(b"From : a@x\nNote : call me\n");
        assert_eq!((obsolete.head, obsolete.body), (&b"From : a@x\n"[..], &b"Note : call me\n"[..]));
        let doubled = Raw::new(b"From: a@x\r\r\n\r\r\nbody");
        assert_eq!((doubled.body, doubled.lacks_gap), (&b"body"[..], false));
    }

    /// mail-E26, mail-E38: bytes of another charset are repaired, and the first of two fields counts.
    #[test]
    fn fields_are_utf_8_and_the_first_counts() {
        let (fields, is_cut) =
            Fields::within_limits(b"Subject: Gr\xfc\xdfe\r\nFrom : a@x\r\nSubject: other\r\n");
        assert_eq!((fields.first("subject"), fields.first("from")), (Some("Grüße"), Some("a@x")));
        assert!(!is_cut);
        let (russian, _) =
            Fields::within_limits(b"Subject: \xd0\xd2\xc9\nContent-Type: text/plain; charset=koi8-r\n");
        assert_eq!(russian.first("subject"), Some("при"));
    }

    #[test]
    fn fields_behind_the_limit_are_not_looked_at() {
        let head = "X: y\r\n".repeat(2_000) + "From: a@x\r\n";
        let (fields, is_cut) = Fields::within_limits(head.as_bytes());
        assert!(is_cut && fields.first("from").is_none());
        let (long, is_cut) =
            Fields::within_limits(format!("A: b\nX: {}\n", "y".repeat(MAIL_HEADER_BYTES_MAX)).as_bytes());
        assert!(is_cut && long.first("a") == Some("b") && long.first("x").is_none());
    }
}
