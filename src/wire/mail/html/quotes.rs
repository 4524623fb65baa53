//! Where programs put what they quote: by the marks that each leaves in its HTML.

use super::scan::Tag;

/// What a tag says of what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// This element is quoted; what follows it may be new.
    Within,
    /// This element is around quotes and answers to them; without a quote right within it is quoted itself.
    Around,
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
/// Words of `class` that stand around quotes, on what is no quote itself.
const CLASSES_AROUND: [&str; 2] = ["gmail_quote", "gmail_quote_container"];
/// Words of `class` from which on all is quoted.
const CLASSES_ONWARD: [&str; 1] = ["outlookmessageheader"];
/// How often a name is passed on by programs that write before it.
const NAMES_MAX: usize = 20;
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

/// Values of `name` of elements that are quoted.
const NAMES: [&str; 3] = ["quote", "quoted-content", "messagereplysection"];

pub(super) fn mark(tag: &Tag<'_>) -> Option<Mark> {
    if tag.attributes.is_empty() {
        return None;
    }
    let id = own_name(tag.attribute("id").unwrap_or_default().trim());
    if is_one(&ONWARD, id) || begins(id, "zwchr") {
        return Some(Mark::Onward);
    }
    let classes = || tag.attribute("class").unwrap_or_default().split_ascii_whitespace().map(own_name);
    if classes().any(|class| is_one(&CLASSES_ONWARD, class)) {
        return Some(Mark::Onward);
    }
    if !tag.is(&["blockquote"]) && classes().any(|class| is_one(&CLASSES_AROUND, class)) {
        return Some(Mark::Around);
    }
    if tag.attribute("data-marker") == Some("__DIVIDER__") || tag.is(&["hr"]) && begins(id, "stopspelling") {
        return Some(Mark::Onward);
    }
    let named = |class: &str| is_one(&CLASSES, class) || is_quote_class(class);
    let is_named_quote = tag.attribute("name").is_some_and(|name| is_one(&NAMES, name));
    if is_named_quote || is_one(&WITHIN, id) || classes().any(named) || begins(id, "yahoo_quoted") {
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

/// How the line is drawn above the header of the mail that is answered, by programs of one maker.
const RULES: [&str; 5] = [
    ":solid#b5c4df",
    ":solid#e1e1e1",
    ":solidrgb(181,196,223)",
    ":solidrgb(225,225,225)",
    ":1ptsolidrgb(225,225,225)",
];

/// Word draws a line above the header of the mail that it answers: a border at the top and none elsewhere.
fn is_outlook_rule(tag: &Tag<'_>) -> bool {
    let Some(style) = tag.attribute("style").filter(|_| tag.is(&["div"])) else { return false };
    let style: String =
        style.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let top = |declaration: &str| declaration.strip_prefix("border-top").map(str::to_owned);
    let border: String = style.split(';').filter_map(top).collect();
    let is_solid = border.contains("solid");
    let is_drawn = RULES.iter().any(|rule| border.contains(rule));
    let in_parts = border.contains("-style:solid") && border.contains("-width:1px");
    let spaced = style.contains("padding:3.0pt0") || style.contains("padding:3pt0");
    is_drawn
        || in_parts && style.contains("padding-top:5px")
        || spaced && (is_solid || style.contains("border-width:1ptmediummedium"))
}

/// A name without what programs put before those of strangers: `x_`, `m_123`, `gmail-`.
fn own_name(name: &str) -> &str {
    let mut name = name;
    for _ in 0..NAMES_MAX {
        let marked = name.strip_prefix("m_").map(|rest| {
            rest.trim_start_matches('-').trim_start_matches(|letter: char| letter.is_ascii_digit())
        });
        let rest = name.strip_prefix("x_").or_else(|| name.strip_prefix("gmail-")).or(marked);
        match rest.filter(|rest| !rest.is_empty()) {
            Some(rest) => name = rest,
            None => break,
        }
    }
    name
}

fn is_one(words: &[&str], word: &str) -> bool {
    !word.is_empty() && words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn begins(word: &str, begin: &str) -> bool {
    word.get(..begin.len()).is_some_and(|head| head.eq_ignore_ascii_case(begin))
}
