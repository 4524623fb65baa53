//! Lists of mailboxes (RFC 5322 3.4) as they are written: comments, groups, quoted and encoded names, folding anywhere,
//! semicolons between, raw UTF-8. A group without members is nobody.

use crate::domain::Party;
use crate::wire::limits::{CONTACT_BYTES_MAX, NAME_BYTES_MAX, RECIPIENTS_MAX};
use crate::wire::text;

use super::words::{self, Ends};

/// What a mailbox is made of, before it is known which part is which.
#[derive(Debug)]
struct Piece {
    text: String,
    kind: Kind,
    /// White space or a comment stood before it.
    is_apart: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bare,
    Quoted,
    /// Encoded words, decoded.
    Encoded,
}

/// Reads one list; each character once.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    ends: Ends,
    pieces: Vec<Piece>,
    angle: Option<String>,
    comments: Vec<String>,
    is_apart: bool,
    /// One of the pieces is an address.
    has_address: bool,
    /// What opens here closes nowhere, so it is not looked for again.
    is_comment_open: bool,
    is_literal_open: bool,
    list: List,
}

/// The mailboxes of a list.
#[derive(Debug, Default)]
pub(super) struct List {
    pub parties: Vec<Party>,
    /// A name had to be cut.
    pub is_cut: bool,
    /// Bytes looked at.
    pub steps: u64,
}

pub(super) fn read(value: &str) -> List {
    let unfolded: String = value.chars().filter(|char| !matches!(char, '\r' | '\n')).collect();
    let list = Reader::new(&unfolded).read();
    if !list.parties.is_empty() || !unfolded.contains("=?") {
        return list;
    }
    // The whole mailbox was encoded, which is forbidden and done.
    let (decoded, steps) = words::counted(&unfolded);
    let again = Reader::new(&decoded).read();
    List { steps: list.steps + steps + again.steps, ..again }
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Reader<'a> {
        Reader {
            text,
            at: 0,
            ends: Ends::default(),
            pieces: Vec::new(),
            angle: None,
            comments: Vec::new(),
            is_apart: true,
            has_address: false,
            is_comment_open: false,
            is_literal_open: false,
            list: List::default(),
        }
    }

    fn read(mut self) -> List {
        while let Some(char) = self.peek() {
            self.list.steps += 1;
            if self.list.parties.len() >= RECIPIENTS_MAX {
                break;
            }
            match char {
                '"' => self.quoted(),
                '(' => {
                    let comment = self.comment();
                    self.comments.push(comment);
                    self.is_apart = true;
                }
                '<' => self.angle(),
                ',' | ';' => {
                    self.skip(char);
                    self.finish();
                }
                // What stood before was the name of a group, or a scheme as `mailto`.
                ':' if self.angle.is_none() && !self.has_address => {
                    self.skip(char);
                    self.pieces.clear();
                    self.comments.clear();
                    self.is_apart = true;
                }
                _ if char.is_whitespace() || char.is_control() || matches!(char, '>' | ')') => {
                    self.skip(char);
                    self.is_apart = true;
                }
                _ => self.bare(),
            }
        }
        self.finish();
        self.list.steps += self.ends.steps;
        self.list
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, char: char) {
        self.at += char.len_utf8();
    }

    fn push(&mut self, text: String, kind: Kind) {
        let piece = Piece { text, kind, is_apart: self.is_apart };
        self.has_address |= is_address(&piece);
        self.pieces.push(piece);
        self.is_apart = false;
    }

    /// A quotation that never ends is none: its mark is passed over.
    fn quoted(&mut self) {
        let inner = self.rest().strip_prefix('"').unwrap_or_default();
        let (mut plain, mut is_escaped) = (String::new(), false);
        for (place, char) in inner.char_indices() {
            self.list.steps += 1;
            match char {
                '\\' if !is_escaped => {
                    is_escaped = true;
                    continue;
                }
                '"' if !is_escaped => {
                    self.at += 1 + place + 1;
                    return self.push(words::decode(&plain), Kind::Quoted);
                }
                _ => plain.push(char),
            }
            is_escaped = false;
        }
        self.skip('"');
        // No quotation can end behind: the others are passed over too.
        let rest = inner.replace('"', " ");
        let list = Reader { pieces: std::mem::take(&mut self.pieces), ..Reader::new(&rest) }.read();
        self.list.parties.extend(list.parties);
        self.list.is_cut |= list.is_cut;
        self.list.steps += list.steps;
        self.at = self.text.len();
    }

    fn comment(&mut self) -> String {
        let inner = self.rest().strip_prefix('(').filter(|_| !self.is_comment_open).unwrap_or_default();
        let (mut plain, mut is_escaped, mut depth) = (String::new(), false, 1_u32);
        for (place, char) in inner.char_indices() {
            self.list.steps += 1;
            match char {
                '\\' if !is_escaped => {
                    is_escaped = true;
                    continue;
                }
                '(' if !is_escaped => depth += 1,
                ')' if !is_escaped => depth -= 1,
                _ => {}
            }
            is_escaped = false;
            if depth == 0 {
                self.at += 1 + place + 1;
                return words::decode(&plain);
            }
            plain.push(char);
        }
        // It never ends: as if it ended here.
        self.is_comment_open = true;
        self.skip('(');
        String::new()
    }

    fn angle(&mut self) {
        let inner = self.rest().trim_start_matches('<');
        let (mut is_quoted, mut end) = (false, None);
        for (place, char) in inner.char_indices() {
            self.list.steps += 1;
            match char {
                '"' => is_quoted = !is_quoted,
                '>' if !is_quoted => {
                    end = Some((place, 1));
                    break;
                }
                ',' | ';' if !is_quoted && !inner.starts_with('@') => {
                    end = Some((place, 0));
                    break;
                }
                _ => {}
            }
        }
        let (length, mark) = end.unwrap_or((inner.len(), 0));
        let written = inner.get(..length).unwrap_or_default();
        self.at = self.text.len() - inner.len() + length + mark;
        self.angle.get_or_insert(bare_address(written));
        self.is_apart = true;
    }

    /// An atom with its dots and at-signs, or encoded words.
    fn bare(&mut self) {
        if let Some(end) = self.ends.run(self.text, self.at) {
            let run = self.text.get(self.at..end).unwrap_or_default();
            self.at = end;
            return self.push(words::decode(run), Kind::Encoded);
        }
        let rest = self.rest();
        let is_end = |char: char| char.is_whitespace() || char.is_control() || "\"(<>),;:".contains(char);
        let mut length = rest.find(is_end).unwrap_or(rest.len()).max(1);
        let domain = match rest.starts_with('[') {
            true => Some(0),
            false => rest.get(..length).and_then(|atom| atom.find("@[")),
        };
        if let Some(at) = domain.filter(|_| !self.is_literal_open) {
            // A domain in brackets may hold colons.
            let end = rest.get(at..).and_then(|domain| domain.find(']'));
            self.is_literal_open = end.is_none();
            length = end.map_or(length, |end| at + end + 1);
        }
        let atom = rest.get(..length).unwrap_or(rest);
        self.list.steps += atom.len() as u64;
        self.at += atom.len();
        self.push(atom.to_owned(), Kind::Bare);
    }

    fn finish(&mut self) {
        let (pieces, comments) = (std::mem::take(&mut self.pieces), std::mem::take(&mut self.comments));
        (self.is_apart, self.has_address) = (true, false);
        let pieces = merged(pieces);
        let named = |written: String| text::line_or_none(&written, NAME_BYTES_MAX);
        let comment = comments.iter().find(|comment| !comment.trim().is_empty()).cloned().unwrap_or_default();
        let (addresses, names): (Vec<Piece>, Vec<Piece>) = match self.angle.take() {
            Some(address) => (vec![Piece { text: address, kind: Kind::Bare, is_apart: true }], pieces),
            None => pieces.into_iter().partition(is_address),
        };
        let name = if names.is_empty() { comment } else { phrase(&names) };
        self.list.is_cut |= name.len() > NAME_BYTES_MAX && !addresses.is_empty();
        let name = named(name);
        for address in addresses {
            let bare = undressed(&address.text);
            let Some(address) = text::line_or_none(bare, CONTACT_BYTES_MAX) else { continue };
            self.list.parties.push(Party { address, name: name.clone() });
        }
    }
}

/// An address without what programs for people put around it: `'ann@x'`, `[mailto:ann@x]`.
fn undressed(address: &str) -> &str {
    let quoted = |address: &'_ str| address.len() > 2 && address.starts_with('\'') && address.ends_with('\'');
    if quoted(address) {
        return address.trim_matches('\'');
    }
    let scheme = "[mailto:";
    let linked = address.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme));
    if linked { address.get(scheme.len()..).unwrap_or_default().trim_end_matches(']') } else { address }
}

/// Pieces that belong together: a local part in quotes and its domain, and what is folded around dots.
fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let joint = |text: &str, is_start: bool| match is_start {
            true => text.starts_with(['@', '.']),
            false => text.ends_with(['@', '.']) && text.contains('@'),
        };
        match merged.last_mut() {
            Some(last) if last.kind == Kind::Quoted && piece.text.starts_with('@') && !piece.is_apart => {
                last.text = format!("\"{}\"{}", last.text, piece.text);
                last.kind = Kind::Bare;
            }
            Some(last)
                if last.kind == Kind::Bare
                    && piece.kind == Kind::Bare
                    && (!piece.is_apart || joint(&piece.text, true) || joint(&last.text, false)) =>
            {
                last.text.push_str(&piece.text);
            }
            _ => merged.push(piece),
        }
    }
    merged
}

fn is_address(piece: &Piece) -> bool {
    let is_whole = piece.kind != Kind::Quoted && piece.text.contains('@');
    is_whole
        && piece.text.len() > 1
        && (piece.kind == Kind::Bare || !piece.text.contains(char::is_whitespace))
}

fn phrase(names: &[Piece]) -> String {
    let mut phrase = String::new();
    for name in names {
        let space = if name.is_apart && !phrase.is_empty() { " " } else { "" };
        phrase.extend([space, &name.text]);
    }
    phrase
}

/// What stands in the brackets, without comments, white space, a route and a scheme.
fn bare_address(written: &str) -> String {
    let plain = super::ids::without_comments(written);
    let plain = plain.trim();
    let plain = plain
        .get(..7)
        .filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"))
        .map_or(plain, |_| plain.get(7..).unwrap_or_default());
    let plain = match plain.strip_prefix('@').and_then(|route| route.split_once(':')) {
        Some((_, address)) => address,
        None => plain,
    };
    let decoded = words::decode(plain);
    match decoded.starts_with('"') {
        true => decoded,
        false => decoded.chars().filter(|char| !char.is_whitespace()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(value: &str) -> Vec<String> {
        let shown = |party: Party| match party.name {
            Some(name) => format!("{name}|{}", party.address),
            None => party.address,
        };
        read(value).parties.into_iter().map(shown).collect()
    }

    #[test]
    fn a_mailbox_is_written_in_many_ways() {
        for (value, expected) in [
            ("ann@x.test", "ann@x.test"),
            ("Ann Doe <ann@x.test>", "Ann Doe|ann@x.test"),
            ("\"Doe, Ann \\\"A\\\"\" <ann@x.test>", "Doe, Ann \"A\"|ann@x.test"),
            ("ann@x.test (Ann)", "Ann|ann@x.test"),
            ("Ann (the first) <ann(her)@x.test(home)>", "Ann|ann@x.test"),
            ("=?utf-8?Q?Doe,_J=C3=B6rg?= <j@x.test>", "Doe, Jörg|j@x.test"),
            ("\"=?utf-8?Q?J=C3?= =?utf-8?Q?=B6rg?=\" <j@x.test>", "Jörg|j@x.test"),
            ("Jörg <jörg@mönchen.test>", "Jörg|jörg@mönchen.test"),
            ("\"ann doe\"@x.test", "\"ann doe\"@x.test"),
            ("<\"a > b\"@x.test>", "\"a > b\"@x.test"),
            ("<@relay,@other:ann@x.test>", "ann@x.test"),
            ("mailto:ann@x.test", "ann@x.test"),
            ("'ann@x.test'", "ann@x.test"),
            ("o'neil@x.test", "o'neil@x.test"),
            ("Ann [mailto:ann@x.test]", "Ann|ann@x.test"),
            ("John Doe <jdoe@machine(comment).  example>", "John Doe|jdoe@machine.example"),
            ("jdoe @ machine . example", "jdoe@machine.example"),
            ("ann@[IPv6:2001::1]", "ann@[IPv6:2001::1]"),
            ("Ann <ann@x.test", "Ann|ann@x.test"),
            ("\"Ann <ann@x.test>", "Ann|ann@x.test"),
            ("Big Bug bb@bug.test", "Big Bug|bb@bug.test"),
            ("Ann@Home <ann@x.test>", "Ann@Home|ann@x.test"),
            ("=?utf-8?Q?Ann_<ann=40x.test>?=", "Ann|ann@x.test"),
            ("Ann\r\n Doe\r\n <ann@x.test>", "Ann Doe|ann@x.test"),
        ] {
            assert_eq!(list(value), [expected], "{value}");
        }
    }

    #[test]
    fn a_list_has_groups_and_odd_separators() {
        assert_eq!(list("undisclosed-recipients:;"), [""; 0]);
        assert_eq!(list("<>"), [""; 0]);
        assert_eq!(list("Team: a@x, B <b@x>;, c@x"), ["a@x", "B|b@x", "c@x"]);
        assert_eq!(list("a@x; b@x;"), ["a@x", "b@x"]);
        assert_eq!(list(",, a@x ,,"), ["a@x"]);
        assert_eq!(list("\"Mary: Personal\" <m@x>"), ["Mary: Personal|m@x"]);
    }

    #[test]
    fn hostile_lists_end() {
        for part in ["(", "\"", "<", "=?", ":", "[", "\\", "@", "a@["] {
            assert!(list(&part.repeat(5_000)).len() <= RECIPIENTS_MAX, "{part}");
        }
        assert_eq!(list(&"a@x,".repeat(5_000)).len(), RECIPIENTS_MAX);
    }
}
