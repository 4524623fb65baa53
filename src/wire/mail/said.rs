//! What is kept of what a mail says: all of it as text, what of it is new, and HTML that may be shown.

use crate::wire::limits::TEXT_BYTES_MAX;
use crate::wire::text;

use super::{html, reply};

/// What a mail says, bounded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// All of it: the text, or where that is blank the HTML as text.
    pub text: String,
    /// What is new, where that is less and more than nothing.
    pub text_stripped: Option<String>,
    pub html_clean: Option<String>,
    /// The text was longer than is kept.
    pub is_truncated: bool,
}

/// Of the text and the HTML that a mail shows. A mail that forwards another one says all of it.
pub(crate) fn said(shown: &str, html: Option<&str>, is_forward: bool) -> Said {
    let is_blank = text::is_blank(shown) || html.is_some_and(|html| is_stub(shown, html));
    let mut all = match html {
        Some(html) if is_blank => text::lines(&html::text(html).text).trim_end().to_owned(),
        _ if is_blank => String::new(),
        _ => shown.to_owned(),
    };
    let is_truncated = text::cut(&mut all, TEXT_BYTES_MAX);
    // Where a program marked what it quotes, its HTML knows better than the text.
    let mut new = match html {
        _ if is_forward => String::new(),
        Some(html) if is_blank || html::is_marked(html) => text::lines(&html::reply(html)),
        _ => reply::split(&all).reply,
    };
    text::cut(&mut new, TEXT_BYTES_MAX);
    Said {
        text_stripped: Some(new).filter(|new| !new.trim().is_empty() && new.trim().len() < all.trim().len()),
        html_clean: html.and_then(showable),
        text: all,
        is_truncated,
    }
}

/// The longest text that stands for a mail.
const STUB_BYTES_MAX: usize = 400;

/// Whether the text only says that the mail is HTML, as programs write for who sees none: a short one that speaks of HTML,
/// while the HTML does not say that.
fn is_stub(shown: &str, html: &str) -> bool {
    let shown = shown.trim();
    if shown.len() > STUB_BYTES_MAX || !shown.to_ascii_lowercase().contains("html") {
        return false;
    }
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = words(&html::rough_text(html));
    !said.is_empty() && !said.contains(&words(shown))
}

/// HTML that may be shown; none where nothing is left, or too much.
pub(crate) fn showable(html: &str) -> Option<String> {
    html::clean(html).filter(|clean| !clean.is_empty() && clean.len() <= TEXT_BYTES_MAX)
}
