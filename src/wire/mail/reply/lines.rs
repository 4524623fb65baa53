//! What each line of a text is.

use std::borrow::Cow;

use crate::wire::mail::{device, signature};

use super::{LINE_BYTES_MAX, LINES_MAX, banner, fields, wrote};

/// A line, without its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub text: &'a str,
    pub kind: Kind,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Blank,
    Text,
    /// Begins with the sign of a quote.
    Quote,
    /// Says who wrote what follows; a line of several. Whether quotes follow.
    Wrote {
        quotes: bool,
    },
    /// A header field of a mail within the mail.
    Field,
    /// Announces a mail within the mail.
    Embedded,
    /// Parts the text from a signature or from what follows.
    Delimiter,
    /// Asks to write above it.
    Above,
    /// A program's signature: `Sent from my phone`.
    Device,
    /// Begins a paragraph with a dash and a name.
    Name,
}

/// Every line, and what it took.
pub(super) fn read(text: &str) -> (Vec<Line<'_>>, u64) {
    // A carriage return ends a line also by itself, as old programs write.
    let texts = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let texts: Vec<&str> = texts.flat_map(|line| line.split('\r')).collect();
    let seen: Vec<Cow<'_, str>> = texts.iter().take(LINES_MAX).map(|line| plain(head(line))).collect();
    let mut steps = texts.len() as u64;
    let mut kinds: Vec<Kind> = texts.iter().map(|line| cheap(line)).collect();
    let code = code(&seen);
    let mut place = 0;
    while place < seen.len() {
        let rest = seen.get(place..).unwrap_or_default();
        steps += rest.first().map_or(0, |line| line.len() as u64);
        let count = match kinds.get(place) {
            Some(Kind::Text) if code.get(place) != Some(&true) => {
                mark(rest, place, &seen, &mut kinds, &mut steps)
            }
            Some(Kind::Quote) if !quoted_before(&kinds, place) => match wrote::chevrons(rest, &mut steps) {
                Some(found) => told(Kind::Wrote { quotes: found.is_weak }, place, found.lines, &mut kinds),
                None => 1,
            },
            _ => 1,
        };
        place += count.max(1);
    }
    settle(&mut kinds);
    let lines = texts.into_iter().zip(kinds).map(|(text, kind)| Line { text, kind });
    (lines.collect(), steps)
}

/// Tells what begins here; how many lines it has.
fn mark(
    rest: &[Cow<'_, str>],
    place: usize,
    all: &[Cow<'_, str>],
    kinds: &mut [Kind],
    steps: &mut u64,
) -> usize {
    let Some(line) = rest.first() else { return 1 };
    let before = place.checked_sub(1).and_then(|before| all.get(before)).map_or("", |line| line.as_ref());
    let (kind, count) = if let Some(found) = banner::armour(rest) {
        found
    } else if let Some(kind) = banner::kind(line, before) {
        (kind, 1)
    } else if let Some(found) = wrote::at(rest, steps) {
        (Kind::Wrote { quotes: found.is_weak }, found.lines)
    } else if let Some(count) = fields::block(rest, steps) {
        (Kind::Field, count)
    } else if device::is_device(line) {
        (Kind::Device, 1)
    } else if before.trim().is_empty() && signature::is_dashed_name(line) {
        (Kind::Name, 1)
    } else {
        return 1;
    };
    told(kind, place, count, kinds)
}

fn told(kind: Kind, place: usize, count: usize, kinds: &mut [Kind]) -> usize {
    kinds.iter_mut().skip(place).take(count).for_each(|one| *one = kind);
    count
}

fn quoted_before(kinds: &[Kind], place: usize) -> bool {
    place.checked_sub(1).and_then(|before| kinds.get(before)) == Some(&Kind::Quote)
}

/// What follows decides: a weak sign of who wrote counts before quotes only; until here `quotes` says that
/// it is weak.
fn settle(kinds: &mut [Kind]) {
    let mut next_said = None;
    for place in (0..kinds.len()).rev() {
        let Some(kind) = kinds.get_mut(place) else { continue };
        match *kind {
            Kind::Blank => continue,
            Kind::Wrote { quotes: is_weak } => {
                let quotes = matches!(next_said, Some(Kind::Quote | Kind::Wrote { quotes: true }));
                *kind = if is_weak && !quotes { Kind::Text } else { Kind::Wrote { quotes } };
            }
            _ => {}
        }
        next_said = Some(*kind);
    }
    // Within a paragraph such words are the writer's own.
    for place in 1..kinds.len().saturating_sub(1) {
        let is_text = |place: usize| kinds.get(place) == Some(&Kind::Text);
        let is_within = is_text(place - 1) && is_text(place + 1);
        if let Some(kind) = kinds.get_mut(place).filter(|kind| **kind == Kind::Device && is_within) {
            *kind = Kind::Text;
        }
    }
}

fn cheap(line: &str) -> Kind {
    match line.chars().find(|letter| !letter.is_whitespace() && !is_mark(*letter)) {
        None => Kind::Blank,
        Some('>' | '＞') => Kind::Quote,
        Some('|') if is_barred(line) => Kind::Quote,
        Some(_) => Kind::Text,
    }
}

/// Bars at the left stand for quotes; where more follow, it is a table.
fn is_barred(line: &str) -> bool {
    let behind = line.trim_start().trim_start_matches(['|', ' ', '>']);
    let parted = |rest: &str| rest.is_empty() || rest.starts_with([' ', '|', '>']);
    line.trim().strip_prefix('|').is_some_and(parted) && !behind.contains('|')
}

fn head(line: &str) -> &str {
    line.get(..line.floor_char_boundary(LINE_BYTES_MAX)).unwrap_or(line)
}

/// Without marks of direction, as right-to-left programs write them around names and addresses.
fn plain(line: &str) -> Cow<'_, str> {
    if !line.contains(is_mark) && !line.contains('\u{a0}') && !line.contains('\u{202f}') {
        return Cow::Borrowed(line);
    }
    let letters = line.chars().filter(|letter| !is_mark(*letter));
    Cow::Owned(letters.map(|letter| if letter.is_whitespace() { ' ' } else { letter }).collect())
}

pub(super) fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        || matches!(letter, '\u{feff}' | '\u{61c}')
}

/// Lines within a pair of fences are code: whatever they look like is what the sender shows.
fn code(lines: &[Cow<'_, str>]) -> Vec<bool> {
    let mut inside = vec![false; lines.len()];
    let mut open = None;
    for (place, line) in lines.iter().enumerate() {
        if !line.trim_start().starts_with("```") {
            continue;
        }
        match open.take() {
            None => open = Some(place),
            Some(begin) => inside.iter_mut().take(place + 1).skip(begin).for_each(|line| *line = true),
        }
    }
    inside
}
