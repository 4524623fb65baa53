//! What of a text is new: the reply without what it quotes and without the signature (field page channels
//! 2.4).
//!
//! A person reads the split, nothing is lost by it: the full text is kept beside it, so the rules lean
//! towards keeping.
//! - A reply is never stripped to nothing: a mail that only quotes is its own reply.
//! - An answer between quotes stays, whatever stands around it.
//! - Where a line says who wrote what follows, quotes go; quotes that none announces go at the end only.
//! - Work is linear: no pattern backtracks, the first [`LINES_MAX`] lines are looked at, of each its first
//!   [`LINE_BYTES_MAX`] bytes. What is behind is told by its first letter.
//!
//! `lines` says what each line is, with `wrote` (who wrote what follows), `fields` (the header of a mail
//! within the mail) and `banner` (lines that part); `fragments` groups them.

mod banner;
mod fields;
mod fragments;
mod lines;
mod wrote;

use lines::{Kind, Line};

pub(crate) use fragments::Fragment;

/// Lines that are looked at by pattern.
pub(crate) const LINES_MAX: usize = 2_000;
/// Bytes of a line that are looked at.
pub(crate) const LINE_BYTES_MAX: usize = 2_048;

/// A text in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Split {
    /// What is new; the full text where nothing else is left.
    pub reply: String,
    /// What was left out, in order: quotes, other mails, signatures.
    pub quoted: String,
    /// The first of the signatures.
    pub signature: Option<String>,
    /// A mail within the text, from its first header field on, and what stands before it.
    pub embedded: Option<Embedded>,
    pub fragments: Vec<Fragment>,
    /// How much was looked at: the bytes that patterns saw, and the lines.
    pub steps: u64,
}

/// A mail that is written out within another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Embedded {
    pub before: String,
    pub mail: String,
}

/// Takes a text apart.
pub(crate) fn split(text: &str) -> Split {
    let (lines, steps) = lines::read(text);
    let end = end(&lines);
    let kept = kept(&lines, end);
    let reply = joined(&lines, |place| kept.get(place) == Some(&true));
    let embedded = embedded(&lines);
    if !says(&reply) && says(text) {
        let reply = joined(&lines, |_| true);
        return Split {
            reply,
            embedded,
            fragments: fragments::all(&lines, lines.len(), true),
            steps,
            ..Split::default()
        };
    }
    let left = |place: usize| kept.get(place) == Some(&false);
    let fragments = fragments::all(&lines, end, false);
    let signature =
        fragments.iter().find(|fragment| fragment.signature).map(|fragment| fragment.text.clone());
    let quoted = joined(&lines, left);
    Split { reply, quoted, signature, embedded, fragments, steps }
}

/// Whether a text says anything: a word or a smile, not just rules and signs of quotes.
pub(crate) fn says(text: &str) -> bool {
    text.chars().any(|letter| {
        let is_sign = letter.is_whitespace() || lines::is_mark(letter) || banner::RULE.contains(&letter);
        !is_sign && !matches!(letter, '>' | '＞' | '|')
    })
}

/// Where the rest of the text is another mail or a signature; its length where that is nowhere.
fn end(lines: &[Line<'_>]) -> usize {
    let mut said = false;
    for (place, line) in lines.iter().enumerate() {
        let ends = match line.kind {
            Kind::Above => true,
            Kind::Delimiter | Kind::Embedded | Kind::Field => said,
            Kind::Wrote { quotes } => said && !quotes,
            Kind::Name => said && is_last(lines, place),
            Kind::Text => {
                said = true;
                false
            }
            Kind::Blank | Kind::Quote | Kind::Device => false,
        };
        if ends && said {
            return place;
        }
        // A mail that begins with another mail is handed on: all of it is what the sender says.
        if !said && matches!(line.kind, Kind::Embedded | Kind::Field) {
            return lines.len();
        }
    }
    lines.len()
}

/// Whether nothing is said behind this paragraph.
fn is_last(lines: &[Line<'_>], place: usize) -> bool {
    let rest = lines.get(place..).unwrap_or_default();
    let paragraph = rest.iter().take_while(|line| line.kind != Kind::Blank).count();
    let mut behind = rest.iter().skip(paragraph);
    let next = behind.find(|line| !matches!(line.kind, Kind::Blank | Kind::Quote | Kind::Device));
    paragraph <= 4 && next.is_none_or(|line| line.kind != Kind::Text)
}

fn kept(lines: &[Line<'_>], end: usize) -> Vec<bool> {
    let handed_on = lines.iter().find(|line| line.kind != Kind::Blank);
    if handed_on.is_some_and(|line| matches!(line.kind, Kind::Embedded | Kind::Field)) {
        return vec![true; lines.len()];
    }
    let announced = lines.iter().any(|line| matches!(line.kind, Kind::Wrote { .. }));
    let last_said = lines.iter().take(end).rposition(|line| line.kind == Kind::Text);
    let says = quotes_that_say(lines);
    let place_kept = |(place, line): (usize, &Line<'_>)| match line.kind {
        _ if place >= end => false,
        Kind::Quote => {
            !announced && last_said.is_some_and(|said| place < said) && says.get(place) == Some(&true)
        }
        Kind::Wrote { .. } | Kind::Device | Kind::Above => false,
        Kind::Blank | Kind::Text | Kind::Delimiter | Kind::Embedded | Kind::Field | Kind::Name => true,
    };
    lines.iter().enumerate().map(place_kept).collect()
}

/// Of each line of a quote, whether its quote holds anything but signs.
fn quotes_that_say(lines: &[Line<'_>]) -> Vec<bool> {
    let mut says = Vec::with_capacity(lines.len());
    for quote in lines.chunk_by(|one, next| (one.kind == Kind::Quote) == (next.kind == Kind::Quote)) {
        let words =
            |line: &Line<'_>| line.text.chars().any(|letter| letter != '>' && !letter.is_whitespace());
        says.extend(std::iter::repeat_n(quote.iter().any(words), quote.len()));
    }
    says
}

fn embedded(lines: &[Line<'_>]) -> Option<Embedded> {
    let begin = lines.iter().position(|line| line.kind == Kind::Field)?;
    let spoken = |line: &Line<'_>| !matches!(line.kind, Kind::Blank | Kind::Delimiter | Kind::Embedded);
    let before = lines.get(..begin)?.iter().rposition(spoken).map_or(0, |last| last + 1);
    Some(Embedded {
        before: joined(lines, |place| place < before),
        mail: joined(lines, |place| place >= begin),
    })
}

fn joined(lines: &[Line<'_>], wanted: impl Fn(usize) -> bool) -> String {
    let mut text = String::new();
    for (_, line) in lines.iter().enumerate().filter(|(place, _)| wanted(*place)) {
        text.extend([line.text, "\n"]);
    }
    // The first line keeps its indent: it may be code.
    let first = text.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum();
    text.get(first..).unwrap_or_default().trim_end().to_owned()
}
