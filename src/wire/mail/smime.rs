//! What a mail says that is signed as a whole (RFC 8551 3.5.2, RFC 5652 5.2): the mail within, out of the wrapping that
//! holds the signature too. The signature is not checked, so it vouches for nobody.
//!
//! Only the way to the content is read, each byte once.

use super::parts::Part;

/// What the wrapping and its content say they are.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
/// The kinds of values on the way.
const INTEGER: u8 = 0x02;
const BYTES: u8 = 0x04;
const BYTES_IN_PIECES: u8 = 0x24;
const IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const EXPLICIT: u8 = 0xa0;

/// The mail that a part wraps; `None` where it wraps none, or one that is secret.
pub(super) fn opened(part: &Part<'_>) -> Option<Vec<u8>> {
    let kind = part.media.kind.as_str();
    let is_named = || part.filename().is_some_and(|name| name.trim().to_ascii_lowercase().ends_with(".p7m"));
    let may_wrap = kind.ends_with("pkcs7-mime") || kind == "application/octet-stream" && is_named();
    if may_wrap { content(&part.bytes()?) } else { None }
}

/// The bytes that are signed.
fn content(wrapping: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader(wrapping);
    reader.enter(SEQUENCE)?;
    (reader.value(IDENTIFIER)? == SIGNED_DATA).then_some(())?;
    reader.enter(EXPLICIT)?;
    reader.enter(SEQUENCE)?;
    reader.value(INTEGER)?;
    reader.value(SET)?;
    reader.enter(SEQUENCE)?;
    (reader.value(IDENTIFIER)? == DATA).then_some(())?;
    reader.enter(EXPLICIT)?;
    reader.bytes().filter(|bytes| !bytes.is_empty())
}

/// Reads values of BER one behind the other (X.690 8.1).
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Steps into a value, whatever its length.
    fn enter(&mut self, kind: u8) -> Option<()> {
        self.head(kind).map(|_| ())
    }

    /// Reads a whole value.
    fn value(&mut self, kind: u8) -> Option<&'a [u8]> {
        let length = self.head(kind)??;
        let (value, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(value)
    }

    /// The bytes of a value in one piece, or in as many as follow each other.
    fn bytes(&mut self) -> Option<Vec<u8>> {
        if self.0.first() == Some(&BYTES) {
            return self.value(BYTES).map(<[u8]>::to_vec);
        }
        self.enter(BYTES_IN_PIECES)?;
        let mut whole = Vec::new();
        loop {
            match self.0.first() {
                Some(&BYTES) => whole.extend_from_slice(self.value(BYTES)?),
                Some(&BYTES_IN_PIECES) => self.enter(BYTES_IN_PIECES)?,
                _ => return Some(whole),
            }
        }
    }

    /// Its length, or none where its end is marked instead.
    fn head(&mut self, kind: u8) -> Option<Option<usize>> {
        let (found, rest) = self.0.split_first()?;
        let (length, rest) = rest.split_first()?;
        if *found != kind {
            return None;
        }
        if *length < 0x80 {
            self.0 = rest;
            return Some(Some(usize::from(*length)));
        }
        let count = usize::from(*length & 0x7f);
        let (digits, rest) = rest.split_at_checked(count).filter(|_| count <= 4)?;
        self.0 = rest;
        let number = digits.iter().fold(0_usize, |number, digit| (number << 8) | usize::from(*digit));
        Some((count > 0).then_some(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value of a definite length.
    fn value(kind: u8, inner: &[&[u8]]) -> Vec<u8> {
        let inner = inner.concat();
        let length = u8::try_from(inner.len()).expect("it is short");
        [&[kind, 0x81, length], inner.as_slice()].concat()
    }

    fn wrapped(kind: &[u8], content: &[u8]) -> Vec<u8> {
        let content = value(SEQUENCE, &[&value(IDENTIFIER, &[DATA]), &value(EXPLICIT, &[content])]);
        let signed =
            value(SEQUENCE, &[&value(INTEGER, &[&[1]]), &value(SET, &[]), &content, &value(SET, &[])]);
        value(SEQUENCE, &[&value(IDENTIFIER, &[kind]), &value(EXPLICIT, &[&signed])])
    }

    #[test]
    fn what_is_signed_comes_in_one_piece_or_in_several() {
        let one = value(BYTES, &[b"hello"]);
        assert_eq!(content(&wrapped(SIGNED_DATA, &one)).as_deref(), Some(b"hello".as_slice()));
        let pieces =
            [&[BYTES_IN_PIECES, 0x80][..], &value(BYTES, &[b"hel"]), &value(BYTES, &[b"lo"]), &[0, 0]];
        assert_eq!(content(&wrapped(SIGNED_DATA, &pieces.concat())).as_deref(), Some(b"hello".as_slice()));
        let endless = [&[SEQUENCE, 0x80][..], &wrapped(SIGNED_DATA, &one)[3..]].concat();
        assert_eq!(content(&endless).as_deref(), Some(b"hello".as_slice()));
        let enveloped = [&DATA[..8], &[3]].concat();
        assert_eq!(content(&wrapped(&enveloped, &one)), None);
    }

    #[test]
    fn damage_breaks_nothing() {
        let whole = wrapped(SIGNED_DATA, &value(BYTES, &[b"hello"]));
        for place in 0..whole.len() {
            content(&whole[..place]);
            for byte in [0, 0x24, 0x7f, 0x80, 0x84, 0xff] {
                let mut broken = whole.clone();
                broken[place] = byte;
                content(&broken);
            }
        }
        assert_eq!(content(&[BYTES_IN_PIECES; 10_000]), None);
    }
}
