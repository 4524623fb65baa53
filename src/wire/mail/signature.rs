//! Signatures: how people close a mail, with what their program adds under it (field page channels 2.4).
//!
//! A program's line goes from the reply; a person's closing is told, and stays: `Thanks, Ann` is part of
//! what was said.

use std::sync::LazyLock;

use regex::Regex;

use super::device::is_device;

/// Lines of a closing.
const CLOSING_LINES: usize = 10;
/// Characters of one of them.
const CLOSING_CHARS: usize = 60;

static DASHED_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:-|–\s?|—\s?|--\s?)\p{Lu}[\p{L}\p{M}.'’-]*(?: \p{L}[\p{L}\p{M}.'’-]*){0,3}$")
        .expect("the pattern of names is right")
});
static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    let words = concat!(
        r"thank you|thanks|thx|many thanks|thanks in advance|cheers|best|best wishes|best regards",
        r"|kind regards|warm regards|regards|sincerely|yours|yours sincerely|yours truly|yours faithfully",
        r"|cordially|respectfully|take care|mit freundlichen grüßen|mit freundlichem gruß",
        r"|mit besten grüßen|freundliche grüße|freundliche grüsse|viele grüße|viele grüsse|beste grüße",
        r"|liebe grüße|herzliche grüße|schöne grüße|grüße|gruß|mfg|vg|lg|danke|vielen dank|besten dank",
        r"|cordialement|bien cordialement|bien à vous|salutations|meilleures salutations|merci",
        r"|merci d'avance|merci beaucoup|amicalement|saludos|un saludo|saludos cordiales|atentamente",
        r"|gracias|muchas gracias|cordialmente|atenciosamente|obrigado|obrigada|cumprimentos",
        r"|com os melhores cumprimentos|abraço|abraços|att|cordiali saluti|distinti saluti|saluti|grazie",
        r"|un saluto|met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|groet|groeten|mvg",
        r"|bedankt|dank u|alvast bedankt|med vänliga hälsningar|vänliga hälsningar|hälsningar|mvh|tack",
        r"|med vänlig hälsning|med venlig hilsen|venlig hilsen|hilsen|vh|tak|med vennlig hilsen",
        r"|vennlig hilsen|takk|ystävällisin terveisin|terveisin|parhain terveisin|kiitos|pozdrawiam",
        r"|z poważaniem|dziękuję|s pozdravem|děkuji|s přátelským pozdravem|s pozdravom|ďakujem",
        r"|üdvözlettel|tisztelettel|köszönöm|üdv|cu stimă|cu respect|mulțumesc|o zi bună|saygılarımla",
        r"|saygılarla|iyi çalışmalar|teşekkürler|teşekkür ederim|με εκτίμηση|ευχαριστώ|φιλικά|с уважением",
        r"|спасибо|с наилучшими пожеланиями|з повагою|дякую|с уважение|поздрави|благодаря|בברכה|תודה",
        r"|בתודה|مع تحياتي|تحياتي|شكرا|مع التحية|مع أطيب التحيات|此致|敬礼|谢谢|謝謝|祝好|顺祝商祺|敬上|よろしくお願いします",
        r"|よろしくお願いいたします|以上|ありがとうございます|감사합니다|고맙습니다|드림|trân trọng|cảm ơn|xin cảm ơn|salam|terima kasih",
        r"|hormat saya|salamat|maraming salamat|lubos na gumagalang",
    );
    Regex::new(&format!(r"^(?:{words})[\s,.!;–-]*$")).expect("the pattern of closings is right")
});

/// Whether this line is a dash and a name, as `-Ann Lee`.
pub(crate) fn is_dashed_name(line: &str) -> bool {
    line.len() <= 80 && DASHED_NAME.is_match(line.trim_end())
}

/// How a person closes a mail: the last lines, short ones, behind a delimiter, with a closing or with who
/// the sender is. `sender` is a name or an address.
pub(crate) fn find(text: &str, sender: &str) -> Option<String> {
    let text = text.trim_end();
    // A program's line stands under what a person closes with.
    let (above, device) = match text.rsplit_once('\n') {
        Some((above, last)) if is_device(last) => (above.trim_end(), Some(last)),
        _ => (text, None),
    };
    let closing = closing(above, sender);
    match (closing, device) {
        (Some(closing), Some(device)) => Some(format!("{closing}\n\n{}", device.trim())),
        (None, Some(device)) => Some(device.trim().to_owned()).filter(|_| !above.is_empty()),
        (closing, None) => closing,
    }
}

fn closing(text: &str, sender: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.len().saturating_sub(CLOSING_LINES + 1);
    let tail = lines.get(first..)?;
    // A whole text is no signature of itself.
    let whole = lines.iter().position(|line| !line.trim().is_empty()).unwrap_or_default();
    let begin = begin(tail, sender)?;
    (first + begin > whole).then(|| tail.get(begin..).unwrap_or_default().join("\n").trim().to_owned())
}

/// The topmost of the last lines from which on all is a signature.
fn begin(tail: &[&str], sender: &str) -> Option<usize> {
    if let Some(place) = tail.iter().rposition(|line| is_delimiter(line.trim_end())) {
        return Some(place + 1).filter(|begin| *begin < tail.len());
    }
    let short = |line: &str| line.chars().count() <= CLOSING_CHARS;
    let closing = |line: &str| CLOSING.is_match(&line.trim().to_lowercase());
    if let Some(place) = tail.iter().rposition(|line| closing(line)) {
        let behind = tail.get(place + 1..).unwrap_or_default();
        return behind.iter().all(|line| short(line) && !ends_a_sentence(line)).then_some(place);
    }
    let paragraph = tail.iter().rposition(|line| line.trim().is_empty()).map_or(0, |blank| blank + 1);
    let last = tail.get(paragraph..).unwrap_or_default();
    let named = last.iter().any(|line| names(line, sender));
    let single = last.len() == 1 && last.iter().all(|line| is_dashed_name(line));
    let all_short = last.iter().all(|line| short(line) && !ends_a_sentence(line));
    (all_short && (named || single) && paragraph > 0).then_some(paragraph)
}

fn is_delimiter(line: &str) -> bool {
    line == "—" || line.len() >= 2 && (line.trim_matches('-').is_empty() || line.trim_matches('_').is_empty())
}

fn ends_a_sentence(line: &str) -> bool {
    line.trim_end().ends_with(['?', '!', ':', '？', '！', '。'])
        || line.trim_end().ends_with('.') && line.split_whitespace().count() > 5
}

/// Whether a line bears the sender's address, or a word of his name or of his address.
fn names(line: &str, sender: &str) -> bool {
    let (low, sender) = (line.to_lowercase(), sender.to_lowercase());
    let local = sender.split('@').next().unwrap_or_default();
    let long = |word: &&str| word.chars().count() >= 3;
    let mut words = local.split(|letter: char| !letter.is_alphabetic()).filter(long);
    let in_line = |word: &str| low.split(|letter: char| !letter.is_alphabetic()).any(|found| found == word);
    // `johndoe@` is John Doe, and so is `jdoe@`.
    let mut capitals = line.split(|letter: char| !letter.is_alphabetic()).filter(long);
    let in_local = |word: &str| word.starts_with(char::is_uppercase) && local.contains(&word.to_lowercase());
    let is_short = line.split_whitespace().count() <= 4;
    sender.len() >= 5 && low.contains(&sender) || is_short && (words.any(in_line) || capitals.any(in_local))
}
