//! What a program adds under a mail, in the language of its owner: `Sent from my iPhone`, `Get Outlook for
//! iOS` (field page channels 2.4). A line is one where it begins or ends as these do and names a device or a
//! program.

use std::sync::LazyLock;

use regex::Regex;

/// Characters of a program's line.
const DEVICE_CHARS: usize = 160;
/// How such lines begin, in lower case; the device or program follows.
const BEGINS: [&str; 119] = [
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
    "odesláno ze",
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
    "išsiųsta iš",
    "nosūtīts no",
    "saadetud minu",
    "sent frá",
    "enviat des",
];
/// The same where no space follows, and those of the remaining languages.
const BEGINS_JOINED: [&str; 31] = [
    "发自我的",
    "发自",
    "发送自",
    "签名由",
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
const ENDS: [&str; 28] = [
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
    "search, organize, conquer",
    "sent from my phone",
    "sent from my mobile",
    "से भेजा गया",
    "ارسال شد",
    "a été envoyé depuis mon",
    "ról küldve",
    "ről küldve",
];
/// Where the words before decide alone: the languages whose lines begin with a pronoun.
const NEEDS_END: [&str; 6] = ["나의 ", "내 ", "私の", "從我的", "从我的", "von meinem"];

static DEVICE: LazyLock<Regex> = LazyLock::new(|| {
    let names = concat!(
        r"i-?phon\w*|i-?pad\w*|i-?pod|android|blackberry|smart-?phone|phone|mobile|mobil|móvil|movil",
        r"|mobiltelefon\w*|mobilgerät\w*|telefon\w*|teléfono|téléphone|telefone|telefono|telefoon",
        r"|mobiel\w*|celular|cellulare|handy|cell|cellphone|tablet\w*|tablette|galaxy|samsung|htc|nokia",
        r"|huawei|xiaomi|redmi|pixel|oneplus|motorola|moto|lg|sony|xperia|alcatel|oppo|vivo|realme",
        r"|verizon|t-mobile|at&t|windows|outlook|mail|e-?mail|mailbox|airmail|yahoo|gmail|aol|hotmail",
        r"|proton\w*|spark|thunderbird|nine|k-9|boxer|superhuman|typeapp|missive|fastmail|zoho|surface",
        r"|macbook|mac|imac|pc|laptop|computer|ordinateur|device|handheld|treo|palm|kindle|watch|appareil",
        r"|dispositivo|toestel|apparaat|enhet|gerät|urządzeni\w*|puhelime\w*|kännykä\w*|laittee\w*",
        r"|készülék\w*|κινητό|συσκευή|tuta\w*|mailspring|canary|edison|bluemail|gmx|web\.de|t-online",
        r"|orange|free|em client|mymail|mailtrack",
    );
    let more = concat!(
        r"|телефона?|смартфона?|айфона?|айпада|мобильн\w*|мобильної|планшета?|устройства|mail\.ru",
        r"|яндекс\w*|電話|平板|スマートフォン|스마트폰|아이폰|điện thoại|ponsel|hp|הנייד|אייפון|هاتفي|جوالي|الآيفون|آيفون",
        r"|qq|163|网易",
    );
    let joined = "iphone|ipad|android|windows|galaxy|手机|手機|携帯|スマ|邮箱大师|휴대폰|갤럭시|메일";
    let after = r"$|[^\p{L}]|['’]\p{L}{1,6}(?:$|[^\p{L}])";
    Regex::new(&format!(r"(?:^|[^\p{{L}}])(?:{names}{more})(?:{after})|{joined}"))
        .expect("the pattern of devices is right")
});
/// What is to be done with one program, of which each copy of it speaks in its language.
static OUTLOOK: LazyLock<Regex> = LazyLock::new(|| {
    let words = concat!(
        r"get|download|downloaden|ophalen|outlook letöltése|holen|beziehen|laden|obtenir|obtenez|téléchargez|télécharger|obtener",
        r"|descargar|descarga|consigue|obter|obtenha|baixar|ottieni|scarica|hämta|skaffa|hent|få|last|skaff|hanki",
        r"|lataa|pobierz|získat|získejte|získajte|stáhněte|stáhnout|stiahnite|letöltése|letöltés|obțineți",
        r"|descărcați|edinin|indirin|alın|λήψη|αποκτήστε|κατεβάστε|получить|получите|скачать|загрузить",
        r"|отримайте|отримати|завантажити|изтегляне|вземете|tải|nhận|dapatkan|unduh|kumuha|kunin|תשיג|קבל",
        r"|הורד|للحصول|الحصول|احصل|تنزيل|نظام",
    );
    let joined = "获取|下载|取得|下載|入手|ダウンロード|다운로드|받기|얻기|ดาวน์โหลด|รับ";
    Regex::new(&format!(r"^(?:{words})\s|\s(?:{words})$|{joined}"))
        .expect("the pattern of one program is right")
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
    let is_short = tail.is_empty()
        && words <= 4
        && !said.contains(':')
        && mine.iter().any(|mine| said.trim_start().starts_with(mine));
    DEVICE.is_match(said) && words <= words_max || is_short
}
