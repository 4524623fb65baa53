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

/// Blots one value out; the answer is where it ends. A value without an end reaches to the end of the text.
fn blot(bytes: &mut [u8], from: usize) -> usize {
    let rest = &bytes[from.min(bytes.len())..];
    let until = |ending: &[u8], begin: usize| {
        let found =
            rest.get(begin..).and_then(|rest| rest.windows(ending.len()).position(|run| run == ending));
        found.map_or(rest.len(), |place| begin + place)
    };
    let line = until(b"\n", 0);
    let (begin, end) = match rest {
        [b'"', b'"', b'"', ..] => (3, until(b"\"\"\"", 3)),
        [b'\'', b'\'', b'\'', ..] => (3, until(b"'''", 3)),
        [b'[', ..] => (1, until(b"]", 1)),
        // An escaped quote does not end the text; without an end in the line it is the line.
        [quote @ (b'"' | b'\''), inner @ ..] => {
            let escaped = |place: usize| place > 0 && inner[place - 1] == b'\\' && *quote == b'"';
            let end = (0..line.saturating_sub(1)).find(|place| inner[*place] == *quote && !escaped(*place));
            (1, end.map_or(line, |end| end + 1))
        }
        _ => {
            let ends = |byte: &u8| matches!(byte, b',' | b'}');
            (0, rest[..line].iter().position(ends).unwrap_or(line))
        }
    };
    for byte in &mut bytes[from + begin.min(end)..from + end] {
        if *byte != b'\n' {
            *byte = b'*';
        }
    }
    from + end.max(1)
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
            ("password = \"hunter2\" # why", "password = \"*******\" # why"),
            ("password = \"hunter2", "password = \"*******"),
            ("door = { user = \"a\", password = \"b\" }", "door = { user = \"a\", password = \"*\" }"),
            ("token = [\"a\",\n \"b\"]\nx = 1", "token = [***\n****]\nx = 1"),
            ("secret = '''a\nb'''\nx = 1", "secret = '''*\n*'''\nx = 1"),
            ("nkey = 12, x = 1", "nkey = **, x = 1"),
            ("\"pass\" = \"é\\\"x\"", "\"pass\" = \"*****\""),
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
