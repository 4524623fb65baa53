//! Text of others made fit to keep: without control characters, not longer than its limit.

use crate::domain::{Span, Timestamp};

use super::limits::LANGUAGE_BYTES_MAX;

/// A sent instant before 2000-01-01 UTC is not believed.
const SENT_AT_MIN: Timestamp = Timestamp(946_684_800_000);

/// The signs of the longest card, with three between any two of its digits, and how many may stand in one gap.
const NUMBER_CHARS_MAX: usize = 80;
const NUMBER_GAP_MAX: usize = 8;

/// Text of several lines: each line end becomes one `\n`, control characters but tabs go, since neither
/// JSON consumers nor databases want them.
pub(crate) fn lines(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\r' => {
                chars.next_if_eq(&'\n');
                clean.push('\n');
            }
            '\n' | '\t' => clean.push(char),
            _ if char.is_control() => {}
            _ => clean.push(char),
        }
    }
    clean
}

/// Text of one line: runs of white space become one space.
pub(crate) fn line(text: &str, bytes_max: usize) -> String {
    let mut clean = String::new();
    for word in text.split(|char: char| char.is_whitespace() || char.is_control()) {
        if clean.len() > bytes_max + NUMBER_GAP_MAX {
            break;
        }
        if !word.is_empty() {
            let space = if clean.is_empty() { "" } else { " " };
            clean.extend([space, word]);
        }
    }
    cut(&mut clean, bytes_max);
    clean
}

/// The same, `None` when nothing is left.
pub(crate) fn line_or_none(text: &str, bytes_max: usize) -> Option<String> {
    Some(line(text, bytes_max)).filter(|line| !line.is_empty())
}

/// Whether nothing of a text can be seen: white space, and signs without width that programs put where nothing is.
pub(crate) fn is_blank(text: &str) -> bool {
    let is_hidden = |char| matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    text.chars().all(|char| char.is_whitespace() || is_hidden(char))
}

/// Cuts at the last character that fits, and before a number that would lose its end; whether it had to. What is left
/// of a number is another number, and of a payment card the digits that nobody knows any more for a card's.
pub(crate) fn cut(text: &mut String, bytes_max: usize) -> bool {
    if text.len() <= bytes_max {
        return false;
    }
    let (kept, lost) = text.split_at(text.floor_char_boundary(bytes_max));
    text.truncate(if goes_on(lost) { before_number(kept) } else { kept.len() });
    true
}

/// Whether a text begins in the midst of a number, or behind the space in it.
fn goes_on(lost: &str) -> bool {
    lost.chars().take(NUMBER_GAP_MAX).take_while(|char| !char.is_alphabetic()).any(char::is_numeric)
}

/// Where the number begins that ends a text; its end where none does.
fn before_number(kept: &str) -> usize {
    let ending =
        kept.char_indices().rev().take(NUMBER_CHARS_MAX).take_while(|(_, char)| !char.is_alphabetic());
    ending.filter(|(_, char)| char.is_numeric()).last().map_or(kept.len(), |(place, _)| place)
}

/// A BCP 47 tag in lower case; `None` when it is not one.
pub(crate) fn language(tag: &str) -> Option<String> {
    let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
    let subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (tag.len() <= LANGUAGE_BYTES_MAX && tag.split('-').all(subtag)).then_some(tag)
}

/// When a message says that it was sent, unless its clock is beyond belief.
pub(crate) fn believed(sent_at: Timestamp, received_at: Timestamp) -> Option<Timestamp> {
    (SENT_AT_MIN..=received_at.after(Span::hours(24))).contains(&sent_at).then_some(sent_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_become_one_and_control_characters_go() {
        assert_eq!(lines("a\r\nb\rc\n\0d\u{7}\te\u{85}"), "a\nb\nc\nd\te");
        assert_eq!(line("  a\r\n\tb \0 c ", 99), "a b c");
    }

    #[test]
    fn a_cut_leaves_whole_characters() {
        let mut text = "aé客".to_owned();
        assert!(cut(&mut text, 5));
        assert_eq!(text, "aé");
        assert_eq!(line("客客", 4), "客");
    }

    #[test]
    fn a_cut_leaves_no_part_of_a_number() {
        for number in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111 - 1111 - 1111 - 1111",
            "４１１１-１１１１",
            "12.50",
        ] {
            let told = format!("pay é {number} now");
            let end = told.len() - " now".len();
            for bytes_max in 0..told.len() {
                let mut text = told.clone();
                assert!(cut(&mut text, bytes_max));
                let whole = if bytes_max < end { "pay é " } else { told.as_str() };
                assert!(whole.starts_with(&text), "{number} at {bytes_max}: {text}");
                assert!(text.len() + 4 > bytes_max.min(whole.len()), "{number} at {bytes_max}: {text}");
                let one_line = line(&told, bytes_max);
                assert!(whole.starts_with(&one_line), "{number} at {bytes_max}: {one_line}");
            }
        }
        let mut long = "1".repeat(200);
        assert!(cut(&mut long, 150));
        assert_eq!(long.len(), 150 - NUMBER_CHARS_MAX, "a longer run of digits is no card");
    }

    #[test]
    fn a_language_is_a_tag_or_nothing() {
        assert_eq!(language("zh_TW").as_deref(), Some("zh-tw"));
        for wrong in ["", "-", "english please", "toolongsubtag"] {
            assert_eq!(language(wrong), None, "{wrong}");
        }
    }
}
