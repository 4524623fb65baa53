//! HTML as tags and text, in one pass over the bytes. It needs no tree and refuses nothing: what is no tag
//! is text.

/// One piece of HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Between tags, with its references as written.
    Text(&'a str),
    Open(Tag<'a>),
    /// The name of a closing tag.
    Close(&'a str),
    /// Comments, declarations, scripts, styles: nothing that is read.
    Passed(&'a str),
}

/// An opening tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub name: &'a str,
    /// All between the name and the end, as written.
    pub attributes: &'a str,
}

/// Elements whose content is not markup, and not read.
const RAW: [&str; 8] = ["script", "style", "title", "noscript", "template", "xmp", "noembed", "noframes"];
/// Bytes of attributes of one tag that are looked at.
const ATTRIBUTES_MAX: usize = 16_384;

pub(super) struct Pieces<'a> {
    rest: &'a str,
    /// Whether a further closing tag of each raw element was looked for in vain: so each is looked for once.
    unclosed: [bool; RAW.len()],
}

pub(super) fn pieces(html: &str) -> Pieces<'_> {
    Pieces { rest: html, unclosed: [false; RAW.len()] }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if !begins_tag(self.rest) {
            return Some(Piece::Text(self.text()));
        }
        let rest = self.rest.strip_prefix('<').unwrap_or_default();
        if rest.starts_with(['!', '?']) {
            return Some(Piece::Passed(self.passed()));
        }
        let end = tag_end(rest);
        let (inner, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        self.rest = behind.strip_prefix('>').unwrap_or(behind);
        if let Some(name) = inner.strip_prefix('/') {
            return Some(Piece::Close(name_of(name)));
        }
        let name = name_of(inner);
        let attributes = inner.get(name.len()..).unwrap_or_default();
        let attributes =
            attributes.get(..attributes.floor_char_boundary(ATTRIBUTES_MAX)).unwrap_or(attributes);
        if let Some(which) = RAW.iter().position(|raw| raw.eq_ignore_ascii_case(name)) {
            self.skip_raw(which);
            return Some(Piece::Passed(inner));
        }
        Some(Piece::Open(Tag { name, attributes }))
    }
}

impl<'a> Pieces<'a> {
    /// Up to what may be a tag.
    fn text(&mut self) -> &'a str {
        let may_be = |place: usize| place > 0 && self.rest.get(place..).is_some_and(begins_tag);
        let end = self.rest.match_indices('<').map(|(place, _)| place).find(|place| may_be(*place));
        self.take(end.unwrap_or(self.rest.len()))
    }

    /// A comment or a declaration; what follows a conditional that hides its content from all but one
    /// program goes too.
    fn passed(&mut self) -> &'a str {
        let end = if self.rest.starts_with("<!--") {
            comment_end(self.rest.get(4..).unwrap_or_default()).map(|place| place + 4)
        } else {
            self.rest.find('>').map(|place| place + 1)
        };
        // An unclosed comment hides the rest, as it does in every program.
        self.take(end.unwrap_or(self.rest.len()))
    }

    fn skip_raw(&mut self, which: usize) {
        let Some((name, unclosed)) = RAW.get(which).zip(self.unclosed.get_mut(which)) else { return };
        if *unclosed {
            return;
        }
        let mut from = 0;
        while let Some(found) = self.rest.get(from..).and_then(|rest| rest.find("</")) {
            from += found + 2;
            let is_end = self
                .rest
                .get(from..)
                .and_then(|rest| rest.get(..name.len()))
                .is_some_and(|end| end.eq_ignore_ascii_case(name));
            if is_end {
                let behind = self.rest.get(from..).unwrap_or_default();
                self.take(from + behind.find('>').map_or(behind.len(), |place| place + 1));
                return;
            }
        }
        *unclosed = true;
        self.take(self.rest.len());
    }

    fn take(&mut self, end: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

/// Where a comment ends, of what stands behind its beginning; programs take a beginning for the end too.
fn comment_end(behind: &str) -> Option<usize> {
    let at_once = [">", "->"].into_iter().find(|end| behind.starts_with(end)).map(str::len);
    at_once.or_else(|| {
        behind.match_indices('>').map(|(place, _)| place).find_map(|place| {
            let before = behind.get(..place)?;
            (before.ends_with("--") || before.ends_with("--!")).then_some(place + 1)
        })
    })
}

fn begins_tag(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next() == Some('<')
        && letters.next().is_some_and(|letter| {
            letter.is_ascii_alphabetic()
                || letter == '!'
                || letter == '?'
                || letter == '/' && letters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        })
}

/// Where a tag ends: at the first `>` outside of quotes that stand for a value.
fn tag_end(inner: &str) -> usize {
    let mut quote = None;
    let mut before = ' ';
    for (place, letter) in inner.char_indices() {
        match (quote, letter) {
            (None, '>') => return place,
            (None, '"' | '\'') if before == '=' => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
        if !letter.is_whitespace() {
            before = letter;
        }
    }
    // A quote that never ends: the tag ends at the first `>`, so that what follows is not lost.
    inner.find('>').unwrap_or(inner.len())
}

fn name_of(inner: &str) -> &str {
    let end = inner
        .find(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '>'))
        .unwrap_or(inner.len());
    inner.get(..end).unwrap_or(inner)
}

impl<'a> Tag<'a> {
    pub fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| name.eq_ignore_ascii_case(self.name))
    }

    /// The value of an attribute, its references as written; empty where it has none.
    pub fn attribute(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .char_indices()
                .skip(1)
                .find(|(_, letter)| letter.is_whitespace() || matches!(letter, '=' | '/'));
            let (name, behind) = rest.split_at_checked(end.map_or(rest.len(), |(place, _)| place))?;
            let (value, behind) = match behind.trim_start().strip_prefix('=') {
                Some(value) => value_of(value.trim_start()),
                None => ("", behind),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            rest = behind;
        }
    }
}

fn value_of(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}
