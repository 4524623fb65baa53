//! Text of a configuration without its secrets, byte for byte as long, so that places in it stay true. It
//! works on the text rather than on the parsed file, since a file that cannot be parsed is shown too; where
//! the two could differ it blots out too much.

use super::file::SECTIONS;

/// Words in a key that make its value a secret, or name one.
const WORDS: [&str; 10] =
    ["auth", "cred", "credential", "credentials", "creds", "login", "nkey", "pass", "pw", "seed"];
/// The same anywhere in a key.
const STEMS: [&str; 8] = ["apikey", "jwt", "passphrase", "passw", "private", "pwd", "secret", "token"];
/// A word that people mistype; so near a key to it is meant for it.
const MISTYPED: (&str, usize) = ("password", 2);
/// Keys whose values may have a login in them.
const ADDRESSES: [&str; 5] = ["dsn", "server", "servers", "uri", "url"];
/// What the seed of an nkey and a signed token begin with, and how long they are at least.
const FORMS: [(&str, usize); 3] = [("S", 58), ("eyJ", 40), ("X", 58)];
/// Between these stands a key or a credential, whatever it is called.
const ARMOUR: (&str, &str) = ("-----BEGIN", "-----END");

/// Whether a key, or a path whose last key it is, holds a secret or names one. A key that is one is told from
/// the file of one: `private_key` is, `key_file` is not.
pub(super) fn is_secret(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or(key);
    let folded = last.to_ascii_lowercase();
    let parted = parted(last);
    let words = || parted.split(|letter: char| !letter.is_ascii_alphanumeric());
    words().any(|word| WORDS.contains(&word))
        || words().next_back() == Some("key")
        || STEMS.iter().any(|stem| folded.contains(stem))
        || strsim::osa_distance(&folded, MISTYPED.0) <= MISTYPED.1
}

/// Whether people look for the place of secrets in the section of a key, or in one that there is not.
pub(super) fn may_hold_secrets(at: &str) -> bool {
    let section = at.split(['.', '[']).next().unwrap_or_default();
    ["gateway", "nats", "site", "smtp"].contains(&section) || !SECTIONS.contains(&section)
}

/// Whether a text is a secret by its form, so that it can be no path.
pub(super) fn is_secret_itself(text: &str) -> bool {
    let formed = |word: &str| {
        FORMS.iter().any(|(begin, least)| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            word.starts_with(begin) && word.len() >= *least && word.bytes().all(plain)
        })
    };
    text.contains(ARMOUR.0) || text.contains('\n') || formed(text)
}

/// In lower case, with `_` before what was upper case behind lower case: `authToken` has two words.
fn parted(key: &str) -> String {
    let mut parted = String::new();
    for letter in key.chars() {
        if letter.is_ascii_uppercase() && parted.ends_with(|before: char| before.is_ascii_lowercase()) {
            parted.push('_');
        }
        parted.push(letter);
    }
    parted.to_ascii_lowercase()
}

/// The text with every value of a secret key, every login in a URL, and what is a secret by its form, blotted out.
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
        match value_after(&bytes, at) {
            Some(value) if is_secret(word) => at = blot(&mut bytes, value),
            Some(value) if ADDRESSES.contains(&word.to_ascii_lowercase().as_str()) => {
                at = blot_login(&mut bytes, value);
            }
            _ if word.starts_with(ARMOUR.0) => at = blot_armour(&mut bytes, from),
            _ if is_secret_itself(word) => bytes[from..at].fill(b'*'),
            _ => {}
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

/// Blots out the addresses on one line, unless each is nothing but a scheme, a host and a port.
fn blot_login(bytes: &mut [u8], from: usize) -> usize {
    let end = bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| from + end);
    let quoted = |byte: &u8| matches!(byte, b'"' | b'\'');
    let is_plain = bytes[from..end].split(quoted).skip(1).step_by(2).all(is_address);
    if !is_plain {
        bytes[from..end].fill(b'*');
    }
    from
}

fn is_address(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Some((_, rest)) = text.split_once("://") else { return false };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = rest.rsplit_once(':').unwrap_or((rest, ""));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    host.bytes().all(plain) && port.bytes().all(|byte| byte.is_ascii_digit() || byte == b']')
}

/// Blots out all that is armoured from here on, or everything where its end is missing.
fn blot_armour(bytes: &mut [u8], from: usize) -> usize {
    let ending = ARMOUR.1.as_bytes();
    let end = bytes[from..].windows(ending.len()).position(|run| run == ending);
    let end = end.map_or(bytes.len(), |end| from + end + ending.len());
    bytes[from..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b'*');
    end
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
            ("at = \"nats://user:pw@host/x\"", "at = \"nats://*******@host/x\""),
            ("at = \"nats://host/x\"", "at = \"nats://host/x\""),
            ("passage = 1", "passage = 1"),
            ("url = [\"u:pw@h\", \"h\"]", "url = ***************"),
            ("url = [\"nats://h:1\", 'ws://[::1]/']", "url = [\"nats://h:1\", 'ws://[::1]/']"),
            (
                "x = \"-----BEGIN A-----\nb\n-----END A-----\"",
                "x = \"*****************\n*\n******** A-----\"",
            ),
        ] {
            assert_eq!(redact(text), shown);
            assert_eq!(redact(text).len(), text.len());
        }
    }

    #[test]
    fn a_secret_key_is_known_by_a_word_in_it() {
        assert!(["password", "nats.door.token_file", "smtp.password-2"].into_iter().all(is_secret));
        assert!(["site.key", "private_key", "authToken", "smtp.pasword", "PWD"].into_iter().all(is_secret));
        assert!(["passage", "nats.tls.key_file", "site.key_file"].into_iter().all(|key| !is_secret(key)));
    }
}
