//! HTML of strangers to text, to what of it is new, and to HTML that an agent may be shown (field page
//! channels 2.3).
//!
//! - Two libraries do the fine work, of which both take time that grows with depth: they are handed HTML
//!   that is well formed, of at most [`HTML_BYTES_MAX`] bytes, [`DEPTH_MAX`] elements deep, and [`WORK_MAX`]
//!   in depth times length. What is above is read in one pass by our own converter, and not shown as HTML.
//! - Nothing that a program would not show is text: hidden lines for previews, scripts, styles.
//! - Where a link leads is text, unless its words say so.
//! - Nothing that is shown reaches out: no picture of another's server, no form, no frame.
//! - The text has all of the mail, quotes as `> ` lines; the reply is without them.
//!
//! `scan` cuts HTML into tags and text, `balance` makes it well formed, `hidden` and `quotes` judge one tag,
//! `link` tells where links lead.

mod balance;
mod hidden;
mod link;
mod plain;
mod quotes;
mod scan;

use std::panic::{AssertUnwindSafe, catch_unwind};

use balance::{Balanced, Purpose, balance};

use super::reply;

/// Bytes of HTML that the libraries are handed.
pub(crate) const HTML_BYTES_MAX: usize = 1_024 * 1_024;
/// Elements within each other.
pub(crate) const DEPTH_MAX: usize = 512;
/// The sum of the depths of all tags and texts.
pub(crate) const WORK_MAX: u64 = 4_000_000;
/// What writing the escapes of cleaned HTML may take: of each text and tag, its length as often as it has
/// one.
const ESCAPES_MAX: u64 = 2_000_000_000;
/// Steps for each byte of HTML, and a hundred besides, that reading it takes at most.
pub(crate) const STEPS_PER_BYTE_MAX: u64 = 16;
/// Columns of the text: more than any line has, since a mail is not to be wrapped.
const WIDTH: usize = 100_000;

/// Text out of HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub text: String,
    /// How much was looked at.
    pub steps: u64,
}

/// All of the mail as text.
pub(crate) fn text(html: &str) -> Text {
    let balanced = balanced(html, Purpose::Read);
    let steps =
        balanced.steps + balanced.work.min(WORK_MAX).min(html.len() as u64 * (STEPS_PER_BYTE_MAX / 4));
    match rendered(&balanced, html) {
        Some(text) => Text { text: tidy(&text), steps },
        None => {
            let (text, more) = plain::text(html);
            Text { text: tidy(&text), steps: balanced.steps + more }
        }
    }
}

/// The same in one pass and without fine work, for what only a machine reads.
pub(crate) fn rough_text(html: &str) -> String {
    tidy(&plain::text(html).0)
}

/// What of the mail is new, as text; all of it where nothing else is left.
pub(crate) fn reply(html: &str) -> String {
    let full = text(html).text;
    let balanced = balanced(html, Purpose::ReadNew);
    if is_large(&balanced, html) {
        return reply::split(&full).reply;
    }
    let unquoted = rendered(&balanced, html).map(|text| tidy(&text)).unwrap_or_default();
    let new = reply::split(&unquoted).reply;
    if reply::says(&new) { new } else { reply::split(&full).reply }
}

/// Whether a program marked what it quotes, so that its HTML tells more than its text.
pub(crate) fn is_marked(html: &str) -> bool {
    let balanced = balanced(html, Purpose::Show);
    balanced.is_marked && !is_large(&balanced, html)
}

/// Where links may lead.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// HTML that may be shown; `None` where it is too large.
pub(crate) fn clean(html: &str) -> Option<String> {
    let balanced = balanced(html, Purpose::Show);
    if is_large(&balanced, html) || escapes(&balanced.html) > ESCAPES_MAX {
        return None;
    }
    let mut cleaner = ammonia::Builder::default();
    let others = cleaner.clone_url_schemes().into_iter().filter(|scheme| !SCHEMES.contains(scheme));
    let others: Vec<&str> = others.collect();
    cleaner
        .rm_tags(["img", "map", "area"])
        .rm_url_schemes(others)
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer"));
    let cleaned = guarded(|| cleaner.clean(&balanced.html).to_string())?;
    Some(cleaned.trim().to_owned())
}

fn balanced(html: &str, purpose: Purpose) -> Balanced {
    let html = if html.len() > HTML_BYTES_MAX { "" } else { html };
    balance(html, purpose, DEPTH_MAX)
}

fn is_large(balanced: &Balanced, html: &str) -> bool {
    html.len() > HTML_BYTES_MAX || balanced.depth > DEPTH_MAX || balanced.work > WORK_MAX
}

/// The library looks through the rest of a text or of a tag for each sign in it that is to be escaped.
fn escapes(html: &str) -> u64 {
    let (mut sum, mut length, mut signs) = (0_u64, 0_u64, 0_u64);
    let (mut in_tag, mut quote) = (false, None);
    for byte in html.bytes() {
        let begins = !in_tag && byte == b'<';
        let ends = in_tag && quote.is_none() && byte == b'>';
        if begins || ends {
            sum = sum.saturating_add(length.saturating_mul(signs));
            (length, signs, in_tag, quote) = (0, 0, begins, None);
            continue;
        }
        if in_tag && matches!(byte, b'"' | b'\'') {
            quote = match quote {
                None => Some(byte),
                Some(open) if open == byte => None,
                open => open,
            };
        }
        length += 1;
        // 0xC2 begins the space that does not break.
        signs += u64::from(matches!(byte, b'&' | b'<' | b'>' | b'"' | 0xc2));
    }
    sum.saturating_add(length.saturating_mul(signs))
}

fn rendered(balanced: &Balanced, html: &str) -> Option<String> {
    if is_large(balanced, html) {
        return None;
    }
    let config = html2text::config::plain_no_decorate()
        .allow_width_overflow()
        .no_table_borders()
        .link_footnotes(false)
        .empty_img_mode(html2text::config::ImageRenderMode::IgnoreEmpty);
    guarded(|| config.string_from_read(balanced.html.as_bytes(), WIDTH).ok())?
}

/// What the library makes, or nothing where it panics, as it has in its past. It shares no state with us.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Without spaces at line ends, with at most one blank line, and plain spaces.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blanks = 0;
    for line in text.lines() {
        let line = line.replace(['\u{a0}', '\u{202f}', '\u{2007}'], " ");
        let line = line.trim_end();
        blanks = if line.is_empty() { blanks + 1 } else { 0 };
        if blanks < 2 {
            tidy.extend([line, "\n"]);
        }
    }
    tidy.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_escapes_alone_is_not_cleaned() {
        for sign in ["&", "<", ">", "&nbsp;"] {
            assert_eq!(clean(&sign.repeat(150_000)), None, "{sign}");
        }
        let page = format!("<p>{}</p>", "a &amp; b ".repeat(20)).repeat(1_000);
        assert!(clean(&page).is_some_and(|clean| clean.contains("a &amp; b")));
    }
}
