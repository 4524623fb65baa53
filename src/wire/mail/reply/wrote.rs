//! Lines that say who wrote what follows: `On Monday, Ann wrote:`. Programs build them of a date, a name, an
//! address and a verb, in an order of their own, and wrap them; a table of verbs and of the words that begin
//! such a line, with the signs of a date or an address, covers them without a pattern for each program.

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
        r"on|le|am|el|em|no dia|il|il giorno|in data|op|w dniu|dnia|den|dne|dňa|på|kl|pe|în data de|la",
        r"|lúc|vào|vào ngày|στις|την|в|во|на|у|v|pada|pada tanggal|tanggal|noong|nang|ar|a las|dana|datum",
        r"|at|fecha|data|þann",
    );
    let joined = r"在|於|于|ב|בתאריך|ביום|في|بتاريخ|يوم|ב-|ใน";
    pattern(&format!(r"^(?:(?:{words})[\s,.:]|(?:{joined})[\s\d\-־,،])"))
});
static VERB: LazyLock<Regex> = LazyLock::new(|| {
    let words = concat!(
        r"wrote the following|wrote|writes|said|schrieb|hat geschrieben|geschrieben|skrev|skrifaði",
        r"|a écrit|écrit|escribió|escribio|ha escrito|escreveu|ha scritto|scrisse|schreef",
        r"|het volgende geschreven|geschreven|napisała?\(?a?\)?|napisana przez|pisze|kirjoitti|kirjutas",
        r"|napsala?\(?a?\)?|napísala?\(?a?\)?|ezt írta|írta|a scris|şunu yazdı|şunları yazdı|yazdı|έγραψε",
        r"|написала?\(?а?\)?|написав(?:\(ла\))?|да написа|написа|пишет|пише",
        r"|(?:je )?napisao(?:/la)?(?: je)?|(?:je )?napisala?|(?:је )?написао(?:/ла)?|đã viết|viết|menulis",
        r"|tulis|i?sinulat|nagsulat|sumulat|rakstīja|rašė|ha escrit|va escriure|missatge de|idatzi du|מאת",
        r"|כתב|כתבה|كتب|كتبت|نوشت|quoting|zitat von|citando a?",
    );
    let joined = concat!(
        r"写道|寫道|写到|のメール|さんは書きました|書きました|のメッセージ|작성|님이 작성|님이 씀|כתב/ה",
        r"|เขียน|ने लिखा",
    );
    pattern(&format!(r"(?:^|[\s>,()،*־‏])(?:{words})(?:$|[\s:：(,.\-،*])|{joined}"))
});
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let numbers = r"\b\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}\b";
    let words = r"(?:^|\D)(?:19|20)\d{2}(?:$|\D)|\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]";
    pattern(&format!("{numbers}|{words}"))
});
static TIME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d{1,2}\s?[:.h時点시]\s?\d{2}"));
static MAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"[^\s<>@,;:]+@[^\s<>@,;:]+\.?[\w-]+"));
/// A date first, perhaps behind the day of the week.
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:[\p{L}\p{M}]{1,14}(?: [\p{L}\d])?[.,،]{0,2}\s+)?[\[(]?\d{1,4}[\s./,:\-年년月월٫]")
});
/// A date, a name and an address, and nothing behind.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    let when = r"\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}(?:\s\d{1,2}:\d{2}(?:\s?[\w+:]{2,9})?)?";
    pattern(&format!(r"^{when},?\s[^<>@:]{{1,80}}<[^\s<>@]+@[^\s<>@]+>$"))
});
/// What was written begins behind the line that says who wrote it, on the same one, and at some distance.
static INLINE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"<[^\s<>@]+@[^\s<>@]+>[^<>@:]{0,40}[:：]\s{2,}\S"));
/// Small words of names, and of who is addressed; others behind a verb make prose of it.
const SMALL: [&str; 30] = [
    "von", "van", "vom", "de", "der", "den", "del", "della", "di", "da", "do", "dos", "du", "la", "le", "el",
    "al", "bin", "ibn", "zu", "zur", "af", "av", "ten", "ter", "und", "and", "via", "je", "you",
];

fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?i){text}")).expect("the patterns of this file are right")
}

/// Such a line that begins with the first of these.
pub(super) fn at(lines: &[Cow<'_, str>], steps: &mut u64) -> Option<Found> {
    let first = bare(lines.first()?);
    if first.is_empty() || first.len() > BYTES_MAX {
        return None;
    }
    if BARE.is_match(first) {
        return Some(Found { lines: 1, is_weak: false });
    }
    let opened = OPENING.is_match(first) && first.contains(char::is_numeric);
    let dated = DATED.is_match(first);
    let named = first.contains(['<', '@']) || VERB.is_match(first);
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
        joined.push_str(line);
        if opened && goes_on(&joined) {
            return Some(Found { lines: place + 1, is_weak: false });
        }
        let closed = joined.ends_with([':', '：'])
            || lines.get(place).is_some_and(|line| line.trim_end().ends_with("---"));
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
    let (date, time) = (DATE.is_match(joined), TIME.is_match(joined));
    let when = date || time;
    match (verb, mail) {
        // `On 2 March I wrote to you about this:` is a sentence.
        (Some(verb), _) if is_prose(joined.get(verb.end()..).unwrap_or_default()) => None,
        (Some(verb), _) if is_own(joined.get(..verb.start()).unwrap_or_default()) => Some(true),
        (Some(_), _) if is_told(joined) => Some(true),
        (Some(_), _) if opened && (when || mail.is_some()) => Some(false),
        // A line of a log ends so too, but not with an address in brackets.
        (_, Some(_)) if (opened || dated) && when && ends_with_party(joined) => {
            Some(verb.is_none() && !joined.contains(['<', '(']))
        }
        (Some(_), _) if dated && when || date && time => Some(false),
        (Some(verb), Some(mail)) if mail.start() < verb.start() => Some(false),
        (Some(_), Some(_)) if when => Some(false),
        (Some(verb), _) if joined.chars().count() <= 120 => {
            let before = joined.get(..verb.start()).unwrap_or_default();
            let is_speech = verb.as_str().trim().trim_end_matches([':', ' ']).eq_ignore_ascii_case("said");
            (!is_speech && (OPENING.is_match(joined) || !is_prose(before))).then_some(true)
        }
        _ => None,
    }
}

/// Whether the words beside a verb are more than a name or a date.
fn is_prose(beside: &str) -> bool {
    let mut words = beside.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '/' | '"'));
    let is_small = |word: &str| SMALL.iter().any(|small| small.eq_ignore_ascii_case(word));
    let is_lower = |word: &str| word.chars().next().is_some_and(char::is_lowercase) && !word.contains('@');
    let in_lower = |word: &str| is_lower(word) && !is_small(word);
    !beside.contains(|letter: char| letter.is_numeric() || letter == '<')
        && words.any(|word| in_lower(word.trim_end_matches([':', '.', ')'])))
}

/// Whether the writer speaks of himself.
fn is_own(before: &str) -> bool {
    let own = ["I", "ich", "ik", "io", "jag", "jeg", "jsem", "я", "yo", "eu"];
    before.split_whitespace().any(|word| own.contains(&word))
}

/// Whether the writer tells what was written to himself: `hat Ann mir geschrieben`, as no program puts it. In a name beside an
/// address such a word may stand, as in `Write to us <a@x.test>`.
fn is_told(joined: &str) -> bool {
    if joined.contains('<') {
        return false;
    }
    let whom = [
        "mir", "uns", "me", "us", "nous", "mij", "mig", "oss", "meg", "nos", "мне", "нам", "m'a", "m’a",
        "m'avez", "m’avez",
    ];
    let words: Vec<&str> = joined.split_whitespace().collect();
    words.iter().any(|word| whom.contains(word))
        || words
            .windows(2)
            .any(|pair| matches!(pair, ["mi" | "ci", "ha"] | ["you", "wrote:"] | ["je", "vous"]))
}

/// Whether a line of a program goes on with what was written. A person who cites so leaves one space at most.
fn goes_on(joined: &str) -> bool {
    let Some(party) = INLINE.find(joined) else { return false };
    let line = joined.get(..party.end()).unwrap_or_default();
    VERB.is_match(line) && DATE.is_match(line) && TIME.is_match(line)
}

/// The same behind three signs of a quote, as one program writes it: `>>> Ann <ann@x.test> 3/5/2026 10:00 AM >>>`.
pub(super) fn chevrons(lines: &[Cow<'_, str>], steps: &mut u64) -> Option<Found> {
    let first = lines.first()?.trim().strip_prefix(">>> ")?;
    *steps += first.len() as u64;
    let found = match first.strip_suffix(">>>").map(str::trim) {
        Some(party) if party.len() > BYTES_MAX => return None,
        Some(party) => {
            let when = DATE.is_match(party) && TIME.is_match(party);
            when.then_some(Found { lines: 1, is_weak: false })?
        }
        None => {
            let bare = std::iter::once(Cow::Borrowed(first));
            let behind = lines.iter().skip(1).take(NAMED_LINES - 1).map(|line| Cow::Borrowed(line.as_ref()));
            at(&bare.chain(behind).collect::<Vec<_>>(), steps)?
        }
    };
    // In what is quoted three times such a line is a quote like all around it.
    let is_around = |line: &Cow<'_, str>| line.trim_start().starts_with(">>>");
    (!lines.get(found.lines).is_some_and(is_around)).then_some(found)
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
