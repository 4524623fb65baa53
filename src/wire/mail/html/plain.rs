//! HTML to text in one pass: for what is too long or too deep for the library, and where it fails. It knows
//! lines, lists, quotes and cells.

use super::hidden::{Size, is_hidden, size};
use super::link::Links;
use super::scan::{Piece, Tag, pieces};

/// Elements that begin a line.
const LINES: [&str; 40] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tr",
    "ul",
    "caption",
    "legend",
];
/// Elements with a blank line around.
const APART: [&str; 9] = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"];
/// How deep a quote may be shown.
const QUOTES_MAX: usize = 20;

struct Writer {
    text: String,
    links: Links,
    /// Line ends that are owed before the next word.
    ends: usize,
    /// A space that is owed before the next word.
    space: bool,
    quotes: usize,
}

/// The text, and how many pieces and bytes were looked at.
pub(super) fn text(html: &str) -> (String, u64) {
    let mut writer = Writer { text: String::new(), links: Links::new(), ends: 0, space: false, quotes: 0 };
    let mut steps = html.len() as u64;
    // Elements within the one that is hidden; only its own name counts.
    let mut hidden: Option<(&str, usize)> = None;
    for piece in pieces(html) {
        steps += 1;
        match (piece, &mut hidden) {
            (Piece::Close(name), Some((by, depth))) if name.eq_ignore_ascii_case(by) => {
                *depth -= 1;
                if *depth == 0 {
                    hidden = None;
                }
            }
            (Piece::Open(tag), Some((by, depth))) if tag.is(&[*by]) => *depth += 1,
            (_, Some(_)) | (Piece::Passed(_), None) => {}
            (Piece::Text(text), None) => {
                writer.links.words(text);
                writer.words(text);
            }
            (Piece::Open(tag), None) if is_left_out(&tag) => hidden = Some((tag.name, 1)),
            (Piece::Open(tag), None) => writer.open(&tag),
            (Piece::Close(name), None) => writer.close(name),
        }
    }
    (writer.text.trim().to_owned(), steps)
}

fn is_left_out(tag: &Tag<'_>) -> bool {
    let is_void = tag.is(&["br", "hr", "img", "input", "meta", "link", "base", "col", "wbr", "area"]);
    let is_sizeless = tag.is(&["span", "p", "font", "div"]) && size(tag) == Some(Size::Zero);
    !is_void
        && (is_sizeless || is_hidden(tag) || tag.is(&["head", "select", "svg", "math", "object", "iframe"]))
}

impl Writer {
    fn open(&mut self, tag: &Tag<'_>) {
        self.line(tag.name);
        if tag.is(&["a"]) {
            let told = self.links.open(tag);
            self.target(told);
        } else if tag.is(&["br"]) {
            self.ends += 1;
        } else if tag.is(&["blockquote"]) {
            self.quotes += 1;
        } else if tag.is(&["li"]) {
            self.words("* ");
            self.space = true;
        } else if tag.is(&["td", "th"]) {
            self.space = true;
        }
    }

    /// Where a link leads, behind its words.
    fn target(&mut self, told: Option<String>) {
        if let Some(target) = told {
            self.space = true;
            self.owed();
            self.text.extend(["<", &target, ">"]);
        }
    }

    fn close(&mut self, name: &str) {
        if name.eq_ignore_ascii_case("a") {
            let told = self.links.close();
            self.target(told);
        }
        if name.eq_ignore_ascii_case("blockquote") {
            self.quotes = self.quotes.saturating_sub(1);
        }
        self.line(name);
    }

    fn line(&mut self, name: &str) {
        let is_in = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let ends = usize::from(is_in(&LINES)) + usize::from(is_in(&APART));
        self.ends = self.ends.max(ends);
    }

    fn words(&mut self, text: &str) {
        let text = references(text);
        let mut begins = !text.starts_with(is_space);
        for word in text.split(is_space).filter(|word| !word.is_empty()) {
            if !begins {
                self.space = true;
            }
            begins = false;
            self.owed();
            self.text.push_str(word);
        }
        self.space |= text.ends_with(is_space);
    }

    fn owed(&mut self) {
        let first = self.text.is_empty();
        if self.ends > 0 || first {
            for _ in 0..(if first { 0 } else { self.ends.min(3) }) {
                self.text.push('\n');
            }
            let quotes = self.quotes.min(QUOTES_MAX);
            self.text.extend(std::iter::repeat_n(">", quotes));
            self.text.push_str(if quotes > 0 { " " } else { "" });
        } else if self.space && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        (self.ends, self.space) = (0, false);
    }
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\n' | '\r' | '\t' | '\u{c}')
}

/// Names of characters that mail bears; the others stay as written.
const NAMES: [(&str, char); 46] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("euro", '€'),
    ("pound", '£'),
    ("yen", '¥'),
    ("cent", '¢'),
    ("sect", '§'),
    ("deg", '°'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("bull", '•'),
    ("middot", '·'),
    ("times", '×'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("szlig", 'ß'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("iacute", 'í'),
    ("oacute", 'ó'),
    ("uacute", 'ú'),
    ("ntilde", 'ñ'),
    ("ccedil", 'ç'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
];
/// Bytes of a reference.
const REFERENCE_BYTES: usize = 12;

/// With references replaced by their characters.
pub(super) fn references(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut parts = text.split('&');
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let head = part.get(..part.floor_char_boundary(REFERENCE_BYTES)).unwrap_or(part);
        let found =
            head.split_once(';').and_then(|(name, _)| Some((character(name)?, part.get(name.len() + 1..)?)));
        match found {
            Some((letter, behind)) => {
                plain.push(letter);
                plain.push_str(behind);
            }
            None => plain.extend(["&", part]),
        }
    }
    plain
}

fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    let letter = match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits, 16),
            None => number(digits, 10),
        },
        None => NAMES.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter),
    };
    letter.map(|letter| if letter == '\u{a0}' { ' ' } else { letter })
}
