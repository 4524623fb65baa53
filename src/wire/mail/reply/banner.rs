//! Lines that part a text: rules, signature delimiters, banners of another mail, armour, and the line above
//! which to write.

use std::borrow::Cow;

use super::lines::Kind;

/// Characters of which rules are made.
pub(super) const RULE: [char; 16] =
    ['-', '_', '=', '*', '~', '#', '+', '—', '–', '―', '─', '━', '═', '·', 'ᐧ', '＿'];
/// Characters of a banner.
const BANNER_CHARS: usize = 100;

/// What a mail is called in a banner, by the stems of the word.
const MAIL: [&str; 44] = [
    "message",
    "nachricht",
    "mensaje",
    "mensagem",
    "messaggio",
    "bericht",
    "meddelande",
    "meddelelse",
    "melding",
    "besked",
    "viesti",
    "wiadomość",
    "wiadomości",
    "zpráva",
    "správa",
    "üzenet",
    "mesaj",
    "ileti",
    "μήνυμα",
    "μηνύματος",
    "сообщени",
    "письмо",
    "повідомлення",
    "лист",
    "съобщение",
    "הודעה",
    "رسالة",
    "الرسالة",
    "邮件",
    "郵件",
    "原文",
    "メッセージ",
    "メール",
    "메시지",
    "메일",
    "thư",
    "pesan",
    "mensahe",
    "poruka",
    "sporočilo",
    "e-mail",
    "email",
    "epost",
    "brev",
];
/// What is done to it, by the stems of the word, in the languages of the words above.
const DONE: [&str; 73] = [
    "original",
    "ursprünglich",
    "weitergeleitet",
    "forwarded",
    "forward",
    "origine",
    "originale",
    "transféré",
    "réexpédié",
    "reenviado",
    "reencaminhad",
    "encaminhad",
    "inoltrat",
    "oorspronkelijk",
    "doorgestuurd",
    "origineel",
    "ursprungligt",
    "vidarebefordra",
    "oprindelig",
    "videresendt",
    "opprinnelig",
    "alkuperäinen",
    "välitetty",
    "edelleenlähetetty",
    "oryginaln",
    "przekazan",
    "przesłan",
    "původní",
    "přeposlan",
    "pôvodn",
    "preposlan",
    "eredeti",
    "továbbított",
    "redirecționat",
    "retransmis",
    "inițial",
    "orijinal",
    "özgün",
    "iletilen",
    "iletilmiş",
    "αρχικό",
    "προωθ",
    "исходн",
    "пересыла",
    "пересла",
    "переадресован",
    "перенаправ",
    "оригинал",
    "оригінал",
    "початков",
    "переслан",
    "препрат",
    "препращ",
    "מקורי",
    "הועבר",
    "מועבר",
    "الأصلية",
    "معاد",
    "موجهة",
    "مُعاد",
    "原始",
    "原邮件",
    "转发",
    "轉寄",
    "轉發",
    "元の",
    "転送",
    "オリジナル",
    "원본",
    "전달",
    "gốc",
    "chuyển tiếp",
    "asli",
];
/// The same without dashes, as Apple's program writes it: what begins such a line.
const BEGINS: [&str; 26] = [
    "begin forwarded message",
    "anfang der weitergeleiteten",
    "anfang der weitergeleitete",
    "début du message",
    "inicio del mensaje",
    "início da mensagem",
    "início de mensagem",
    "inizio messaggio",
    "begin doorgestuurd",
    "vidarebefordrat brev",
    "vidarebefordrat mejl",
    "start på videresendt",
    "videresendt melding",
    "videresendt besked",
    "välitetty viesti",
    "początek przekazywanej",
    "začátek přeposílané",
    "začiatok preposlanej",
    "továbbított levél",
    "începutul mesajului",
    "iletilen ileti",
    "αρχή προωθημένου",
    "начало переадресованного",
    "початок переадресованого",
    "mulai pesan",
    "bắt đầu thư",
];
const BEGINS_JOINED: [&str; 6] = [
    "下面是被转发的邮件",
    "以下是被轉寄的",
    "開始轉寄郵件",
    "転送されたメッセージ",
    "전달된 메시지",
    "ראשית ההודעה",
];
/// The line above which to write, by the words that such lines share.
const ABOVE: [&str; 40] = [
    "reply above this line",
    "type your reply above",
    "respond above this line",
    "reply above the line",
    "above this line to reply",
    "oberhalb dieser linie",
    "oberhalb dieser zeile",
    "über dieser linie",
    "über dieser zeile",
    "au-dessus de cette ligne",
    "por encima de esta línea",
    "encima de esta linea",
    "arriba de esta línea",
    "acima desta linha",
    "por cima desta linha",
    "sopra questa riga",
    "sopra questa linea",
    "al di sopra di questa riga",
    "boven deze lijn",
    "boven deze regel",
    "ovanför denna rad",
    "ovanför den här raden",
    "over denne linje",
    "over denne linjen",
    "tämän rivin yläpuolelle",
    "powyżej tej linii",
    "nad tą linią",
    "nad tento řádek",
    "nad tímto řádkem",
    "nad tento riadok",
    "e sor fölé",
    "deasupra acestei linii",
    "bu satırın üst",
    "πάνω από αυτή",
    "выше этой линии",
    "выше этой строки",
    "над этой строкой",
    "вище цієї лінії",
    "над цим рядком",
    "di atas baris ini",
];
const ABOVE_JOINED: [&str; 12] = [
    "此行上方",
    "在此行之上",
    "此行以上",
    "この行より上",
    "この線より上",
    "この行の上",
    "이 줄 위에",
    "이 선 위에",
    "מעל שורה זו",
    "מעל לשורה זו",
    "فوق هذا السطر",
    "เหนือบรรทัดนี้",
];
/// Lines that an armour has before the text that is signed.
const ARMOUR_LINES: usize = 6;

/// The head of a signed text, which is no text, or the signature under it; how many lines it has.
pub(super) fn armour(lines: &[Cow<'_, str>]) -> Option<(Kind, usize)> {
    match lines.first()?.trim() {
        "-----BEGIN PGP SIGNED MESSAGE-----" => {
            let head = lines.iter().take(ARMOUR_LINES).position(|line| line.trim().is_empty());
            Some((Kind::Device, head.unwrap_or(1)))
        }
        "-----BEGIN PGP SIGNATURE-----" => Some((Kind::Delimiter, 1)),
        _ => None,
    }
}

/// What the line is, if it parts the text; `before` is the line above it.
pub(super) fn kind(line: &str, before: &str) -> Option<Kind> {
    let bare = line.trim().trim_matches(['*', '_']).trim();
    if bare.is_empty() || is_rule(line.trim()) {
        return parts(line.trim(), before.trim()).then_some(Kind::Delimiter);
    }
    if bare.chars().nth(BANNER_CHARS).is_some() {
        return None;
    }
    let low = bare.to_lowercase();
    if is_above(&low) {
        return Some(Kind::Above);
    }
    (is_banner(&low) || begins(&low)).then_some(Kind::Embedded)
}

fn is_rule(line: &str) -> bool {
    let mut signs = 0;
    for letter in line.chars() {
        match letter {
            _ if RULE.contains(&letter) => signs += 1,
            ' ' | '\t' | '|' | '\u{a0}' => {}
            _ => return false,
        }
    }
    signs > 0
}

/// A rule parts, unless it underlines the line above, or is a bullet without text.
fn parts(line: &str, before: &str) -> bool {
    let signs = line.chars().filter(|letter| RULE.contains(letter)).count();
    let first = line.chars().next();
    if signs == 1 {
        return matches!(first, Some('—' | '–' | '―' | '_' | 'ᐧ'));
    }
    let (width, above) = (line.chars().count(), before.chars().count());
    let underlines = matches!(first, Some('=' | '-' | '~' | '*' | '#' | '+'))
        && width > 2
        && above > 0
        && width.abs_diff(above) <= 2;
    // A frame of a table drawn with signs.
    let frames = line.contains('+') && line.contains('-') || line.contains('|');
    !underlines && !frames
}

fn is_above(low: &str) -> bool {
    ABOVE.iter().chain(&ABOVE_JOINED).any(|words| low.contains(words))
}

/// Dashes, words that name a mail and what was done to it, dashes.
fn is_banner(low: &str) -> bool {
    let inner = low.trim_start_matches(RULE);
    let words = inner.trim_end_matches(RULE).trim_matches([' ', ':', '：', '\t']);
    let led = low.len() - inner.len() >= 2;
    led && inner.len() > words.len()
        && inner.ends_with(RULE)
        && (DONE.iter().any(|done| words.contains(done)) || words == "message")
        && (MAIL.iter().any(|mail| words.contains(mail)) || words.chars().count() <= 24)
}

fn begins(low: &str) -> bool {
    low.ends_with([':', '：'])
        && (BEGINS.iter().any(|words| low.starts_with(words))
            || BEGINS_JOINED.iter().any(|words| low.contains(words)))
}
