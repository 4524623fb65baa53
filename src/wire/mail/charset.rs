//! Bytes of unknown origin to text, by evidence: a label is a claim, and claims lie in both directions (field page
//! channels 2.2). Valid UTF-8 beyond ASCII is hardly ever anything else; a charset of several bytes that fits without
//! a fault is what it says; the rest is found out from the bytes.

use std::cmp::Ordering;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use charset::Charset;
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, ISO_8859_2, SHIFT_JIS, UTF_8, UTF_16BE,
    UTF_16LE, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257, WINDOWS_1258,
};
use mail_parser::decoders::charsets::map::charset_decoder;

use super::seven_bits;

/// Labels that claim nothing beyond what the bytes show.
const PLAIN: [&str; 17] = [
    "us-ascii",
    "ascii",
    "ansi_x3.4-1968",
    "utf-8",
    "utf8",
    "utf8mb4",
    "unicode-1-1-utf-8",
    "cp65001",
    "unknown",
    "unknown-8bit",
    "x-unknown",
    "default",
    "binary",
    "8bit",
    "x-user-defined",
    "user-defined",
    "none",
];

/// Letters beyond ASCII by which a western text in other letters is told: that many, and more than half of all.
const FOREIGN_LETTERS_MIN: usize = 10;

/// What a text turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub text: String,
    /// The label did not fit.
    pub is_guess: bool,
}

/// Decodes by what the bytes show and the label claims.
pub(super) fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default());
        return sure(text.into_owned());
    }
    let label = label.map(cleaned).filter(|label| !label.is_empty());
    let label = label.as_deref();
    if label.is_some_and(is_utf_7) {
        let utf_7 = Charset::for_label(b"utf-7");
        return sure(utf_7.map_or_else(String::new, |utf_7| utf_7.decode(bytes).0.into_owned()));
    }
    let named = label.filter(|label| !PLAIN.contains(label)).and_then(encoding);
    if let Some(text) = label.and_then(|label| seven_bits::decode(bytes, label)) {
        return sure(text);
    }
    if bytes.is_ascii() && !named.is_some_and(is_wide) {
        return match named == Some(ISO_2022_JP) {
            true => sure(seven_bits::japanese(bytes).text),
            false => shifted(bytes),
        };
    }
    match named {
        Some(encoding) if is_wide(encoding) => wide(bytes, encoding),
        Some(encoding) if is_of_several_bytes(encoding) => of_several_bytes(bytes, encoding),
        Some(encoding) => of_one_byte(bytes, encoding),
        None => unnamed(bytes, label),
    }
}

/// A text that is UTF-8 or else whatever fits, as header fields are.
pub(super) fn decode_field(bytes: &[u8], body_label: Option<&str>) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\u{1b}') => text.to_owned(),
        _ => decode(bytes, body_label).text,
    }
}

fn sure(text: String) -> Decoded {
    Decoded { text, is_guess: false }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn guess(text: String) -> Decoded {
    Decoded { text, is_guess: true }
}

fn cleaned(label: &str) -> String {
    let label = label.trim().trim_matches(['"', '\'']).trim();
    let label = label.split([';', ' ', '\t', '*']).next().unwrap_or_default();
    label.to_ascii_lowercase()
}

fn is_utf_7(label: &str) -> bool {
    ["utf-7", "utf7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7", "csunicode11utf7"].contains(&label)
}

/// By the labels of the WHATWG, and some that mail programs write besides.
fn encoding(label: &str) -> Option<&'static Encoding> {
    let known = Encoding::for_label_no_replacement(label.as_bytes());
    known.or_else(|| match label {
        "cp932" | "ms932" | "sjis-win" | "shift-jisx0213" | "cp943c" => Some(SHIFT_JIS),
        "cp936" | "ms936" | "gb18030-2022" | "euc-cn" | "x-gb2312" => Some(GBK),
        "cp949" | "ms949" | "uhc" | "x-windows-949" => Some(EUC_KR),
        "cp950" | "ms950" | "big-5" | "cn-big5" => Some(BIG5),
        "cp51932" | "eucjp" | "eucjp-ms" => Some(EUC_JP),
        "iso-2022-jp-1" | "iso-2022-jp-2" | "iso-2022-jp-3" | "iso-2022-jp-ms" | "cp50220" | "cp50221" => {
            Some(ISO_2022_JP)
        }
        "ucs-2" | "utf-16be-bom" => Some(UTF_16BE),
        _ => {
            let windows = label.strip_prefix("windows").or_else(|| label.strip_prefix("win"))?;
            let number = windows.trim_start_matches(['-', '_']);
            Encoding::for_label(format!("windows-{number}").as_bytes())
        }
    })
}

/// What the parser knows by another name: the letters of 437 stand where those of 850 do.
fn synonym(label: &str) -> &str {
    match label {
        "ibm437" | "cp437" | "437" | "cspc8codepage437" | "dos" => "cp850",
        label => label,
    }
}

fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

fn is_of_several_bytes(encoding: &'static Encoding) -> bool {
    [GBK, GB18030, BIG5, EUC_JP, SHIFT_JIS, EUC_KR, ISO_2022_JP].contains(&encoding)
}

/// UTF-16 that holds no zero is hardly UTF-16: some program translated the bytes and left the label. Where the zeros stand
/// tells which byte of two comes first.
fn wide(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&0)
    {
        return guess(text.to_owned());
    }
    let zeros = |place: usize| bytes.iter().skip(place).step_by(2).filter(|byte| **byte == 0).count();
    let encoding = match zeros(0).cmp(&zeros(1)) {
        Ordering::Greater => UTF_16BE,
        Ordering::Less => UTF_16LE,
        Ordering::Equal => encoding,
    };
    sure(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

fn of_several_bytes(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, is_damaged) = encoding.decode_without_bom_handling(bytes);
    if !is_damaged {
        return sure(text.into_owned());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return guess(text.to_owned());
    }
    // A few damaged letters: the label holds, and a guess would lose the others.
    let damaged = text.chars().filter(|char| *char == char::REPLACEMENT_CHARACTER).count();
    if damaged.saturating_mul(20) <= text.chars().count() {
        return guess(text.into_owned());
    }
    match detected(bytes) {
        Some(found) => guess(found),
        None => guess(text.into_owned()),
    }
}

fn of_one_byte(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: text.to_owned(), is_guess: encoding != UTF_8 && !bytes.is_ascii() };
    }
    let (text, is_damaged) = encoding.decode_without_bom_handling(bytes);
    if encoding == WINDOWS_1252
        && let Some(found) = foreign(bytes)
    {
        return guess(found);
    }
    match is_damaged {
        true => guess(detected(bytes).unwrap_or_else(|| text.into_owned())),
        false => sure(text.into_owned()),
    }
}

/// A western label on letters that are not: programs write it where they know nothing better. No western language has
/// more letters beyond ASCII than within.
fn foreign(bytes: &[u8]) -> Option<String> {
    let beyond = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let within = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if beyond < FOREIGN_LETTERS_MIN || beyond <= within {
        return None;
    }
    let (encoding, text) = found(bytes)?;
    let is_western = [WINDOWS_1252, WINDOWS_1250, WINDOWS_1254, WINDOWS_1257, WINDOWS_1258, ISO_8859_2];
    (!is_western.contains(&encoding)).then_some(text)
}

fn unnamed(bytes: &[u8], label: Option<&str>) -> Decoded {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return sure(text.to_owned());
    }
    let foreign_label = label.map(synonym).filter(|label| !PLAIN.contains(label));
    if let Some(decoder) = foreign_label.and_then(|label| charset_decoder(label.as_bytes())) {
        return sure(decoder(bytes));
    }
    // UTF-8 that was cut or damaged in one place is still UTF-8.
    let lossy = lossy(bytes);
    let damaged = lossy.chars().filter(|char| *char == char::REPLACEMENT_CHARACTER).count();
    let beyond = lossy.chars().filter(|char| !char.is_ascii()).count();
    if damaged.saturating_mul(3) < beyond {
        return guess(lossy);
    }
    guess(detected(bytes).unwrap_or(lossy))
}

/// Seven-bit bytes that may shift to Japanese and back, whatever their label.
fn shifted(bytes: &[u8]) -> Decoded {
    let found = seven_bits::japanese(bytes);
    match found.is_whole && !found.text.is_ascii() {
        true => guess(found.text),
        false => sure(lossy(bytes)),
    }
}

fn detected(bytes: &[u8]) -> Option<String> {
    found(bytes).map(|(_, text)| text)
}

fn found(bytes: &[u8]) -> Option<(&'static Encoding, String)> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let (text, is_damaged) = encoding.decode_without_bom_handling(bytes);
    (!is_damaged).then(|| (encoding, text.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], label: &str) -> String {
        decode(bytes, Some(label).filter(|label| !label.is_empty())).text
    }

    /// mail-E27, mail-E28, mail-E29: a label that lies in either direction.
    #[test]
    fn the_bytes_are_believed_before_the_label() {
        assert_eq!(decode(b"Gr\xfc\xdfe aus K\xf6ln", Some("utf-8")), guess("Grüße aus Köln".to_owned()));
        assert_eq!(decode("Grüße".as_bytes(), Some("us-ascii")), sure("Grüße".to_owned()));
        assert_eq!(decode("Grüße".as_bytes(), Some("iso-8859-1")), guess("Grüße".to_owned()));
        assert_eq!(text(b"\xd6\xec\xe9F\xbb\xf9", "gb2312"), "朱镕基");
        assert_eq!(text("Grüße".as_bytes(), "x-unknown-99"), "Grüße");
    }

    #[test]
    fn labels_of_mail_programs_are_known() {
        assert_eq!(text(b"Hi +AOQ- there", "utf-7"), "Hi ä there");
        assert_eq!(text(b"\x1b$B$3$s\x1b(B", "ISO-2022-JP"), "こん");
        assert_eq!(text(b"\x1b$B$3$s\x1b(B", ""), "こん");
        assert_eq!(text(b"\xd0\xd2\xc9", "koi8-r"), "при");
        assert_eq!(text(b"\x93x\x94", "windows1252"), "“x”");
        assert_eq!(text(b"\x84", "cp850"), "ä");
        assert_eq!(text(b"\x84", "ibm437"), "ä");
        assert_eq!(text(b"\xff\xfea\0\xe4\0", ""), "aä");
        assert_eq!(text(b"<p>a</p>", "utf-16"), "<p>a</p>");
    }

    /// No western language has so many letters beyond ASCII; a few of them are what they say.
    #[test]
    fn a_western_label_on_other_letters_is_not_believed() {
        let russian = b"\xf3\xcb\xc1\xd6\xc9\xd4\xc5, \xc7\xc4\xc5 \xcd\xcf\xca \xda\xc1\xcb\xc1\xda?";
        assert_eq!(decode(russian, Some("iso-8859-1")), guess("Скажите, где мой заказ?".to_owned()));
        assert_eq!(decode(b"\xc4\xd6\xdc \xe4\xf6\xfc\xdf", Some("latin1")), sure("ÄÖÜ äöüß".to_owned()));
        assert_eq!(text(b"H\0i\0", "utf-16"), "Hi");
        assert_eq!(text(b"\0H\0i", "utf-16"), "Hi");
    }

    #[test]
    fn a_damaged_letter_does_not_change_the_rest() {
        assert_eq!(
            text("Grüße aus Köln und Nürnberg\u{e4}".as_bytes(), "utf-8"),
            "Grüße aus Köln und Nürnbergä"
        );
        let cut = "Grüße aus Köln und Nürnbergä".as_bytes();
        let cut = &cut[..cut.len() - 1];
        assert_eq!(text(cut, "utf-8"), "Grüße aus Köln und Nürnberg\u{fffd}");
    }
}
