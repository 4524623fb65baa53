//! Values with parameters, as of Content-Type and Content-Disposition: quoted or bare, continued and percent-encoded
//! (RFC 2231), or with encoded words where none may stand.

use super::transfer::escape;
use super::{Media, charset, words};

/// Parameters that are looked at, continuations included.
const PARAMETERS_MAX: usize = 200;

/// A piece of a continued parameter.
struct Piece {
    name: String,
    place: usize,
    is_encoded: bool,
    value: String,
}

/// The first word in lower case, and the parameters.
pub(super) fn structured(value: &str) -> Media {
    let mut fields = split(value).into_iter();
    let first = fields.next().unwrap_or_default();
    // A forgotten semicolon, or a forgotten word: `attachment filename=x`, `filename=x`. A type keeps to its own, since
    // its parameters decide what is read at all.
    let (word, rest) = first.trim_start().split_once(char::is_whitespace).unwrap_or((first.trim(), ""));
    let (word, rest) = match (word.contains('='), word.contains('/')) {
        (_, true) => (word, ""),
        (true, _) => ("", first.as_str()),
        (false, false) => (word, rest),
    };
    let mut media = Media { kind: word.to_ascii_lowercase(), parameters: Vec::new() };
    let mut pieces = Vec::new();
    for field in fields.take(PARAMETERS_MAX).chain([rest.to_owned()]) {
        let Some((name, value)) = field.split_once('=') else { continue };
        let name = name.trim().to_ascii_lowercase();
        match piece(&name, unquoted(value)) {
            Ok(piece) => pieces.push(piece),
            Err(value) => add(&mut media, name, words::decode(&value)),
        }
    }
    for (name, value) in joined(pieces) {
        media.parameters.retain(|(known, _)| *known != name);
        add(&mut media, name, value);
    }
    media
}

/// Of two equal ones the first counts.
fn add(media: &mut Media, name: String, value: String) {
    if !name.is_empty() && media.parameter(&name).is_none() {
        media.parameters.push((name, value));
    }
}

/// The fields between semicolons that stand neither in quotes nor in comments; comments go.
fn split(value: &str) -> Vec<String> {
    let (mut fields, mut field) = (Vec::new(), String::new());
    let (mut is_quoted, mut is_escaped, mut depth) = (false, false, 0_u32);
    // Of the field so far: whether it has a value, and what it ends with but for white space.
    let (mut has_value, mut last) = (false, None);
    for char in value.chars() {
        let was_escaped = std::mem::take(&mut is_escaped);
        match char {
            '\r' | '\n' => continue,
            '\\' if is_quoted && !was_escaped => is_escaped = true,
            '"' if depth == 0 && !was_escaped => is_quoted = !is_quoted,
            '(' if !is_quoted && is_comment(has_value, last) => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                continue;
            }
            ';' if !is_quoted && depth == 0 => {
                fields.push(std::mem::take(&mut field));
                (has_value, last) = (false, None);
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            field.push(char);
            has_value |= char == '=';
            last = if char.is_whitespace() { last } else { Some(char) };
        }
    }
    fields.push(field);
    fields
}

/// A bare file name such as `plan (2).pdf` is not commented.
fn is_comment(has_value: bool, last: Option<char>) -> bool {
    last != Some('=') && (!has_value || last == Some('"'))
}

/// Backslashes of other systems' folders are kept: only quotes and backslashes are escaped in practice.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    let Some(quoted) = value.strip_prefix('"') else { return value.to_owned() };
    let mut plain = String::with_capacity(quoted.len());
    let mut chars = quoted.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => plain.push(chars.next_if(|next| matches!(next, '"' | '\\')).unwrap_or('\\')),
            _ => plain.push(char),
        }
    }
    plain
}

/// `name*`, `name*0` and `name*0*` are pieces, anything else is a whole value.
fn piece(name: &str, value: String) -> Result<Piece, String> {
    let Some((base, rest)) = name.split_once('*') else { return Err(value) };
    let (number, is_encoded) = match rest.strip_suffix('*') {
        Some(number) => (number, true),
        None => (rest, rest.is_empty()),
    };
    let place = if number.is_empty() { Some(0) } else { number.parse().ok() };
    match place {
        Some(place) => Ok(Piece { name: base.to_owned(), place, is_encoded, value }),
        None => Err(value),
    }
}

/// The pieces of each name in their order, as far as none is missing.
fn joined(mut pieces: Vec<Piece>) -> Vec<(String, String)> {
    pieces.sort_by(|one, other| (&one.name, one.place).cmp(&(&other.name, other.place)));
    let groups = pieces.chunk_by(|one, other| one.name == other.name);
    let join = |group: &[Piece]| {
        let (mut bytes, mut label) = (Vec::new(), None);
        for (place, piece) in group.iter().enumerate().take_while(|(place, piece)| piece.place == *place) {
            let mut value = piece.value.as_str();
            if place == 0 && piece.is_encoded {
                let mut parts = value.splitn(3, '\'');
                if let (Some(charset), Some(_), Some(rest)) = (parts.next(), parts.next(), parts.next()) {
                    (label, value) = (Some(charset.to_owned()), rest);
                }
            }
            match piece.is_encoded {
                true => unescape(value.as_bytes(), &mut bytes),
                false => bytes.extend_from_slice(value.as_bytes()),
            }
        }
        let text = charset::decode(&bytes, label.as_deref()).text;
        let text = if label.is_none() { words::decode(&text) } else { text };
        group.first().map(|first| (first.name.clone(), text))
    };
    groups.filter_map(join).collect()
}

fn unescape(value: &[u8], bytes: &mut Vec<u8>) {
    let mut rest = value;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match escape(tail).filter(|_| *byte == b'%') {
            Some((escaped, tail)) => {
                bytes.push(escaped);
                rest = tail;
            }
            None => bytes.push(*byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filename(value: &str) -> Option<String> {
        structured(value).parameter("filename").map(str::to_owned)
    }

    #[test]
    fn a_name_is_quoted_bare_continued_or_encoded() {
        for (value, name) in [
            ("attachment; filename=\"a;b.pdf\"", "a;b.pdf"),
            ("attachment; filename=my plan (2).pdf", "my plan (2).pdf"),
            ("attachment; filename*=UTF-8''%e2%82%ac.pdf; filename=\"euro.pdf\"", "€.pdf"),
            ("attachment; filename*0=\"one \"; filename*1=two.pdf", "one two.pdf"),
            ("attachment; filename*1*=%A4.pdf; filename*0*=utf-8''a%C3", "aä.pdf"),
            ("attachment; filename*0*=iso-8859-1'de'%E4; filename*1=\"-b%20.pdf\"", "ä-b%20.pdf"),
            ("attachment; filename=\"=?utf-8?B?UmVjaG51bmcgw6Q?=\r\n =?utf-8?Q?.pdf?=\"", "Rechnung ä.pdf"),
            ("attachment filename=\"a b.pdf\"", "a b.pdf"),
            ("filename=a.pdf", "a.pdf"),
            (";\r\n filename=\"C:\\docs\\a \\\"b\\\".txt\"", "C:\\docs\\a \"b\".txt"),
        ] {
            assert_eq!(filename(value).as_deref(), Some(name), "{value}");
        }
    }

    /// Of a field that has no end nothing is looked at again for each mark in it; the square of this would be hours.
    #[test]
    fn open_comments_behind_a_long_field_cost_no_more_than_their_length() {
        let value = format!("text/plain{}{}", " ".repeat(500_000), "()".repeat(500_000));
        assert_eq!(structured(&value).kind, "text/plain");
        let named = structured("attachment; filename= (x) \"a\" (y); size=1 (z)");
        assert_eq!(
            (named.parameter("filename"), named.parameter("size")),
            (Some("(x) \"a\""), Some("1 (z)"))
        );
    }

    #[test]
    fn a_kind_is_lower_case_and_free_of_comments() {
        let media = structured("Multipart/Mixed (really); (x) Boundary=\"a (b\"; charset=x; charset=y");
        assert_eq!(media.kind, "multipart/mixed");
        assert_eq!((media.parameter("boundary"), media.parameter("charset")), (Some("a (b"), Some("x")));
        assert_eq!(structured("").kind, "");
    }
}
