//! The subject without what programs put before and behind it (field page channels 1.4).
//!
//! - Prefixes of answers and forwards go, in all languages of the table, as often as they stand there.
//! - Names of lists, marks of tickets and warnings of gateways in brackets go, unless nothing else is left.
//! - Prefixes of one letter are words too: they count in mailboxes of their language only.
//! - A prefix that tells of a class, as `Automatic reply:`, is told as a hint.

use mail_parser::MessageParser;
use unicode_normalization::UnicodeNormalization;

use super::subject_hints::HINTS;
use super::subject_words::{FORWARDED, IN_LANGUAGE, PLACEHOLDERS, REPLIED, WARNINGS};

pub(crate) use super::subject_hints::Hint;

/// Prefixes that are looked at; a longer row of them is a joke.
const PREFIXES_MAX: usize = 100;
/// Characters before the colon of a prefix.
const PREFIX_CHARS: usize = 48;
/// Characters within brackets.
const BRACKET_CHARS: usize = 80;

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
    let plain = plain(&decoded(subject));
    let mut rest = plain.as_str();
    found.steps = subject.len() as u64 + plain.len() as u64;
    for _ in 0..PREFIXES_MAX {
        let before = rest;
        found.steps += rest.len() as u64;
        rest = without_prefix(rest, languages, &mut found);
        rest = without_bracket(rest, &mut found);
        rest = without_end(rest, &mut found);
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

/// An encoded word that a relay left as it was.
fn decoded(subject: &str) -> String {
    if !(subject.contains("=?") && subject.contains("?=")) {
        return subject.to_owned();
    }
    let field: String =
        subject.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let mail = MessageParser::default()
        .parse_headers(format!("Subject: {field}\n\n").as_bytes())
        .map(|mail| mail.subject().map(str::to_owned));
    mail.flatten().unwrap_or(field)
}

/// Without marks of direction and of no width; runs of white space are one space.
fn plain(subject: &str) -> String {
    let seen = subject.chars().filter(|letter| !is_invisible(*letter));
    let spaced: String = seen.map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// In lower case, where the Turkish `İ` is one letter.
fn fold(text: &str) -> String {
    plain(text).to_lowercase().replace('\u{307}', "")
}

fn without_prefix<'a>(rest: &'a str, languages: &[String], found: &mut Subject) -> &'a str {
    let is_colon = |letter: char| matches!(letter, ':' | '：' | '﹕' | '︰' | '꞉' | '∶');
    let colon = rest.char_indices().take(PREFIX_CHARS).find(|(_, letter)| is_colon(*letter));
    let Some((place, colon)) = colon else { return rest };
    let Some((word, behind)) = rest.split_at_checked(place) else { return rest };
    let behind = behind.strip_prefix(colon).unwrap_or(behind).trim_start();
    let word = fold(uncounted(word.trim()));
    let is = |words: &[&str]| words.contains(&word.as_str());
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

/// `Re[2]`, `Re(2)`, `Re^2`, `Re 2`, `Re*2` without the count.
fn uncounted(word: &str) -> &str {
    let bare = word
        .trim_end_matches([']', ')', '）', '］'])
        .trim_end_matches(|letter: char| letter.is_ascii_digit());
    if bare.len() == word.len() {
        return word;
    }
    let bare = bare.trim_end_matches(['[', '(', '^', '*', '（', '［', ' ']);
    if bare.is_empty() { word } else { bare }
}

fn without_bracket<'a>(rest: &'a str, found: &mut Subject) -> &'a str {
    let stripped = rest.trim_start_matches(['*', '{']);
    // `***SPAM*** hello`
    if stripped.len() < rest.len()
        && let Some((word, behind)) = stripped.split_once(['*', '}'])
        && WARNINGS.contains(&fold(word.trim_end_matches('?')).as_str())
    {
        let behind = behind.trim_start_matches(['*', '}', ' ']);
        return if behind.is_empty() { rest } else { behind };
    }
    let (close, inner) = match rest.chars().next() {
        Some('[') => (']', rest.strip_prefix('[')),
        Some('［') => ('］', rest.strip_prefix('［')),
        Some('【') => ('】', rest.strip_prefix('【')),
        _ => return rest,
    };
    let Some((inner, behind)) = inner.and_then(|inner| inner.split_once(close)) else { return rest };
    if behind.is_empty() {
        let mut within = Subject::default();
        let body = without_prefix(inner, &[], &mut within);
        // `[fwd: hello]` is a forward of hello.
        if within.is_forward && !body.is_empty() {
            found.is_forward = true;
            return body;
        }
    }
    let behind = behind.trim_start();
    let is_short = inner.chars().nth(BRACKET_CHARS).is_none() && !inner.contains('[');
    if is_short && !behind.is_empty() { behind } else { rest }
}

/// `(fwd)` at the end, and the mark of a ticket.
fn without_end<'a>(rest: &'a str, found: &mut Subject) -> &'a str {
    let lower = rest.to_ascii_lowercase();
    for end in ["(fwd)", "(fw)", "(forward)", "(forwarded)"] {
        if lower.len() == rest.len() && lower.ends_with(end) {
            let bare = rest.get(..rest.len() - end.len()).unwrap_or(rest).trim_end();
            if !bare.is_empty() {
                found.is_forward = true;
                return bare;
            }
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
