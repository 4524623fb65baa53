//! Message ids (field page channels 1.2): without brackets, comments and outer white space, otherwise byte for byte.
//! An address in prose is no id, so a field that answers counts only where it holds nothing but ids.

use sha2::{Digest as _, Sha256};

use data_encoding::HEXLOWER;

use super::{Mail, words};

/// A field of ids as it is compared: encoded words decoded, comments gone.
pub(super) fn plain(value: &str) -> String {
    let unfolded: String = value.chars().filter(|char| !matches!(char, '\r' | '\n')).collect();
    joined(without_comments(&words::decode(&unfolded)).trim())
}

/// Without the white space within an id, where a program folded a long one.
fn joined(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('<') {
        plain.extend([before, "<"]);
        let end = behind.find(['<', '>']).unwrap_or(behind.len());
        let (id, tail) = behind.split_at_checked(end).unwrap_or((behind, ""));
        match tail.starts_with('>') && id.contains('@') {
            true => plain.extend(id.split_whitespace()),
            false => plain.push_str(id),
        }
        rest = tail;
    }
    plain.push_str(rest);
    plain
}

/// A text without what stands in parentheses; of quotes and ids nothing goes. A parenthesis without its end is text.
pub(super) fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    // Where the outermost comment began in `text`.
    let (mut depth, mut began) = (0_usize, 0_usize);
    let (mut is_escaped, mut is_quoted) = (false, false);
    for (place, char) in text.char_indices() {
        let was_escaped = std::mem::take(&mut is_escaped);
        match char {
            '\\' if !was_escaped && (is_quoted || depth > 0) => is_escaped = true,
            '"' if !was_escaped && depth == 0 => is_quoted = !is_quoted,
            '(' if !was_escaped && !is_quoted => {
                if depth == 0 {
                    began = place;
                }
                depth += 1;
                continue;
            }
            ')' if !was_escaped && depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            kept.push(char);
        }
    }
    if depth > 0 {
        kept.push_str(text.get(began..).unwrap_or_default());
    }
    kept
}

/// The id of a mail without one (field page channels 1.2): of who wrote it, when, of what and how, so that it is the same
/// at every delivery.
pub(super) fn synthetic(mail: &Mail, from: &str) -> String {
    let field = |name| mail.fields.first(name).unwrap_or_default().as_bytes();
    let mut hash = Sha256::new();
    for part in [from.as_bytes(), field("date"), field("subject"), &Sha256::digest(&mail.body)] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("{}@synthetic", HEXLOWER.encode(&hash.finalize()))
}

/// The one id of a field that names the mail itself; senders forget the brackets.
pub(super) fn own(plain: &str) -> Option<&str> {
    let id = match plain.split_once('<') {
        Some((_, rest)) => rest.trim_start_matches('<').split('>').next().unwrap_or_default(),
        None => plain,
    };
    Some(id.trim()).filter(|id| !id.is_empty())
}

/// Every `<…>` of a text that may hold anything besides; where there is none, its words with an `@`.
pub(super) fn loose(plain: &str) -> Vec<&str> {
    if !plain.contains('<') {
        return bare(plain).filter(|id| id.contains('@')).collect();
    }
    let ids = plain.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
    ids.map(|(id, _)| id.trim()).filter(|id| !id.is_empty()).collect()
}

/// The ids of a text that holds nothing else. An address in `Your message of … <jo@x>` is not an id.
pub(super) fn pure(plain: &str) -> Option<Vec<&str>> {
    if !plain.contains('<') {
        // Without brackets it is an id only where nothing else stands there.
        let words: Vec<&str> = bare(plain).collect();
        return words.iter().all(|word| is_bare_id(word)).then_some(words);
    }
    let mut ids = Vec::new();
    let mut rest = plain.trim();
    while !rest.is_empty() {
        let (id, tail) = rest.strip_prefix('<')?.trim_start_matches('<').split_once('>')?;
        ids.push(id.trim());
        rest = tail.trim_start_matches(|char: char| char.is_whitespace() || matches!(char, ',' | ';' | '>'));
    }
    ids.retain(|id| !id.is_empty());
    Some(ids)
}

fn bare(plain: &str) -> impl Iterator<Item = &str> {
    plain
        .split(|char: char| char.is_whitespace() || matches!(char, ',' | ';'))
        .filter(|word| !word.is_empty())
}

fn is_bare_id(word: &str) -> bool {
    let sides = word.split_once('@');
    sides.is_some_and(|(left, right)| !left.is_empty() && !right.is_empty())
        && word.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_no_id() {
        assert_eq!(pure("<a@x>, <b@x>  <c@x><d@x>"), Some(vec!["a@x", "b@x", "c@x", "d@x"]));
        assert_eq!(pure("Your message of Monday <jo@x>"), None);
        assert_eq!(pure("jo@x of Monday"), None);
        assert_eq!(pure("a@x"), Some(vec!["a@x"]));
        assert_eq!(pure("<<a@x>>, <b@x>"), Some(vec!["a@x", "b@x"]));
        assert_eq!(loose("a@x and b@x"), vec!["a@x", "b@x"]);
    }

    #[test]
    fn comments_and_words_go() {
        assert_eq!(plain(" <a@x> (was: (hello) \\) there)\r\n <b@x>"), "<a@x>  <b@x>");
        assert_eq!(plain("=?utf-8?Q?=3Ca=40x=3E?="), "<a@x>");
        assert_eq!(plain("=?utf-8?Q?<a?=\r\n =?utf-8?Q?@x>?="), "<a@x>");
        assert_eq!(plain("(open <a@x>"), "(open <a@x>");
        assert_eq!(plain("<a@long\r\n .x> < b@x > <c d> <e f@x"), "<a@long.x> <b@x> <c d> <e f@x");
        assert_eq!(own("\"(not a comment)\"@x"), Some("\"(not a comment)\"@x"));
        assert_eq!(own("<<a@x>>"), Some("a@x"));
        assert_eq!(own("<>"), None);
    }
}
