//! The subject without what programs put before and behind it (field page channels 1.4).
//!
//! - Prefixes of answers and forwards go, in all languages of the table, as often as they stand there.
//! - Names of lists, marks of tickets and warnings of gateways in brackets go, unless nothing else is left.
//! - Prefixes of one letter are words too: they count in mailboxes of their language only.
//! - A prefix that tells of a class, as `Automatic reply:`, is told as a hint.

use unicode_normalization::UnicodeNormalization;

use crate::wire::text;

use super::subject_hints::HINTS;
use super::subject_words::{FORWARDED, IN_LANGUAGE, PLACEHOLDERS, REPLIED, WARNINGS};
use super::words;

pub(crate) use super::subject_hints::Hint;

/// Prefixes that are looked at; a longer row of them is a joke.
const PREFIXES_MAX: usize = 400;
/// Marks of gateways before a robot's words.
const MARKS_MAX: usize = 4;
/// What is read of a subject for its words.
const SUBJECT_BYTES: usize = 998;
/// Characters before the colon of a prefix.
const PREFIX_CHARS: usize = 64;
/// Characters within brackets.
const BRACKET_CHARS: usize = 80;

/// Digits of a count that nothing parts from its prefix: `Re2` counts, `AW100` is a thing.
const BARE_COUNT: usize = 2;
/// Ends that say that a mail was forwarded.
const FORWARD_ENDS: [&str; 4] = ["(fwd)", "(fw)", "(forward)", "(forwarded)"];
/// Brackets, and whether only the word of a gateway goes with them.
const BRACKETS: [(char, char, bool); 6] = [
    ('[', ']', false),
    ('［', '］', false),
    ('【', '】', false),
    ('(', ')', true),
    ('（', '）', true),
    ('<', '>', true),
];

/// How the mark of a ticket begins.
const MARKS: [&str; 8] = ["#", "ref", "ticket", "case", "incident", "request", "id", "tt"];

/// A subject in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    /// What it is about; empty where it has prefixes only.
    pub base: String,
    pub is_reply: bool,
    pub is_forward: bool,
    pub hint: Option<Hint>,
    /// How much was looked at.
    pub steps: u64,
}

/// What a subject says, in a mailbox of these languages.
pub(crate) fn read(subject: &str, languages: &[String]) -> Subject {
    let mut found = Subject::default();
    // An encoded word that a relay left as it was is read here.
    let plain = plain(&words::decode(subject));
    let mut rest = plain.as_str();
    found.steps = subject.len() as u64 + plain.len() as u64;
    for _ in 0..PREFIXES_MAX {
        let before = rest;
        found.steps += PREFIX_CHARS.min(rest.len()) as u64;
        rest = without_prefix(rest, languages, &mut found);
        rest = without_forward(rest, &mut found);
        rest = without_end(rest, &mut found);
        rest = without_bracket(rest);
        if rest == before {
            break;
        }
    }
    found.base = rest.to_owned();
    found
}

/// By what two subjects are the same; `None` where that says nothing.
pub(crate) fn key(base: &str) -> Option<String> {
    let folded = fold(&base.nfkc().collect::<String>());
    let bare: String = folded.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let says = !bare.is_empty()
        && !PLACEHOLDERS
            .iter()
            .any(|word| fold(word).chars().filter(|letter| letter.is_alphanumeric()).eq(bare.chars()));
    says.then_some(folded)
}

/// Without marks of direction and of no width; runs of white space are one space.
fn plain(subject: &str) -> String {
    let seen = subject.chars().filter(|letter| !is_invisible(*letter));
    let spaced: String = seen.map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
}

/// As words of our tables are written.
pub(super) fn folded(subject: &str) -> String {
    let one_form: String = text::line(subject, SUBJECT_BYTES).nfkc().collect();
    fold(&one_form).replace('’', "'")
}

/// Without the marks in brackets before it.
pub(super) fn unmarked(subject: &str) -> &str {
    (0..MARKS_MAX).fold(subject, |rest, _| without_bracket(rest))
}

/// In lower case, where the Turkish `İ` is one letter.
fn fold(text: &str) -> String {
    plain(text).to_lowercase().replace('\u{307}', "")
}

fn is_colon(letter: char) -> bool {
    matches!(letter, ':' | '：' | '﹕' | '︰' | '꞉' | '∶')
}

fn without_prefix<'a>(rest: &'a str, languages: &[String], found: &mut Subject) -> &'a str {
    let colon = rest.char_indices().take(PREFIX_CHARS).find(|(_, letter)| is_colon(*letter));
    let Some((place, colon)) = colon else { return rest };
    let Some((word, behind)) = rest.split_at_checked(place) else { return rest };
    let behind = behind.strip_prefix(colon).unwrap_or(behind).trim_start();
    // In one form: full-width letters, and accents that stand by themselves.
    let word = folded(bare_word(word.trim()));
    let word = word.trim_end_matches('.');
    let is = |words: &[&str]| words.contains(&word);
    if let Some((_, is_reply, _)) =
        IN_LANGUAGE.iter().find(|(known, _, its)| *known == word && speaks(languages, its))
    {
        *(if *is_reply { &mut found.is_reply } else { &mut found.is_forward }) = true;
        return behind;
    }
    if is(REPLIED) {
        found.is_reply = true;
        return behind;
    }
    if is(FORWARDED) {
        found.is_forward = true;
        return behind;
    }
    let hint = HINTS.iter().find(|(_, words)| is(words)).map(|(hint, _)| *hint);
    match hint {
        Some(hint) if !behind.is_empty() => {
            found.hint = found.hint.or(Some(hint));
            behind
        }
        Some(hint) => {
            found.hint = found.hint.or(Some(hint));
            rest
        }
        None if is(WARNINGS) && !behind.is_empty() => behind,
        None => rest,
    }
}

fn speaks(languages: &[String], wanted: &[&str]) -> bool {
    languages.iter().any(|language| {
        let main = language.split(['-', '_']).next().unwrap_or_default();
        wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(main))
    })
}

/// A prefix without its count, as `Re[2]`, `Re(2)`, `Re^2`, `Re 2`, and without the list's name of `Re
/// [list]`.
fn bare_word(word: &str) -> &str {
    let listed = word.strip_suffix(']').and_then(|word| word.rsplit_once('['));
    let word = listed.map(|(bare, _)| bare.trim_end()).filter(|bare| !bare.is_empty()).unwrap_or(word);
    let open = word.trim_end_matches([')', '）', '］']);
    let letters = open.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let bare = letters.trim_end_matches(['(', '^', '*', '#', '（', '［', ' ']);
    let digits = open.len() - letters.len();
    let is_count = digits > 0 && (digits <= BARE_COUNT || bare.len() < letters.len());
    if is_count && !bare.is_empty() { bare } else { word }
}

/// `[fwd: hello]` is a forward of hello, brackets within it or not.
fn without_forward<'a>(rest: &'a str, found: &mut Subject) -> &'a str {
    let Some(inner) = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return rest };
    let mut depth = 1_i32;
    let closes_within = inner.chars().any(|letter| {
        depth += i32::from(letter == '[') - i32::from(letter == ']');
        depth == 0
    });
    let mut within = Subject::default();
    let body = without_prefix(inner, &[], &mut within);
    if closes_within || !within.is_forward || body.is_empty() {
        return rest;
    }
    found.is_forward = true;
    body
}

/// The name of a list, the mark of a ticket, or the warning of a gateway: `[list] hello`, `***SPAM*** hello`.
fn without_bracket(rest: &str) -> &str {
    let stripped = rest.trim_start_matches(['*', '{']);
    if stripped.len() < rest.len()
        && let Some((word, behind)) = stripped.split_once(['*', '}'])
        && is_warning(word)
    {
        let behind = behind.trim_start_matches(['*', '}', ' ']);
        return if behind.is_empty() { rest } else { behind };
    }
    let pair = BRACKETS.iter().find(|(open, _, _)| rest.starts_with(*open));
    let Some((open, close, needs_warning)) = pair else { return rest };
    let inner = rest.strip_prefix(*open).and_then(|inner| inner.split_once(*close));
    let Some((inner, behind)) = inner else { return rest };
    let behind = behind.trim_start_matches(|letter: char| is_colon(letter) || letter.is_whitespace());
    let is_short = inner.chars().nth(BRACKET_CHARS).is_none() && !inner.contains('[');
    let goes = is_short && !behind.is_empty() && (!needs_warning || is_warning(inner));
    if goes { behind } else { rest }
}

fn is_warning(word: &str) -> bool {
    WARNINGS.contains(&fold(word.trim_matches(['?', ' ', '!'])).as_str())
}

/// `(fwd)` at the end, and the mark of a ticket.
fn without_end<'a>(rest: &'a str, found: &mut Subject) -> &'a str {
    for end in FORWARD_ENDS {
        let parts = rest.len().checked_sub(end.len()).and_then(|place| rest.split_at_checked(place));
        if let Some((bare, tail)) = parts
            && tail.eq_ignore_ascii_case(end)
            && !bare.trim().is_empty()
        {
            found.is_forward = true;
            return bare.trim_end();
        }
    }
    let Some((bare, inner)) = rest.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) else {
        return rest;
    };
    let low = inner.to_ascii_lowercase();
    let digits = low.chars().any(|letter| letter.is_ascii_digit());
    let is_mark = digits && (MARKS.iter().any(|mark| low.starts_with(mark)) || low.ends_with(":ref"));
    let bare = bare.trim_end();
    if is_mark && !bare.is_empty() { bare } else { rest }
}
