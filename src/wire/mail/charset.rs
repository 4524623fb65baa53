//! Bytes of unknown origin to text, by evidence: a label is a claim, and claims lie in both directions (field page
//! channels 2.2). Valid UTF-8 beyond ASCII is hardly ever anything else; a charset of several bytes that fits without
//! a fault is what it says; the rest is found out from the bytes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use charset::Charset;
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Labels that claim nothing beyond what the bytes show.
const PLAIN: [&str; 14] = [
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
];

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
    if bytes.is_ascii() && !bytes.contains(&0x1b) && !named.is_some_and(is_wide) {
        return sure(String::from_utf8_lossy(bytes).into_owned());
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
        Ok(text) => text.to_owned(),
        Err(_) => decode(bytes, body_label).text,
    }
}

fn sure(text: String) -> Decoded {
    Decoded { text, is_guess: false }
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

fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

fn is_of_several_bytes(encoding: &'static Encoding) -> bool {
    [GBK, GB18030, BIG5, EUC_JP, SHIFT_JIS, EUC_KR, ISO_2022_JP].contains(&encoding)
}

/// UTF-16 that holds no zero is hardly UTF-16: some program translated the bytes and left the label.
fn wide(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    match std::str::from_utf8(bytes) {
        Ok(text) if !bytes.contains(&0) => guess(text.to_owned()),
        _ => sure(encoding.decode_without_bom_handling(bytes).0.into_owned()),
    }
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
    match is_damaged {
        true => guess(detected(bytes).unwrap_or_else(|| text.into_owned())),
        false => sure(text.into_owned()),
    }
}

fn unnamed(bytes: &[u8], label: Option<&str>) -> Decoded {
    if bytes.is_ascii() {
        return shifted(bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return sure(text.to_owned());
    }
    let foreign = label.filter(|label| !PLAIN.contains(label));
    if let Some(decoder) = foreign.and_then(|label| charset_decoder(label.as_bytes())) {
        return sure(decoder(bytes));
    }
    // UTF-8 that was cut or damaged in one place is still UTF-8.
    let lossy = String::from_utf8_lossy(bytes);
    let damaged = lossy.chars().filter(|char| *char == char::REPLACEMENT_CHARACTER).count();
    let beyond = lossy.chars().filter(|char| !char.is_ascii()).count();
    if damaged.saturating_mul(3) < beyond {
        return guess(lossy.into_owned());
    }
    guess(detected(bytes).unwrap_or_else(|| lossy.into_owned()))
}

/// Seven-bit bytes that may shift to Japanese and back.
fn shifted(bytes: &[u8]) -> Decoded {
    let (text, is_damaged) = ISO_2022_JP.decode_without_bom_handling(bytes);
    let is_japanese = !is_damaged && !text.is_ascii();
    match is_japanese {
        true => guess(text.into_owned()),
        false => sure(String::from_utf8_lossy(bytes).into_owned()),
    }
}

fn detected(bytes: &[u8]) -> Option<String> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let (text, is_damaged) = detector.guess(None, Utf8Detection::Deny).decode_without_bom_handling(bytes);
    (!is_damaged).then(|| text.into_owned())
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
        assert_eq!(text(b"\xff\xfea\0\xe4\0", ""), "aä");
        assert_eq!(text(b"<p>a</p>", "utf-16"), "<p>a</p>");
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
