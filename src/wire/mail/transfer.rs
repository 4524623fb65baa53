//! Transfer encodings as they arrive: base64 with junk in it and a list's footer behind it, quoted-printable with
//! escapes that are none, uuencode. Every function looks at each byte a fixed number of times.

use super::ids::without_comments;

/// How the bytes of a part were made fit for transport.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Transfer {
    #[default]
    Plain,
    Base64,
    QuotedPrintable,
    Uuencode,
}

impl Transfer {
    /// By the value of Content-Transfer-Encoding; what is not known is taken as it stands.
    pub fn of(value: &str) -> Transfer {
        let value = without_comments(value);
        let value = value.split(';').next().unwrap_or_default();
        let word: String = value.chars().filter(|char| char.is_ascii_alphanumeric()).collect();
        match word.to_ascii_lowercase().as_str() {
            "base64" | "b64" | "xbase64" => Transfer::Base64,
            "quotedprintable" | "quotedprintible" | "qp" => Transfer::QuotedPrintable,
            "xuuencode" | "uuencode" | "xuue" | "uue" => Transfer::Uuencode,
            _ => Transfer::Plain,
        }
    }

    /// The bytes as they were; `None` where they were not encoded so at all.
    pub fn undo(self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self {
            Transfer::Plain => Some(bytes.to_vec()),
            Transfer::Base64 => base64(bytes),
            Transfer::QuotedPrintable => Some(quoted_printable(bytes)),
            Transfer::Uuencode => uuencode(bytes),
        }
    }
}

/// Base64 letter by letter: what is not of the alphabet is passed over, padding begins a new group.
#[derive(Debug, Default)]
pub(super) struct Base64 {
    bits: u32,
    letters: u8,
    is_padded: bool,
    pub bytes: Vec<u8>,
}

impl Base64 {
    pub fn push(&mut self, letters: &[u8]) {
        for letter in letters {
            match (sextet(*letter), letter) {
                (Some(value), _) => self.letter(value),
                (None, b'=') => {
                    self.is_padded = true;
                    self.end();
                }
                _ => {}
            }
        }
    }

    fn letter(&mut self, value: u32) {
        self.bits = self.bits << 6 | value;
        self.letters += 1;
        if self.letters == 4 {
            self.bytes.extend(self.bits.to_be_bytes().into_iter().skip(1));
            (self.bits, self.letters) = (0, 0);
        }
    }

    /// Ends a group that is not whole.
    pub fn end(&mut self) {
        let bits = self.bits << (6 * u32::from(4 - self.letters.min(4)));
        let whole = usize::from(self.letters.saturating_sub(1)).min(2);
        if self.letters > 0 {
            self.bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(whole));
        }
        (self.bits, self.letters) = (0, 0);
    }
}

fn sextet(letter: u8) -> Option<u32> {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// Up to the first line that is prose: what a list adds behind the body is not encoded.
fn base64(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut found = Base64::default();
    for line in bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
        if is_prose(line, found.is_padded) {
            break;
        }
        found.push(line);
    }
    found.end();
    let is_encoded = !found.bytes.is_empty() || bytes.trim_ascii().is_empty();
    is_encoded.then_some(found.bytes)
}

/// Several words, a rule, or anything but letters of the alphabet once the padding was there.
fn is_prose(line: &[u8], is_padded: bool) -> bool {
    let letters = line.iter().filter(|byte| sextet(**byte).is_some() || **byte == b'=').count();
    let is_whole = letters % 4 == 0;
    let is_pure = letters == line.len();
    let is_rule = line.starts_with(b"--") || line.starts_with(b"__") || line.starts_with(b"**");
    let spaces = line.iter().filter(|byte| **byte == b' ').count();
    match is_padded {
        true => !(line.is_empty() || is_pure && is_whole),
        false => is_rule || spaces > 1 || (spaces == 1 && !is_whole) || letters * 2 < line.len(),
    }
}

/// `=XY` and soft line ends; an escape that is none stays as it is written.
pub(super) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if *byte != b'=' {
            plain.push(*byte);
        } else if let Some((escaped, tail)) = escape(tail) {
            plain.push(escaped);
            rest = tail;
        } else if let Some(tail) = soft_end(tail) {
            rest = tail;
        } else {
            plain.push(b'=');
        }
    }
    plain
}

/// The byte of two digits, and what follows them.
pub(super) fn escape(tail: &[u8]) -> Option<(u8, &[u8])> {
    let (high, tail) = tail.split_first()?;
    let (low, tail) = tail.split_first()?;
    Some((nibble(*high)? << 4 | nibble(*low)?, tail))
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// What follows a soft line end, before which transports may have put white space. More than a line of it is text.
fn soft_end(tail: &[u8]) -> Option<&[u8]> {
    let blank = tail.iter().take(80).take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    let rest = tail.get(blank..)?;
    rest.strip_prefix(b"\n").or_else(|| rest.is_empty().then_some(rest))
}

/// The lines between `begin` and `end`.
fn uuencode(bytes: &[u8]) -> Option<Vec<u8>> {
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let mut lines = lines.skip_while(|line| !line.starts_with(b"begin "));
    lines.next()?;
    let mut plain = Vec::new();
    for line in lines.take_while(|line| *line != b"end") {
        let Some((length, letters)) = line.split_first() else { continue };
        let length = usize::from(length.wrapping_sub(b' ') & 0x3f);
        let groups = letters.chunks(4).flat_map(|group| {
            let bits = (0..4).fold(0_u32, |bits, place| {
                let letter = group.get(place).copied().unwrap_or(b' ');
                bits << 6 | u32::from(letter.wrapping_sub(b' ') & 0x3f)
            });
            bits.to_be_bytes().into_iter().skip(1)
        });
        plain.extend(groups.take(length));
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_ends_before_a_footer_and_passes_over_junk() {
        let undo =
            |text: &str| Transfer::Base64.undo(text.as_bytes()).map(|it| String::from_utf8(it).unwrap());
        assert_eq!(undo("SGVs\u{1}bG8g\r\nd29y*bGQ=\r\n").as_deref(), Some("Hello world"));
        assert_eq!(undo("SGVsbG8=\r\n_______\r\nA list footer\r\n").as_deref(), Some("Hello"));
        assert_eq!(undo("SGVsbG8h\r\nTo leave this list, write.\r\n").as_deref(), Some("Hello!"));
        assert_eq!(undo("SGVsbG8").as_deref(), Some("Hello"));
        assert_eq!(undo("this is no base64 at all"), None);
    }

    #[test]
    fn damaged_escapes_stay() {
        let undo = |text: &str| String::from_utf8_lossy(&quoted_printable(text.as_bytes())).into_owned();
        assert_eq!(undo("a=ZZb =C3=a4 100=\r\n"), "a=ZZb ä 100");
        assert_eq!(undo("one = \r\ntwo=\nthree="), "one twothree");
        assert_eq!(undo("=="), "=");
    }

    #[test]
    fn uuencode_is_read() {
        let text = b"begin 644 a.txt\n#0V%T\n`\nend\n";
        assert_eq!(Transfer::of("x-uuencode").undo(text).as_deref(), Some(&b"Cat"[..]));
    }

    #[test]
    fn a_name_of_an_encoding_may_be_written_oddly() {
        for odd in [
            "Quoted-Printable;",
            " quoted-printable ",
            "quoted-printable (x)",
            "(x) Quoted-Printable",
            "\"quoted-printable\"",
        ] {
            assert_eq!(Transfer::of(odd), Transfer::QuotedPrintable, "{odd}");
        }
        assert_eq!(Transfer::of("text/html"), Transfer::Plain);
    }
}
