//! Encoded words (RFC 2047) wherever they stand, also where they must not: in parameters, within quotes, without space
//! around. Bytes of neighbours of one charset are joined before they are decoded, since many programs split a letter.

use super::charset;
use super::transfer::{Base64, escape};

/// The longest name of a charset that is looked up.
const CHARSET_BYTES_MAX: usize = 64;

/// The places of `?=`, found once each: a field of many beginnings costs no more than its length.
#[derive(Debug, Default)]
pub(super) struct Ends {
    next: Option<usize>,
    /// Bytes looked at to find them, and within the words.
    pub steps: u64,
}

/// `=?charset?encoding?text?=`.
#[derive(Clone, Copy, Debug)]
struct Word<'a> {
    charset: &'a str,
    is_base64: bool,
    text: &'a str,
}

/// Words of one charset, one behind the other.
#[derive(Default)]
struct Run<'a> {
    charset: &'a str,
    /// What came before the last change of the encoding.
    bytes: Vec<u8>,
    base64: Base64,
}

/// A text with its encoded words decoded.
pub(super) fn decode(text: &str) -> String {
    counted(text).0
}

/// The same, and how many bytes were looked at.
pub(super) fn counted(text: &str) -> (String, u64) {
    if !text.contains("=?") {
        return (text.to_owned(), text.len() as u64);
    }
    let (mut plain, mut ends, mut run) = (String::new(), Ends::default(), None::<Run<'_>>);
    let (mut done, mut from) = (0, 0);
    while let Some(start) = find(text, "=?", from) {
        ends.steps += (start - from) as u64 + 2;
        let Some((word, end)) = ends.word(text, start) else {
            from = start + 2;
            continue;
        };
        ends.steps += (end - start) as u64;
        let gap = text.get(done..start).unwrap_or_default();
        let joins = run.as_ref().is_some_and(|run| run.charset.eq_ignore_ascii_case(word.charset));
        let is_blank = run.is_some() && gap.trim().is_empty();
        if !(joins && is_blank) {
            plain.extend(run.take().map(Run::text));
            plain.push_str(if is_blank { "" } else { gap });
        }
        run.get_or_insert_with(|| Run { charset: word.charset, ..Run::default() }).push(word);
        (done, from) = (end, end);
    }
    plain.extend(run.take().map(Run::text));
    plain.push_str(text.get(done..).unwrap_or_default());
    (plain, ends.steps + text.len().saturating_sub(from) as u64)
}

impl Ends {
    /// Where the encoded words end that begin here, one behind the other with white space between.
    pub fn run(&mut self, text: &str, start: usize) -> Option<usize> {
        let (_, mut end) = self.word(text, start)?;
        loop {
            let rest = text.get(end..).unwrap_or_default();
            let blank = rest.len() - rest.trim_start().len();
            self.steps += blank as u64;
            match self.word(text, end + blank) {
                Some((_, next)) => end = next,
                None => return Some(end),
            }
        }
    }

    fn word<'a>(&mut self, text: &'a str, start: usize) -> Option<(Word<'a>, usize)> {
        let rest = text.get(start..)?.strip_prefix("=?")?;
        let charset = rest.get(..rest.floor_char_boundary(CHARSET_BYTES_MAX))?.split('?').next()?;
        let is_charset =
            !charset.is_empty() && charset.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'=');
        let encoding = rest.get(charset.len()..)?.get(..3)?;
        let is_base64 = match encoding {
            "?B?" | "?b?" => true,
            "?Q?" | "?q?" => false,
            _ => return None,
        };
        let from = start + 2 + charset.len() + 3;
        let end = self.end(text, from)?;
        let charset = charset.split('*').next().unwrap_or_default();
        is_charset.then_some((Word { charset, is_base64, text: text.get(from..end)? }, end + 2))
    }

    fn end(&mut self, text: &str, from: usize) -> Option<usize> {
        if self.next.is_none_or(|next| next < from) {
            let next = find(text, "?=", from);
            self.steps += next.unwrap_or(text.len()).saturating_sub(from) as u64;
            self.next = Some(next.unwrap_or(usize::MAX));
        }
        self.next.filter(|next| *next != usize::MAX)
    }
}

impl<'a> Run<'a> {
    fn push(&mut self, word: Word<'a>) {
        if word.is_base64 {
            // A group of letters may be split too, so the decoder goes on where the word before ended.
            self.base64.push(word.text.as_bytes());
            return;
        }
        self.settle();
        let mut rest = word.text.as_bytes();
        while let Some((byte, tail)) = rest.split_first() {
            rest = tail;
            match byte {
                b'_' => self.bytes.push(b' '),
                b'\r' | b'\n' => {}
                b'=' => match escape(tail) {
                    Some((byte, tail)) => {
                        self.bytes.push(byte);
                        rest = tail;
                    }
                    None => self.bytes.push(b'='),
                },
                _ => self.bytes.push(*byte),
            }
        }
    }

    fn settle(&mut self) {
        self.base64.end();
        self.bytes.append(&mut self.base64.bytes);
    }

    fn text(mut self) -> String {
        self.settle();
        charset::decode(&self.bytes, Some(self.charset)).text
    }
}

fn find(text: &str, what: &str, from: usize) -> Option<usize> {
    Some(text.get(from..)?.find(what)? + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// mail-E30: a letter split over two words, in either encoding.
    #[test]
    fn a_split_letter_is_joined() {
        assert_eq!(decode("=?utf-8?Q?J=C3?= =?UTF-8?Q?=B6rg?="), "Jörg");
        assert_eq!(decode("=?utf-8?B?SsM=?=\r\n =?utf-8?B?tnJn?="), "Jörg");
        assert_eq!(decode("=?utf-8?B?SsO2?= =?utf-8?Q?rg?="), "Jörg");
        assert_eq!(decode("=?utf-8?B?SsO?= =?utf-8?B?2cmc=?="), "Jörg");
    }

    #[test]
    fn words_stand_where_they_must_not() {
        assert_eq!(decode("Re:=?utf-8?q?_=C3=A4?=!"), "Re: ä!");
        assert_eq!(decode("a =?utf-8?q?b?= c =?utf-8?q?d?= =?latin1?q?e=E4?="), "a b c deä");
        assert_eq!(decode("=?utf-8*de?Q?a b?="), "a b");
        assert_eq!(decode("=?NONE?B?VEVTVA=?="), "TEST");
    }

    #[test]
    fn what_is_no_word_stays() {
        for plain in ["=?", "=?utf-8?Q?open", "=?utf-8?X?a?=", "a =?= b", "=??Q?x?="] {
            assert_eq!(decode(plain), plain);
        }
    }
}
