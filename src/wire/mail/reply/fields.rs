//! The header of a mail that is written out within the text: `From: … Sent: … To: … Subject: …`, in the
//! words of the sender's program.

use std::borrow::Cow;

/// Lines that a header may have.
const LINES: usize = 24;
/// Lines of one field that are not fields themselves: a list of recipients that is wrapped.
const FOLDED: usize = 4;
/// Characters of a field's name.
const NAME_CHARS: usize = 28;

/// What a field says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    From,
    Date,
    To,
    Subject,
    Other,
}

/// In lower case. A word that says two things in two languages stands with the one that is asked for first.
const WORDS: [(Field, &[&str]); 5] = [
    (
        Field::From,
        &[
            "from",
            "von",
            "de",
            "da",
            "van",
            "från",
            "fra",
            "lähettäjä",
            "od",
            "feladó",
            "küldő",
            "küldte",
            "de la",
            "expéditeur",
            "kimden",
            "gönderen",
            "από",
            "αποστολέας",
            "от",
            "от кого",
            "від",
            "від кого",
            "מאת",
            "من",
            "المرسل",
            "发件人",
            "寄件者",
            "寄件人",
            "發件人",
            "差出人",
            "送信者",
            "送信元",
            "보낸 사람",
            "보낸사람",
            "발신",
            "발신인",
            "từ",
            "người gửi",
            "dari",
            "pengirim",
            "mula sa",
            "mula kay",
            "remitente",
            "remetente",
            "mittente",
            "absender",
            "afzender",
            "expeditor",
            "saatja",
            "šalje",
            "pošiljatelj",
            "frá",
            "จาก",
            "از",
            "remitent",
            "nuo",
            "no",
            "daripada",
            "nork",
            "oddi wrth",
            "प्रेषक",
        ],
    ),
    (
        Field::Date,
        &[
            "sent",
            "date",
            "date sent",
            "sent on",
            "gesendet",
            "gesendet am",
            "datum",
            "envoyé",
            "envoyé le",
            "date d'envoi",
            "enviado",
            "enviado el",
            "enviado em",
            "enviada em",
            "enviada",
            "fecha",
            "fecha de envío",
            "data",
            "inviato",
            "inviata",
            "data invio",
            "verzonden",
            "verstuurd",
            "skickat",
            "sendt",
            "dato",
            "lähetetty",
            "päivämäärä",
            "pvm",
            "päiväys",
            "wysłano",
            "wysłane",
            "odesláno",
            "odoslané",
            "dátum",
            "elküldve",
            "küldve",
            "trimis",
            "trimisă",
            "dată",
            "tarih",
            "gönderildi",
            "gönderme tarihi",
            "gönderilme tarihi",
            "στάλθηκε",
            "ημερομηνία",
            "αποστολή",
            "отправлено",
            "дата",
            "дата отправки",
            "надіслано",
            "відправлено",
            "изпратено",
            "נשלח",
            "תאריך",
            "تم الإرسال",
            "أرسلت",
            "التاريخ",
            "تاريخ الإرسال",
            "发送时间",
            "日期",
            "时间",
            "傳送時間",
            "寄件日期",
            "送信日時",
            "日付",
            "日時",
            "送信日",
            "보낸 날짜",
            "날짜",
            "보낸 시간",
            "일시",
            "đã gửi",
            "ngày",
            "ngày gửi",
            "dikirim",
            "tanggal",
            "petsa",
            "ipinadala",
            "poslano",
            "poslato",
            "saadetud",
            "วันที่",
            "ส่งเมื่อ",
            "enviat",
            "enviat el",
            "išsiųsta",
            "nosūtīts",
            "gönderim tarihi",
            "dihantar",
            "bidalia",
            "anfonwyd",
            "भेजा गया",
            "ارسال شده",
            "ارسال‌شده",
        ],
    ),
    (
        Field::To,
        &[
            "to",
            "an",
            "à",
            "a",
            "para",
            "aan",
            "till",
            "til",
            "vastaanottaja",
            "do",
            "dla",
            "adresat",
            "komu",
            "címzett",
            "către",
            "pentru",
            "kime",
            "alıcı",
            "kime/cc",
            "προς",
            "кому",
            "до",
            "אל",
            "إلى",
            "المرسل إليه",
            "收件人",
            "收件者",
            "宛先",
            "받는 사람",
            "받는사람",
            "수신",
            "수신인",
            "đến",
            "tới",
            "người nhận",
            "kepada",
            "ke",
            "para kay",
            "destinatario",
            "destinatário",
            "destinataire",
            "empfänger",
            "cc",
            "kopie",
            "kopi",
            "kopia",
            "kopio",
            "másolat",
            "копия",
            "копія",
            "копие",
            "κοιν.",
            "κοιν",
            "עותק",
            "نسخة",
            "抄送",
            "副本",
            "cópia",
            "copie",
            "参照",
            "참조",
            "dw",
            "ad",
            "kopija",
            "kaellel",
            "ถึง",
            "за",
            "bilgi",
            "per a",
            "kam",
            "nori",
            "at",
            "प्रति",
            "به",
        ],
    ),
    (
        Field::Subject,
        &[
            "subject",
            "betreff",
            "objet",
            "sujet",
            "asunto",
            "assunto",
            "oggetto",
            "onderwerp",
            "ämne",
            "emne",
            "aihe",
            "temat",
            "předmět",
            "vec",
            "predmet",
            "tárgy",
            "subiect",
            "konu",
            "θέμα",
            "тема",
            "относно",
            "נושא",
            "الموضوع",
            "موضوع",
            "主题",
            "主題",
            "主旨",
            "标题",
            "件名",
            "제목",
            "chủ đề",
            "tiêu đề",
            "subjek",
            "perihal",
            "judul",
            "paksa",
            "naslov",
            "teema",
            "tēma",
            "tema",
            "assumpte",
            "efni",
            "เรื่อง",
            "gaia",
            "pwnc",
            "विषय",
            "re",
        ],
    ),
    (
        Field::Other,
        &[
            "reply-to",
            "reply to",
            "antwort an",
            "répondre à",
            "responder a",
            "responder para",
            "risposta",
            "rispondi a",
            "beantwoorden",
            "svar till",
            "importance",
            "wichtigkeit",
            "importancia",
            "priority",
            "priorität",
            "attachments",
            "anlagen",
            "pièces jointes",
            "message-id",
            "organization",
            "newsgroups",
            "mailed-by",
            "bcc",
            "cci",
            "cco",
            "ccn",
            "skrytá kopie",
        ],
    ),
];

/// How many lines the header has that begins with the first of these.
pub(super) fn block(lines: &[Cow<'_, str>], steps: &mut u64) -> Option<usize> {
    let (first, value) = field(lines.first()?)?;
    // A list of things to do begins with such a word too; a header says at least two other things.
    let mut seen = vec![first];
    let mut evident = is_evident(first, value);
    let (mut count, mut folded) = (1, 0);
    for (place, line) in lines.iter().enumerate().take(LINES).skip(1) {
        *steps += line.len().min(64) as u64;
        match field(line) {
            Some((found, value)) => {
                if !seen.contains(&found) {
                    seen.push(found);
                }
                evident |= is_evident(found, value);
                (count, folded) = (place + 1, 0);
            }
            None if line.trim().is_empty() => break,
            // A field of a program whose language is not known.
            None if seen.len() == 1 && is_named(line) => {}
            None if folded < FOLDED && seen.len() > 1 || line.starts_with([' ', '\t']) => folded += 1,
            None => break,
        }
    }
    let kinds = seen.iter().filter(|kind| **kind != Field::Other).count();
    // `A:` and `No:` are fields of some programs and prose of others, and a journey has a `From:`, a `To:` and a `Date:`.
    let told = if seen.contains(&Field::Subject) { kinds >= 3 || evident } else { evident };
    let is_header = seen.contains(&Field::From) && kinds >= 2 && told;
    is_header.then_some(count)
}

/// Whether a line may be a field of any name.
fn is_named(line: &str) -> bool {
    let named = line.split_once([':', '：']).map(|(name, value)| (name.trim(), value.trim()));
    named.is_some_and(|(name, value)| {
        !name.is_empty() && !value.is_empty() && name.chars().nth(NAME_CHARS).is_none()
    })
}

/// An address, or an instant to the minute.
fn is_evident(field: Field, value: &str) -> bool {
    let mut parts = value.split([':', '：', 'h', '時', '时', '点', '點', '시']);
    let mut hour = parts.next().unwrap_or_default();
    let mut is_time = false;
    for part in parts {
        let minute = part.trim_start().chars().take_while(char::is_ascii_digit).count();
        is_time |= hour.ends_with(|letter: char| letter.is_numeric()) && minute == 2;
        hour = part;
    }
    value.contains('@') || field == Field::Date && is_time
}

fn field(line: &str) -> Option<(Field, &str)> {
    let line = line.trim_start_matches([' ', '\t', '>', '*', '_', '|']);
    let colon = line.char_indices().take(NAME_CHARS).find(|(_, letter)| matches!(letter, ':' | '：'))?.0;
    let (name, value) = line.split_at_checked(colon)?;
    let name = name.trim_matches([' ', '*', '_', '\u{3000}', '\t']).to_lowercase();
    let kind = WORDS.iter().find(|(_, words)| words.contains(&name.as_str()))?.0;
    Some((kind, value.trim_start_matches([':', '：', '*', '_', ' '])))
}
