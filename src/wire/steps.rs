//! How much reading takes, in counted steps: a door for what bounds the work on hostile input without a clock, and for
//! what measures it. A step is a byte or a letter that a loop of ours looks at. Each function reads its input all the
//! ways that a message is read, and tells what the costliest of them took.

use super::mail::{html as markup, read, reply as split, subject as title};
use super::{card, keyword as keywords, language as languages, number, segments, sender};

/// What raw mail takes before its text is taken apart; nothing where it is no mail.
pub fn mail(raw: &[u8]) -> u64 {
    read::read(raw).map_or(0, |mail| mail.steps)
}

/// What HTML takes as text, as a reply, and as HTML that may be shown.
pub fn html(html: &str) -> u64 {
    let text = markup::text(html);
    let (_reply, _clean, _is_marked) = (markup::reply(html), markup::clean(html), markup::is_marked(html));
    text.steps.max(split::split(&text.text).steps)
}

/// The most that HTML of so many bytes may take.
pub fn html_max(bytes: usize) -> u64 {
    bytes as u64 * markup::STEPS_PER_BYTE_MAX + 100
}

/// What a text takes to be parted into what is new and what is quoted.
pub fn reply(text: &str) -> u64 {
    split::split(text).steps
}

/// What the subject of a mail takes.
pub fn subject(subject: &str, languages: &[String]) -> u64 {
    let read = title::read(subject, languages);
    title::key(&read.base);
    read.steps
}

/// What a text takes to be looked through for cards, as text and as HTML.
pub fn cards(text: &str) -> u64 {
    card::steps(text, false).max(card::steps(text, true))
}

/// What a text takes to be held against the words of opt-out, opt-in and help.
pub fn keyword(text: &str, languages: &[String]) -> u64 {
    keywords::asked(text, languages);
    keywords::steps(text, languages)
}

/// What a text takes to find out its language among these.
pub fn language(text: &str, allowed: &[String]) -> u64 {
    languages::detect(text, allowed);
    languages::steps(text)
}

/// Reads a text as everything that a line of a short message may be: a number, a sender, a text of so many segments.
pub fn line(text: &str, region: Option<&str>) {
    number::address(text, region);
    number::same_as(text, region);
    sender::classify(text, region);
    segments::count(text);
}
