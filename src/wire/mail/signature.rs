//! Signatures: what a program adds under a mail, and how people close one (field page channels 2.4).
//!
//! A program's line goes from the reply; a person's closing is told, and stays: `Thanks, Ann` is part of what was said.

use std::sync::LazyLock;

use regex::Regex;

/// Characters of a program's line.
const DEVICE_CHARS: usize = 160;
/// Lines of a closing.
const CLOSING_LINES: usize = 10;
/// Characters of one of them.
const CLOSING_CHARS: usize = 60;

/// How such lines begin, in lower case; the device or program follows.
const BEGINS: [&str; 113] = [
    "sent from",
    "sent via",
    "sent with",
    "sent using",
    "sent by",
    "sent on my",
    "sent through",
    "from my",
    "written on my",
    "typed on my",
    "posted from",
    "get outlook for",
    "envoyé de",
    "envoyé depuis",
    "envoyé à partir",
    "envoyé avec",
    "envoyé via",
    "envoyée depuis",
    "envoyé par",
    "obtenez outlook",
    "obtenir outlook",
    "télécharger outlook",
    "téléchargez outlook",
    "gesendet von",
    "gesendet mit",
    "gesendet aus",
    "gesendet über",
    "gesendet vom",
    "von meinem",
    "von unterwegs gesendet",
    "diese nachricht wurde von",
    "diese e-mail wurde von meinem",
    "holen sie sich outlook",
    "outlook für",
    "laden sie outlook",
    "enviado desde",
    "enviado con",
    "enviado por mi",
    "obtener outlook",
    "descargar outlook",
    "consigue outlook",
    "enviado do",
    "enviado a partir",
    "enviado via",
    "enviado pelo",
    "enviado de",
    "enviada do",
    "obter o outlook",
    "obtenha o outlook",
    "baixar o outlook",
    "inviato da",
    "inviato dal",
    "inviato dalla",
    "inviata da",
    "inviata dal",
    "inviato con",
    "inviato tramite",
    "ottieni outlook",
    "scarica outlook",
    "verzonden vanaf",
    "verzonden vanuit",
    "verstuurd vanuit",
    "verzonden met",
    "verzonden van",
    "verzonden via",
    "verstuurd vanaf",
    "verstuurd met",
    "verstuurd via",
    "download outlook",
    "skickat från",
    "skickades från",
    "skickat via",
    "provenance :",
    "skickat med",
    "hämta outlook",
    "skaffa outlook",
    "sendt fra",
    "sendt med",
    "sendt via",
    "hent outlook",
    "få outlook",
    "last ned outlook",
    "lähetetty",
    "hanki outlook",
    "wysłane z",
    "wysłano z",
    "pobierz outlook",
    "pobierz program outlook",
    "odesláno z",
    "posláno z",
    "odoslané zo",
    "získat outlook",
    "odoslané z",
    "poslané z",
    "získajte outlook",
    "elküldve",
    "küldve",
    "trimis de pe",
    "trimis din",
    "obțineți outlook",
    "στάλθηκε από",
    "αποστολή από",
    "отправлено с",
    "отправлено из",
    "послано с",
    "надіслано з",
    "відправлено з",
    "изпратено от",
    "được gửi từ",
    "đã gửi từ",
    "gửi từ",
    "dikirim dari",
    "terkirim dari",
];
/// The same where no space follows, and those of the remaining languages.
const BEGINS_JOINED: [&str; 30] = [
    "发自我的",
    "发自",
    "发送自",
    "發送自",
    "yahoo奇摩電子信箱",
    "ส่งจาก",
    "來自我的",
    "来自我的",
    "從我的",
    "从我的",
    "傳送自",
    "寄自",
    "取得 outlook",
    "获取 outlook",
    "获取outlook",
    "取得outlook",
    "נשלח מ",
    "אני שולח מ",
    "أُرسلت من",
    "أرسلت من",
    "مرسل من",
    "أُرسل من",
    "تم الإرسال من",
    "나의 ",
    "내 ",
    "私の",
    "ipinadala mula",
    "naipadala mula",
    "poslano s",
    "poslano z",
];
/// How such lines end, where the device stands before; behind `내 ` only these count.
const ENDS: [&str; 23] = [
    "gesendet",
    "から送信",
    "より送信",
    "から送信されました",
    "에서 보냄",
    "에서 보낸 메일",
    "에서 전송",
    "에서 보냈습니다",
    "발송",
    "傳送",
    "发送",
    "發送",
    "寄出",
    "gönderildi",
    "gönderilmiştir",
    "küldve",
    "lähetetty",
    "를 입수",
    "を入手",
    "from mobile",
    "a été envoyé depuis mon",
    "ról küldve",
    "ről küldve",
];
/// Where the words before decide alone: the languages whose lines begin with a pronoun.
const NEEDS_END: [&str; 6] = ["나의 ", "내 ", "私の", "從我的", "从我的", "von meinem"];

static DEVICE: LazyLock<Regex> = LazyLock::new(|| {
    let names = concat!(
        r"i-?phon\w*|i-?pad\w*|i-?pod|android|blackberry|smart-?phone|phone|mobile|mobil|móvil|movil|mobiltelefon\w*",
        r"|mobilgerät\w*|telefon\w*|teléfono|téléphone|telefone|telefono|telefoon|mobiel\w*|celular|cellulare|handy",
        r"|cell|cellphone|tablet\w*|tablette|galaxy|samsung|htc|nokia|huawei|xiaomi|redmi|pixel|oneplus|motorola|moto",
        r"|lg|sony|xperia|alcatel|oppo|vivo|realme|verizon|t-mobile|at&t|windows|outlook|mail|e-?mail|mailbox|airmail",
        r"|yahoo|gmail|aol|hotmail|proton\w*|spark|thunderbird|nine|k-9|boxer|superhuman|typeapp|missive|fastmail|zoho",
        r"|surface|macbook|mac|imac|pc|laptop|computer|ordinateur|device|handheld|treo|palm|kindle|watch|appareil",
        r"|dispositivo|toestel|apparaat|enhet|gerät|urządzeni\w*|puhelime\w*|kännykä\w*|laittee\w*|készülék\w*|κινητό",
        r"|συσκευή|tuta\w*|mailspring|canary|edison|bluemail|gmx|web\.de|t-online|orange|free",
    );
    let more = concat!(
        r"|телефона?|смартфона?|айфона?|айпада|мобильн\w*|мобильної|планшета?|устройства|mail\.ru|яндекс\w*|電話|平板",
        r"|スマートフォン|스마트폰|아이폰|điện thoại|ponsel|hp|הנייד|אייפון|هاتفي|جوالي|الآيفون|آيفون|qq|163|网易",
    );
    let joined = "iphone|ipad|android|windows|galaxy|手机|手機|携帯|スマ|휴대폰|갤럭시|메일";
    let after = r"$|[^\p{L}]|['’]\p{L}{1,6}(?:$|[^\p{L}])";
    Regex::new(&format!(r"(?:^|[^\p{{L}}])(?:{names}{more})(?:{after})|{joined}"))
        .expect("the pattern of devices is right")
});
/// What is to be done with one program, of which each copy of it speaks in its language.
static OUTLOOK: LazyLock<Regex> = LazyLock::new(|| {
    let words = concat!(
        r"get|download|downloaden|holen|beziehen|laden|obtenir|obtenez|téléchargez|télécharger|obtener|descargar|consigue",
        r"|obter|obtenha|baixar|ottieni|scarica|hämta|skaffa|hent|få|last|skaff|hanki|lataa|pobierz|získat|získejte",
        r"|získajte|stáhněte|stáhnout|stiahnite|letöltése|letöltés|obțineți|descărcați|edinin|indirin|alın|λήψη|αποκτήστε",
        r"|κατεβάστε|получить|получите|скачать|загрузить|отримайте|отримати|завантажити|изтегляне|вземете|tải|nhận",
        r"|dapatkan|unduh|kumuha|kunin|תשיג|קבל|הורד|للحصول|احصل|تنزيل|نظام",
    );
    let joined = "获取|下载|取得|下載|入手|ダウンロード|다운로드|받기|얻기|ดาวน์โหลด|รับ";
    Regex::new(&format!(r"^(?:{words})\s|\s(?:{words})$|{joined}"))
        .expect("the pattern of one program is right")
});
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

/// Whether a program wrote this line: `Sent from my phone`.
pub(crate) fn is_device(line: &str) -> bool {
    let bare = without_link(line.trim())
        .trim_matches(['<', '>', '(', ')', '[', ']', '*', '_', '~', '-', '—', '–', ' ', '"', '“', '”', '|']);
    if bare.is_empty() || bare.chars().nth(DEVICE_CHARS).is_some() {
        return false;
    }
    let low = bare.to_lowercase().replace(['[', ']'], "");
    let begins = BEGINS_JOINED.iter().chain(&BEGINS).filter(|begin| !NEEDS_END.contains(begin));
    let begun = begins.into_iter().any(|begin| {
        let Some(rest) = low.strip_prefix(begin) else { return false };
        let in_word = BEGINS.contains(begin) && rest.starts_with(char::is_alphanumeric);
        !in_word
            && (names_device(rest, *begin == "from my")
                || begin.contains("outlook") && names_device(&low, false))
    });
    let end = low.trim_end_matches(['.', '。', '!']);
    let ended = || ENDS.iter().any(|known| end.ends_with(known)) && DEVICE.is_match(&low);
    let words = low.split_whitespace().count();
    begun || words <= 12 && ended() || words <= 8 && is_outlook(&low)
}

/// Without the target of a link, which programs write behind it.
fn without_link(line: &str) -> &str {
    let bare = line.strip_suffix(['>', ')', ']']).and_then(|rest| rest.rsplit_once(['<', '(', '[']));
    let link = bare.filter(|(_, target)| target.starts_with("http") && !target.contains(char::is_whitespace));
    link.map_or(line, |(bare, _)| bare.trim_end())
}

/// `Get Outlook for iOS`.
fn is_outlook(low: &str) -> bool {
    let is_for = low.contains("ios") || low.contains("android");
    low.contains("outlook") && is_for && !low.contains(['?', '!']) && OUTLOOK.is_match(low)
}

/// A device or a program, perhaps with an excuse behind; a desk is none.
fn names_device(rest: &str, is_own: bool) -> bool {
    let end = rest.find([',', ';', '!', '。']).or_else(|| rest.find(". ")).unwrap_or(rest.len());
    let (said, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let tail = tail.trim_matches(['.', ',', ';', '!', ' ', '。']);
    if tail.chars().count() > 70 {
        return false;
    }
    let words = said.split_whitespace().count();
    let mine = [
        "my ",
        "mon ",
        "meinem ",
        "mi ",
        "meu ",
        "mio ",
        "mijn ",
        "min ",
        "moj",
        "mého ",
        "môj",
        "моего ",
        "мого ",
    ];
    // `From my point of view the phone is broken` says more.
    let words_max = if is_own { 4 } else { 12 };
    let is_short =
        tail.is_empty() && words <= 4 && mine.iter().any(|mine| said.trim_start().starts_with(mine));
    DEVICE.is_match(said) && words <= words_max || is_short
}

/// Whether this line is a dash and a name, as `-Ann Lee`.
pub(crate) fn is_dashed_name(line: &str) -> bool {
    line.len() <= 80 && DASHED_NAME.is_match(line.trim_end())
}

/// How a person closes a mail: the last lines, short ones, behind a delimiter, with a closing or with who the sender is.
/// `sender` is a name or an address.
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
    let (line, sender) = (line.to_lowercase(), sender.to_lowercase());
    let local = sender.split('@').next().unwrap_or_default();
    let mut words =
        local.split(|letter: char| !letter.is_alphabetic()).filter(|word| word.chars().count() >= 3);
    let in_line = |word: &str| line.split(|letter: char| !letter.is_alphabetic()).any(|found| found == word);
    sender.len() >= 5 && line.contains(&sender) || line.split_whitespace().count() <= 4 && words.any(in_line)
}
