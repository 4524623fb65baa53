//! Where programs put what they quote: by the marks that each leaves in its HTML.

use super::scan::Tag;

/// What a tag says of what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// This element is quoted; what follows it may be new.
    Within,
    /// From here on all is quoted.
    Onward,
}

/// Words of `class` that mark an element.
const CLASSES: [&str; 34] = [
    "gmail_quote",
    "gmail_quote_container",
    "gmail_attr",
    "yahoo_quoted",
    "yahoo-quoted",
    "moz-cite-prefix",
    "moz-email-headers-table",
    "moz-forward-container",
    "protonmail_quote",
    "zmail_extra",
    "zmail_extra_hr",
    "tutanota_quote",
    "hmcsynthetic_quote",
    "quote_container",
    "front-blockquote",
    "gmail_extra_quote",
    "protonmail_quote_forwarded",
    "freebirdformviewer_quote",
    "mailru-blockquote",
    "mail-quote-collapse",
    "mailbox_signature_quote",
    "sh-quote",
    "spark_quote",
    "airmail_ext_on",
    "outlook_quote",
    "wlmail_quote",
    "ydp_quote",
    "iphone_quote",
    "superhuman-quote",
    "mimestream-quote",
    "canary_quote",
    "nylas-quote",
    "missive_quote",
    "helpscout_quote",
];
/// The same where the class of a program only begins so: it numbers them.
const CLASS_BEGINS: [&str; 6] =
    ["yahoo_quoted", "gmail_quote", "protonmail_quote", "ydp", "airmail_ext_on", "hs_reply"];
/// Values of `id` from which on all is quoted.
const ONWARD: [&str; 20] = [
    "divrplyfwdmsg",
    "olk_src_body_section",
    "appendonsend",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
    "stopspelling",
    "zwchr",
    "reply-intro",
    "isforwardcontent",
    "forwardbody1",
    "replybody1",
    "mailcontentcontainer_quote",
    "replysplit",
    "original-content",
    "isreplycontent",
    "divtagdefaultwrapper_quote",
    "webmail_quote",
    "original_mail",
    "reply-splitter",
    "mime_quote",
];
/// Values of `id` of elements that are quoted.
const WITHIN: [&str; 7] = [
    "yahoo_quoted",
    "mobile-quote",
    "_origreplymsg",
    "moz-forward-container",
    "oriMsgHtmlSeperator",
    "qm_quote",
    "quoted-message",
];

pub(super) fn mark(tag: &Tag<'_>) -> Option<Mark> {
    if tag.attributes.is_empty() {
        return None;
    }
    let id = tag.attribute("id").unwrap_or_default().trim();
    if is_one(&ONWARD, id) || begins(id, "zwchr") {
        return Some(Mark::Onward);
    }
    if tag.attribute("data-marker") == Some("__DIVIDER__") || tag.is(&["hr"]) && begins(id, "stopspelling") {
        return Some(Mark::Onward);
    }
    let mut classes = tag.attribute("class").unwrap_or_default().split_ascii_whitespace();
    let named = |class: &str| is_one(&CLASSES, class) || is_quote_class(class);
    if is_one(&WITHIN, id) || classes.any(named) || begins(id, "yahoo_quoted") {
        return Some(Mark::Within);
    }
    if tag.is(&["blockquote"])
        && (tag.attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("cite")) || is_cited(tag))
    {
        return Some(Mark::Within);
    }
    is_outlook_rule(tag).then_some(Mark::Onward)
}

fn is_quote_class(class: &str) -> bool {
    CLASS_BEGINS.iter().any(|begin| begins(class, begin)) && class.to_ascii_lowercase().contains("quote")
}

/// Thunderbird names the mail that it quotes.
fn is_cited(tag: &Tag<'_>) -> bool {
    tag.attribute("cite").is_some_and(|cite| begins(cite, "mid:") || begins(cite, "cid:"))
}

/// Word draws a line above the header of the mail that it answers: a border at the top and none elsewhere.
fn is_outlook_rule(tag: &Tag<'_>) -> bool {
    let Some(style) = tag.attribute("style").filter(|_| tag.is(&["div"])) else { return false };
    let style: String =
        style.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let top = style.contains("border-top:solid#b5c4df") || style.contains("border-top:solid#e1e1e1");
    let spaced = style.contains("padding:3.0pt0") || style.contains("padding:3pt0");
    let bordered = style.contains("border-top:solid")
        || style.contains("border-top:1ptsolid")
        || style.contains("border-width:1ptmediummedium");
    top || bordered && spaced
}

fn is_one(words: &[&str], word: &str) -> bool {
    !word.is_empty() && words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn begins(word: &str, begin: &str) -> bool {
    word.get(..begin.len()).is_some_and(|head| head.eq_ignore_ascii_case(begin))
}
