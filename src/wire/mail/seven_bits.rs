//! Charsets that write letters of two bytes in seven bits and shift between them and ASCII: the escapes of ISO-2022-JP
//! (RFC 1468) and ISO-2022-KR (RFC 1557), the braces of HZ (RFC 1843).

use encoding_rs::{EUC_KR, Encoding, GBK, ISO_2022_JP};

/// What opens Korean text; a program may leave it out.
const KOREAN_MARK: &[u8] = b"\x1b$)C";
const SHIFT_OUT: u8 = 0x0e;
const SHIFT_IN: u8 = 0x0f;

/// What Japanese text turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Japanese {
    pub text: String,
    /// Every letter of it is one.
    pub is_whole: bool,
}

/// A text in one of those that nobody but mail uses, by its label; `None` for any other.
pub(super) fn decode(bytes: &[u8], label: &str) -> Option<String> {
    match label {
        "hz-gb-2312" | "hz" => Some(text(GBK, &hz(bytes))),
        "iso-2022-kr" | "csiso2022kr" => Some(text(EUC_KR, &korean(bytes))),
        _ => None,
    }
}

/// Japanese text. Words that were encoded each by itself shift back and at once forth again, which is not allowed and is
/// left out.
pub(super) fn japanese(bytes: &[u8]) -> Japanese {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, tail)) = rest.split_first() {
        let is_vain = *byte == 0x1b && rest.get(3) == Some(&0x1b) && is_escape(rest);
        match is_vain {
            true => rest = rest.get(3..).unwrap_or_default(),
            false => {
                plain.push(*byte);
                rest = tail;
            }
        }
    }
    let (text, is_damaged) = ISO_2022_JP.decode_without_bom_handling(&plain);
    Japanese { text: text.into_owned(), is_whole: !is_damaged }
}

/// `ESC ( B`, `ESC $ B` and their kin.
fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [0x1b, b'(', b'B' | b'J' | b'I', ..] | [0x1b, b'$', b'B' | b'@', ..])
}

fn text(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Between shifts every byte is the lower half of its letter.
fn korean(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let (mut rest, mut is_out) = (bytes, false);
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match *byte {
            0x1b if tail.starts_with(KOREAN_MARK.get(1..).unwrap_or_default()) => {
                rest = tail.get(KOREAN_MARK.len() - 1..).unwrap_or_default();
            }
            SHIFT_OUT => is_out = true,
            SHIFT_IN => is_out = false,
            b'\n' | b'\r' => {
                plain.push(*byte);
                is_out = false;
            }
            byte => plain.push(raised(byte, is_out)),
        }
    }
    plain
}

/// `~{` opens, `~}` closes, `~~` is a tilde, and one at the end of a line joins it to the next.
fn hz(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let (mut rest, mut is_open) = (bytes, false);
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match (*byte, tail.first()) {
            (b'~', Some(b'{')) => is_open = true,
            (b'~', Some(b'}')) => is_open = false,
            (b'~', Some(b'~')) if !is_open => plain.push(b'~'),
            (b'~', Some(b'\n')) if !is_open => {}
            (byte, _) => {
                plain.push(raised(byte, is_open));
                continue;
            }
        }
        rest = tail.get(1..).unwrap_or_default();
    }
    plain
}

fn raised(byte: u8, is_raised: bool) -> u8 {
    if is_raised && byte.is_ascii_graphic() { byte | 0x80 } else { byte }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_shifted_to_and_back() {
        assert_eq!(decode(b"Hi ~{VPND~} ~~", "hz-gb-2312").as_deref(), Some("Hi 中文 ~"));
        let korean = b"\x1b$)C\x0eGQ\x0f is \x0e1[\x0f\n";
        assert_eq!(decode(korean, "iso-2022-kr").as_deref(), Some("한 is 글\n"));
        assert_eq!(decode(b"plain", "us-ascii"), None);
    }

    #[test]
    fn words_that_were_encoded_apart_are_joined() {
        let twice = b"\x1b$B$3\x1b(B\x1b$B$s\x1b(B";
        assert_eq!(japanese(twice), Japanese { text: "こん".to_owned(), is_whole: true });
        assert_eq!(japanese(b"plain"), Japanese { text: "plain".to_owned(), is_whole: true });
        assert!(!japanese(b"\x1b[31mred").is_whole);
    }
}
