//! What came out, searched for what must not.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};

/// So many bytes of a secret are too many already.
const PART: usize = 12;

/// The secrets, and where one was found.
pub struct Haul {
    /// Its name and how it was told, and what that looks like.
    needles: Vec<(String, String)>,
    found: Vec<String>,
    searched: usize,
}

impl Haul {
    /// A search for these, each with its name. Of a text of several lines each line is a secret.
    pub fn of<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a str)>) -> Haul {
        let mut needles = Vec::new();
        for (name, text) in secrets {
            for secret in text.lines().map(str::trim).filter(|line| !line.starts_with("-----")) {
                // The shortest lines are the ends of longer texts, of which the others are enough.
                if secret.len() >= PART {
                    needles.extend(forms(name, secret.as_bytes()));
                }
            }
        }
        assert!(!needles.is_empty(), "there is something to search for");
        Haul { needles, found: Vec::new(), searched: 0 }
    }

    /// Searches one thing that came out.
    pub fn take(&mut self, what: &str, bytes: &[u8]) {
        self.searched += bytes.len();
        // What is searched for is ASCII, which stays as it is; and a search in text is quick even here.
        let text = String::from_utf8_lossy(bytes);
        for (name, needle) in &self.needles {
            if let Some((before, _)) = text.split_once(needle.as_str()) {
                let around: String = before.chars().rev().take(80).collect();
                let around: String = around.chars().rev().collect();
                self.found.push(format!("{name} in {what}: {around}.."));
            }
        }
    }

    /// Nothing was found, in no fewer bytes than these.
    pub fn assert_clean(self, least: usize) {
        assert!(self.searched >= least, "only {} bytes came out", self.searched);
        assert!(self.found.is_empty(), "{}", self.found.join("\n"));
    }
}

/// A secret, its beginning and its end, each plain and as encodings tell it.
fn forms(name: &str, secret: &[u8]) -> Vec<(String, String)> {
    let mut forms = Vec::new();
    for (part, text) in [("beginning", &secret[..PART]), ("end", &secret[secret.len() - PART..])] {
        let mut add = |how: &str, form: &[u8]| {
            forms.push((format!("{name}, its {part}, {how}"), String::from_utf8_lossy(form).into_owned()));
        };
        add("plain", text);
        add("in hex", HEXLOWER.encode(text).as_bytes());
        add("in HEX", HEXUPPER.encode(text).as_bytes());
        // Where it begins inside of what was encoded decides how it looks; what its neighbours touch is left out.
        for (before, cut) in [(0, 0), (1, 2), (2, 3)] {
            let shifted = [&b"..."[..before], text].concat();
            let whole = shifted.len() / 3 * 4;
            for (how, encoding) in [("in base64", &BASE64_NOPAD), ("in base64url", &BASE64URL_NOPAD)] {
                let coded = encoding.encode(&shifted).into_bytes();
                add(how, &coded[cut..whole]);
            }
        }
    }
    forms
}

#[test]
fn a_secret_is_found_whole_cut_and_encoded() {
    let secret = "a-secret-of-the-tests";
    let found = |bytes: &[u8]| {
        let mut haul = Haul::of([("it", secret)]);
        haul.take("this", bytes);
        !haul.found.is_empty()
    };
    assert!(
        found(b"so a-secret-of-the-tests it is") && found(b"..ret-of-the-tests") && found(b"a-secret-of-")
    );
    for before in ["", "\0", "\0u", "\0us", "user "] {
        let told = format!("{before}{secret} and more");
        assert!(found(BASE64_NOPAD.encode(told.as_bytes()).as_bytes()), "{before:?}");
        assert!(found(BASE64URL_NOPAD.encode(told.as_bytes()).as_bytes()), "{before:?}");
        assert!(found(HEXLOWER.encode(told.as_bytes()).as_bytes()), "{before:?}");
    }
    assert!(!found(b"a-secret is not told of these tests"));
}
