//! Texts as keywords are compared: without case, marks, ornaments and letters that nobody sees.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text, folded.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded = letters(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The words as one: `opt-out`, `opt out` and `optout` are the same.
pub(super) fn joined(words: &[String]) -> String {
    words.concat()
}

/// Letters of one width and case, without marks and what has no width.
pub(super) fn letters(text: &str) -> String {
    let seen = text.chars().filter(|letter| !is_invisible(*letter));
    let lower = seen.nfkc().flat_map(char::to_lowercase);
    // Marks are dropped from letters; those of kana make other letters of them.
    let bare = lower.nfkd().filter(|letter| !is_combining_mark(*letter) || is_kana_mark(*letter));
    bare.nfc().flat_map(plain).collect()
}

/// Letters that have no marks to drop but are written without theirs where a keyboard lacks them.
fn plain(letter: char) -> impl Iterator<Item = char> {
    let (first, second) = match letter {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' => ('d', None),
        'ı' => ('i', None),
        'ς' => ('σ', None),
        letter => (letter, None),
    };
    [Some(first), second].into_iter().flatten()
}

fn is_kana_mark(letter: char) -> bool {
    matches!(letter, '\u{3099}' | '\u{309a}')
}

/// Zero width, directions, variation selectors, the tatweel of Arabic.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}
