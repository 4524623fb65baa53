//! What a text costs as short messages: its encoding, its units and how many messages carry it (3GPP 23.038). A
//! character is never split between two of them.

use unicode_segmentation::UnicodeSegmentation;

/// The letters of the default alphabet, one septet each.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Those that need an escape before them: two septets, kept together.
const EXTENDED: &str = "|^€{}[]~\\\u{c}";

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
        None => counted("UCS-2", units(text), (70, 67)),
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

/// The units that stay together: a character, with the one mark behind it where both have no more than two.
fn units(text: &str) -> impl Iterator<Item = usize> {
    text.graphemes(true).flat_map(|letter| {
        let whole: usize = letter.chars().map(char::len_utf16).sum();
        let is_kept = whole <= 2 && letter != "\r\n";
        let apart = letter.chars().map(char::len_utf16).filter(move |_| !is_kept);
        is_kept.then_some(whole).into_iter().chain(apart)
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
    }
}
