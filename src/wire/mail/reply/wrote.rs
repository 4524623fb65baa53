//! Lines that say who wrote what follows: `On Monday, Ann wrote:`. Programs build them of a date, a name, an address
//! and a verb, in an order of their own, and wrap them; a table of verbs and of the words that begin such a line, with
//! the signs of a date or an address, covers them without a pattern for each program.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// Bytes of such a line, of all its parts; longer ones are prose.
const BYTES_MAX: usize = 600;
/// Lines that it may be wrapped into.
const LINES: usize = 6;
/// The same for one that begins with a name.
const NAMED_LINES: usize = 3;

/// One that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub lines: usize,
    /// Counts only where quotes follow.
    pub is_weak: bool,
}

/// Words that begin such a line, before the date.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    let words = concat!(
        r"on|le|am|el|em|no dia|il|il giorno|in data|op|w dniu|dnia|den|dne|dňa|på|kl|pe|în data de|la|lúc|vào|vào ngày",
        r"|στις|την|в|во|на|у|pada|pada tanggal|tanggal|noong|nang|ar|a las|dana|datum|at|fecha|data"
    );
    let joined = r"在|於|于|ב|בתאריך|ביום|في|بتاريخ|يوم|ב-";
    pattern(&format!(r"^(?:(?:{words})[\s,.:]|(?:{joined})[\s\d\-־,،])"))
});
static VERB: LazyLock<Regex> = LazyLock::new(|| {
    let words = concat!(
        r"wrote|writes|said|schrieb|geschrieben|hat geschrieben|skrev|a écrit|écrit|escribió|escribio|ha escrito|escreveu|ha scritto",
        r"|scrisse|schreef|geschreven|het volgende geschreven|napisał|napisał\(a\)|napisała|pisze|kirjoitti|napsal|napsal\(a\)|napsala",
        r"|napísal|napísal\(a\)|napísala|írta|ezt írta|a scris|yazdı|şunu yazdı|şunları yazdı|έγραψε|написал|написал\(а\)|написала",
        r"|написа|пишет|пише|написав|написав\(ла\)|написала|да написа|đã viết|viết|menulis|tulis|sinulat|nagsulat|sumulat|napisao|je napisao",
        r"|rakstīja|rašė|kirjutas|ha escrit|va escriure|idatzi du|skrifaði|wrote the following|מאת|כתב|כתבה|كتب|كتبت|نوشت"
    );
    let joined = r"写道|寫道|写到|のメール|さんは書きました|書きました|のメッセージ|작성|님이 작성|님이 씀|כתב/ה|написал:|เขียน|ने लिखा";
    pattern(&format!(r"(?:^|[\s>,()،*־‏])(?:{words})(?:$|[\s:：(,.\-،*])|{joined}"))
});
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "\\b\\d{1,4}[./-]\\s?\\d{1,2}[./-]\\s?\\d{1,4}\\b|(?:^|\\D)(?:19|20)\\d{2}(?:$|\\D)|\\d{1,2}\\s?[月월]\\s?\\d{1,2}\\s?[日일]",
    )
});
static TIME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d{1,2}\s?[:.h時点시]\s?\d{2}"));
static MAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"[^\s<>@,;:]+@[^\s<>@,;:]+\.?[\w-]+"));
/// A date first, perhaps behind the day of the week.
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:[\p{L}\p{M}]{1,14}(?: [\p{L}\d])?[.,،]{0,2}\s+)?[\[(]?\d{1,4}[\s./,:\-年년月월٫]")
});
/// A date, a name and an address, and nothing behind.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}(?:\s\d{1,2}:\d{2}(?:\s?[\w+:]{2,9})?)?,?\s[^<>@:]{1,80}<[^\s<>@]+@[^\s<>@]+>$"#,
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns of this file are right")
}

/// Such a line that begins with the first of these.
pub(super) fn at(lines: &[Cow<'_, str>], steps: &mut u64) -> Option<Found> {
    let first = bare(lines.first()?);
    if first.is_empty() || first.len() > BYTES_MAX {
        return None;
    }
    let low = first.to_lowercase();
    if BARE.is_match(&low) {
        return Some(Found { lines: 1, is_weak: false });
    }
    let opened = OPENING.is_match(&low) && low.contains(char::is_numeric);
    let dated = DATED.is_match(&low);
    let named = low.contains(['<', '@']) || VERB.is_match(&low);
    let most = match (opened || dated, named) {
        (true, _) => LINES,
        (false, true) => NAMED_LINES,
        (false, false) => return None,
    };
    let mut joined = String::new();
    let mut blanks = 0;
    for (place, line) in lines.iter().take(most).enumerate() {
        let line = bare(line);
        *steps += line.len() as u64;
        if line.is_empty() {
            blanks += 1;
            if blanks > 1 || !opened {
                return None;
            }
            continue;
        }
        if joined.len() + line.len() > BYTES_MAX {
            return None;
        }
        joined.push_str(if joined.is_empty() { "" } else { " " });
        joined.push_str(&line.to_lowercase());
        let closed = joined.ends_with([':', '：'])
            || lines.get(place).is_some_and(|line| line.trim_end().ends_with("----"));
        if closed {
            return weigh(&joined, opened, dated).map(|is_weak| Found { lines: place + 1, is_weak });
        }
    }
    None
}

/// Whether the evidence is weak; `None` where there is none.
fn weigh(joined: &str, opened: bool, dated: bool) -> Option<bool> {
    let verb = VERB.find(joined);
    let mail = MAIL.find(joined);
    let when = DATE.is_match(joined) || TIME.is_match(joined);
    match (verb, mail) {
        (Some(_), _) if opened && (when || mail.is_some()) => Some(false),
        (_, Some(_)) if (opened || dated) && when && ends_with_party(joined) => Some(false),
        (Some(_), _) if dated && when => Some(false),
        (Some(verb), Some(mail)) if mail.start() < verb.start() => Some(false),
        (Some(_), Some(_)) if when => Some(false),
        (Some(_), _) if joined.chars().count() <= 120 => Some(true),
        _ => None,
    }
}

/// An address stands right before the colon.
fn ends_with_party(joined: &str) -> bool {
    joined.trim_end_matches([':', '：', ' ']).ends_with(['>', ')', ']'])
        || MAIL.find_iter(joined).last().is_some_and(|mail| joined.len() - mail.end() <= 3)
}

/// Without the decoration that programs put around.
fn bare(line: &str) -> &str {
    line.trim().trim_matches(['-', '*', '_', '|', ' ', '\t'])
}
