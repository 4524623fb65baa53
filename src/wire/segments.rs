//! What a text costs as short messages: its encoding, its units and how many messages carry it (3GPP 23.038). A
//! character is never split between two of them.

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// The letters of the default alphabet, one septet each.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Those that need an escape before them: two septets, kept together.
const EXTENDED: &str = "|^€{}[]~\\\u{c}";

/// The most units of UTF-16 in one of several messages.
const WIDE_MAX: usize = 67;

/// What a text costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segments {
    /// `GSM-7` or `UCS-2`.
    pub encoding: &'static str,
    /// Septets, or units of UTF-16.
    pub units: usize,
    /// How many messages carry it; one even where it is empty.
    pub count: usize,
}

/// Counts a text.
pub(crate) fn count(text: &str) -> Segments {
    match septets(text) {
        Some(each) => counted("GSM-7", each.into_iter(), (160, 153)),
        None => counted("UCS-2", units(text), (70, WIDE_MAX)),
    }
}

/// The septets of each letter, where the alphabet has all of them.
fn septets(text: &str) -> Option<Vec<usize>> {
    let cost = |letter| match letter {
        letter if BASIC.contains(letter) => Some(1),
        letter if EXTENDED.contains(letter) => Some(2),
        _ => None,
    };
    text.chars().map(cost).collect()
}

/// The units that stay together: those of one character as it is seen, be it a letter with its marks or a family in
/// one picture. One that no message could carry is split.
fn units(text: &str) -> impl Iterator<Item = usize> {
    text.graphemes(true).flat_map(|seen| {
        let mut kept: Vec<usize> = Vec::with_capacity(1);
        let mut before = None;
        for letter in seen.chars() {
            let units = letter.len_utf16();
            // The letters of one syllable of India are several characters.
            let is_next = before.is_none_or(|before| is_combining_mark(before) && letter.is_alphabetic())
                && !is_combining_mark(letter);
            match kept.last_mut() {
                Some(last) if !is_next && letter != '\n' && *last + units <= WIDE_MAX => *last += units,
                _ => kept.push(units),
            }
            before = Some(letter);
        }
        kept
    })
}

fn counted(encoding: &'static str, each: impl Iterator<Item = usize>, limits: (usize, usize)) -> Segments {
    let (alone, joined) = limits;
    let (mut units, mut count, mut filled) = (0, 1, 0);
    for cost in each {
        units += cost;
        if filled + cost > joined {
            count += 1;
            filled = 0;
        }
        filled += cost;
    }
    Segments { encoding, units, count: if units <= alone { 1 } else { count } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> (&'static str, usize, usize) {
        let Segments { encoding, units, count } = count(text);
        (encoding, units, count)
    }

    #[test]
    fn an_escape_counts_two_and_is_not_split() {
        assert_eq!(counted(""), ("GSM-7", 0, 1));
        assert_eq!(counted(&"€".repeat(80)), ("GSM-7", 160, 1));
        // 152 and an escape do not fit into the first of several.
        let text = format!("{}€{}", "a".repeat(152), "b".repeat(152));
        assert_eq!(counted(&text), ("GSM-7", 306, 3));
    }

    #[test]
    fn one_letter_beyond_the_alphabet_makes_it_all_wide() {
        assert_eq!(counted("it’s"), ("UCS-2", 4, 1));
        // The pair of the emoji does not fit behind 66 units.
        let text = format!("{}😀{}", "я".repeat(66), "я".repeat(66));
        assert_eq!(counted(&text), ("UCS-2", 134, 3));
        // Nor does a family of eleven, whole.
        let text = format!("{}👨‍👩‍👧‍👦{}", "я".repeat(60), "я".repeat(60));
        assert_eq!(counted(&text), ("UCS-2", 131, 3));
        assert_eq!(counted(&"e\u{301}".repeat(67)), ("UCS-2", 134, 3));
        assert_eq!(
            counted(&format!("a{}", "\u{301}".repeat(133))),
            ("UCS-2", 134, 2),
            "no message carries it whole"
        );
    }
}
