//! Text of a configuration without its secrets, byte for byte as long, so that places in it stay true. It
//! works on the text rather than on the parsed file, since a file that cannot be parsed is shown too; where
//! the two could differ it blots out too much.

/// Words in a key that make its value a secret, or name one.
const WORDS: [&str; 9] =
    ["pass", "password", "secret", "token", "seed", "nkey", "creds", "credentials", "credential"];

/// Whether a key, or a path whose last key it is, holds a secret or names one.
pub(super) fn is_secret(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or(key);
    let mut words = last.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.any(|word| WORDS.iter().any(|secret| word.eq_ignore_ascii_case(secret)))
}

/// The text with every value of a secret key, and every login in a URL, blotted out.
pub(super) fn redact(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let from = at;
        while at < bytes.len() && is_of_key(bytes[at]) {
            at += 1;
        }
        if at == from {
            at += 1;
            continue;
        }
        let word = text.get(from..at).unwrap_or_default();
        if let Some(value) = value_after(&bytes, at).filter(|_| is_secret(word)) {
            at = blot(&mut bytes, value);
        }
    }
    blot_urls(&mut bytes);
    // Blots are ASCII over whole runs of bytes between quotes, brackets or line ends, so this stays text.
    String::from_utf8(bytes).unwrap_or_else(|_| "*".repeat(text.len()))
}

fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Where the value of a key begins whose word ends at `at`.
fn value_after(bytes: &[u8], at: usize) -> Option<usize> {
    let skip = |from: usize, wanted: &[u8]| {
        (from..bytes.len()).find(|place| !wanted.contains(&bytes[*place])).unwrap_or(bytes.len())
    };
    let equals = skip(at, b" \t\"'");
    (bytes.get(equals) == Some(&b'=')).then(|| skip(equals + 1, b" \t"))
}

/// Blots one value out, and what follows it on its last line; the answer is where that ends. A value without an
/// end reaches to the end of the text.
fn blot(bytes: &mut [u8], from: usize) -> usize {
    let rest = &bytes[from.min(bytes.len())..];
    let find = |ending: &[u8], begin: usize| {
        let found =
            rest.get(begin..).and_then(|rest| rest.windows(ending.len()).position(|run| run == ending));
        found.map_or(rest.len(), |place| begin + place)
    };
    let last = match rest {
        [b'"', b'"', b'"', ..] => find(b"\"\"\"", 3),
        [b'\'', b'\'', b'\'', ..] => find(b"\'\'\'", 3),
        [b'[', ..] => closing(rest, b']'),
        [b'{', ..] => closing(rest, b'}'),
        _ => 0,
    };
    let end = from + find(b"\n", last);
    for byte in &mut bytes[from..end] {
        if *byte != b'\n' {
            *byte = b'*';
        }
    }
    end.max(from + 1)
}

/// Where the bracket stands that ends a list or table, outside of texts in it.
fn closing(rest: &[u8], wanted: u8) -> usize {
    let mut quote = None;
    for (place, byte) in rest.iter().enumerate() {
        let escaped = quote == Some(b'"') && rest[place.saturating_sub(1)] == b'\\';
        match (quote, *byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == byte && !escaped => quote = None,
            (None, byte) if byte == wanted => return place,
            _ => {}
        }
    }
    rest.len()
}

/// Blots out what stands between `//` and `@`.
fn blot_urls(bytes: &mut [u8]) {
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(2).position(|run| run == b"//") {
        let begin = at + found + 2;
        let ends = |byte: &u8| matches!(byte, b'"' | b'\'' | b'\n' | b' ' | b'/');
        let end = bytes[begin..].iter().position(ends).map_or(bytes.len(), |end| begin + end);
        if let Some(sign) = bytes[begin..end].iter().rposition(|byte| *byte == b'@') {
            bytes[begin..begin + sign].fill(b'*');
        }
        at = end.max(begin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_secret_is_blotted_out_and_nothing_moves() {
        for (text, shown) in [
            ("password = \"hunter2\" # why\nx = 1", "password = ***************\nx = 1"),
            ("password = \"a\"b", "password = ****"),
            ("door = { user = \"a\", password = \"b\" }", "door = { user = \"a\", password = *****"),
            ("token = [\"a]\",\n \"b\"]\nx = 1", "token = ******\n*****\nx = 1"),
            ("token = {a=\"}\",\nb=1}\nx = 1", "token = *******\n****\nx = 1"),
            ("token = [\"a\nx = 1", "token = ***\n*****"),
            ("secret = '''a\nb'''\nx = 1", "secret = ****\n****\nx = 1"),
            ("\"pass\" = \"é\\\"x\"", "\"pass\" = *******"),
            ("url = \"nats://user:pw@host/x\"", "url = \"nats://*******@host/x\""),
            ("url = \"nats://host/x\"", "url = \"nats://host/x\""),
            ("passage = 1", "passage = 1"),
        ] {
            assert_eq!(redact(text), shown);
            assert_eq!(redact(text).len(), text.len());
        }
    }

    #[test]
    fn a_secret_key_is_known_by_a_word_in_it() {
        assert!(["password", "nats.door.token_file", "smtp.password-2"].into_iter().all(is_secret));
        assert!(["passage", "nats.tls.key_file", "site.key_file"].into_iter().all(|key| !is_secret(key)));
    }
}
