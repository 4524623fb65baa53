//! Halves of characters. A gateway that cuts UTF-16 by units may end one part of a text with the first half of a
//! character and begin the next with the second. JSON can write such a half, but no text of ours can hold it: until
//! the parts are joined, a code point without meaning stands for it.

use std::borrow::Cow;

/// What stands for the half `U+D800`; the others follow. These points are for private use and end the last plane.
const STANDS: u32 = 0x10_f800;
const HALVES: std::ops::RangeInclusive<u32> = 0xd800..=0xdfff;
const FIRST: std::ops::RangeInclusive<u32> = 0xd800..=0xdbff;
const SECOND: std::ops::RangeInclusive<u32> = 0xdc00..=0xdfff;

/// The JSON with a stand-in for every half that is alone; borrowed where there is none.
pub(crate) fn keep_halves(json: &[u8]) -> Cow<'_, [u8]> {
    let mut kept: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        let rest = json.get(at..).unwrap_or_default();
        let (taken, stands) = match (*byte, escaped(rest)) {
            (b'\\', Some(half)) if FIRST.contains(&half) => {
                let next = rest.get(6..).and_then(escaped);
                if next.is_some_and(|next| SECOND.contains(&next)) { (12, None) } else { (6, Some(half)) }
            }
            (b'\\', Some(half)) if SECOND.contains(&half) => (6, Some(half)),
            (b'\\', _) => (2, None),
            _ => (1, None),
        };
        let stand_in = stands.and_then(|half| char::from_u32(half - HALVES.start() + STANDS));
        let from = rest.get(..taken).unwrap_or(rest);
        match stand_in {
            Some(stand_in) => {
                let kept = kept.get_or_insert_with(|| json.get(..at).unwrap_or_default().to_vec());
                kept.extend(stand_in.encode_utf8(&mut [0; 4]).bytes());
            }
            None => {
                if let Some(kept) = &mut kept {
                    kept.extend(from);
                }
            }
        }
        at += from.len().max(1);
    }
    kept.map_or(Cow::Borrowed(json), Cow::Owned)
}

/// The unit of the escape `\uXXXX` that begins here.
fn escaped(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The text with its halves joined; what is left alone becomes U+FFFD.
pub(crate) fn mend(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|letter| half(letter).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut mended = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let Some(first) = half(letter) else {
            mended.push(letter);
            continue;
        };
        let second = letters.peek().copied().and_then(half).filter(|second| SECOND.contains(second));
        let whole = match second {
            Some(second) if FIRST.contains(&first) => {
                letters.next();
                char::from_u32(0x1_0000 + ((first - FIRST.start()) << 10) + (second - SECOND.start()))
            }
            _ => None,
        };
        mended.push(whole.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    Cow::Owned(mended)
}

fn half(letter: char) -> Option<u32> {
    Some(u32::from(letter).checked_sub(STANDS)? + HALVES.start()).filter(|half| HALVES.contains(half))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &[u8]) -> String {
        serde_json::from_slice(&keep_halves(json)).expect("JSON")
    }

    #[test]
    fn halves_of_two_parts_become_one_character() {
        let (first, second) = (read(br#""ok \ud83d""#), read(br#""\ude00 bye""#));
        assert_eq!(mend(&format!("{first}{second}")), "ok 😀 bye");
        assert_eq!(mend(&first), "ok \u{fffd}");
        assert_eq!(mend(&second), "\u{fffd} bye");
    }

    #[test]
    fn whole_characters_and_escaped_strokes_stay() {
        for json in [br#""\ud83d\ude00""#.as_slice(), br#""\\ud83d""#, br#""a\n\u00e9""#] {
            assert_eq!(keep_halves(json), json);
        }
        assert_eq!(read(br#""\\\ud83dx""#).chars().count(), 3);
    }
}
