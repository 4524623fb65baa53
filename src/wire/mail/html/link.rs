//! Where links lead, for a reader of text: the target stands behind the words, `our page
//! <https://shop.example/x>`, unless they say it themselves. A link without words, around a picture, is not
//! told; nor is a long target, which is made for programs.

use super::plain::references;
use super::scan::Tag;

/// Bytes of a target that is told.
const TARGET_BYTES_MAX: usize = 500;
/// Bytes of the targets of one mail.
const TARGETS_BYTES_MAX: usize = 16_384;
/// Bytes of the words of a link that are held against its target.
const WORDS_BYTES_MAX: usize = 2_048;
/// Schemes of targets that a person can follow.
const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "tel:"];

/// The links of one mail, of which one is open at a time.
pub(super) struct Links {
    open: Option<Link>,
    left: usize,
}

struct Link {
    target: String,
    words: String,
}

impl Links {
    pub fn new() -> Links {
        Links { open: None, left: TARGETS_BYTES_MAX }
    }

    /// A link begins; the target of the one that was open, since links do not stand within each other.
    pub fn open(&mut self, tag: &Tag<'_>) -> Option<String> {
        let told = self.close();
        let target = tag.attribute("href").and_then(target);
        self.open = target.map(|target| Link { target, words: String::new() });
        told
    }

    /// Words that are shown, as written.
    pub fn words(&mut self, text: &str) {
        let Some(link) = &mut self.open else { return };
        let left = WORDS_BYTES_MAX.saturating_sub(link.words.len());
        link.words.push_str(text.get(..text.floor_char_boundary(left)).unwrap_or_default());
    }

    /// The link ends; its target, if it is to be told.
    pub fn close(&mut self) -> Option<String> {
        let link = self.open.take()?;
        let words = bare(&references(&link.words));
        let is_said = words.is_empty() || words.contains(&bare(&link.target));
        let target = link.target;
        // An address is told as one.
        let shown = ["mailto:", "tel:"].iter().find_map(|scheme| target.strip_prefix(scheme));
        let shown = shown.unwrap_or(&target);
        if is_said || shown.len() > self.left {
            return None;
        }
        self.left -= shown.len();
        Some(shown.to_owned())
    }
}

/// A target that a person can follow, its scheme in lower case; of a mail address without what is to be
/// written.
fn target(href: &str) -> Option<String> {
    if href.len() > TARGET_BYTES_MAX {
        return None;
    }
    let href = references(href);
    let whole: String = href.trim().chars().filter(|letter| !letter.is_control()).collect();
    let head = |scheme: &str| whole.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    let scheme = SCHEMES.into_iter().find(|scheme| head(scheme))?;
    let rest = whole.get(scheme.len()..).unwrap_or_default();
    let rest = if scheme == "mailto:" { rest.split('?').next().unwrap_or_default() } else { rest };
    let rest = rest.replace(' ', "%20").replace(['<', '>'], "");
    (!rest.is_empty()).then(|| format!("{scheme}{rest}"))
}

/// What is compared: without the scheme, space and marks that people leave out.
fn bare(text: &str) -> String {
    let low: String = text.to_lowercase().split_whitespace().collect();
    let low = low.replace("%20", "").replace("%40", "@");
    let is_number = low.starts_with("tel:") || low.starts_with(['+', '(', '0']);
    let scheme = SCHEMES.into_iter().find_map(|scheme| low.strip_prefix(scheme));
    let bare = scheme.unwrap_or(&low);
    let bare = bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/');
    if is_number {
        return bare.chars().filter(|letter| !matches!(letter, '-' | '(' | ')' | '/' | '.')).collect();
    }
    bare.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(href: &str, words: &str) -> Option<String> {
        let attributes = format!(" href=\"{href}\"");
        let mut links = Links::new();
        links.open(&Tag { name: "a", attributes: &attributes });
        links.words(words);
        links.close()
    }

    #[test]
    fn a_target_is_told_unless_it_is_said() {
        let page = Some("https://shop.example/a?b=1&c".to_owned());
        assert_eq!(told("https://shop.example/a?b=1&amp;c", "our page"), page);
        assert_eq!(told("HTTPS://shop.example/a?b=1&c", "shop.example"), page);
        assert_eq!(told("mailto:ann@shop.example?subject=x", "Ann"), Some("ann@shop.example".to_owned()));
        for (href, words) in [
            ("https://shop.example/", "SHOP.example"),
            ("http://www.shop.example/a/", "see https://shop.example/a now"),
            ("mailto:ann@shop.example?subject=x", "Ann@Shop.example"),
            ("tel:+4930123", "+49 (30) 1-23"),
            ("https://shop.example/", " "),
            ("javascript:x", "go"),
            ("#top", "up"),
            ("/a", "a"),
        ] {
            assert_eq!(told(href, words), None, "{href}");
        }
    }

    #[test]
    fn what_is_told_is_bounded() {
        assert_eq!(told(&format!("https://shop.example/{}", "x".repeat(TARGET_BYTES_MAX)), "go"), None);
        let mut links = Links::new();
        let told: Vec<String> = (0..10_000)
            .filter_map(|_| {
                links.open(&Tag { name: "a", attributes: "href=https://shop.example/x" });
                links.words("go");
                links.close()
            })
            .collect();
        assert!((100..1_000).contains(&told.len()));
    }
}
