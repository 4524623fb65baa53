//! Numbers of payment cards in text: masked before anything is kept, on every channel and in what we write ourselves.
//!
//! A number counts as a card's when its issuer has such numbers (prefix and length), its check digit is right
//! (ISO/IEC 7812, Luhn), and it is written as cards are: in one run, in groups behind single spaces or dashes, or in
//! fours behind a point, a slash or their kin. All digits but the last four become `*`. One pass over the text, and for
//! each digit a bounded look ahead.
//!
//! Of a hundred numbers without meaning that are as long as a card, two or three pass for one, so what shows that it is
//! another stays: a telephone number behind its plus or as long as one, the number of a bank account (its own check
//! digits are right), an article's, a fraction, part of a longer run or of a token of letters. Ids of messages, threads
//! and files, addresses and the links of attachments are keys and no text: they stay as they came.

mod issuers;
mod number;
mod other;
mod piece;

use crate::domain::Content;

use super::mail::Flags;
use number::hidden;
use piece::{digit, pieces};

/// The flag of a content in which a card was masked.
pub const FLAG: &str = "card_masked";

/// The digits of the shortest card and of the longest.
const LENGTH_MIN: usize = 12;
const LENGTH_MAX: usize = 19;

/// Masks cards in every text of a content, and flags it.
pub(crate) fn mask_content(content: &mut Content) {
    let Content {
        subject,
        text,
        text_stripped,
        payload,
        from,
        reply_to,
        to,
        attachments,
        location,
        contacts,
        html_clean,
        flags,
        ..
    } = content;
    let mut texts: Vec<&mut String> = Vec::new();
    texts.extend([subject, text_stripped, payload, &mut from.name].into_iter().flatten());
    texts.extend(reply_to.iter_mut().chain(to).filter_map(|party| party.name.as_mut()));
    texts.extend(attachments.iter_mut().filter_map(|file| file.filename.as_mut()));
    texts.extend(location.iter_mut().flat_map(|place| [&mut place.title, &mut place.address]).flatten());
    texts.extend(contacts.iter_mut().flat_map(|card| card.name.iter_mut().chain(&mut card.phones)));
    mask_texts(Some(text), texts, [html_clean], flags);
}

/// Masks cards in what is said, in the other texts around it and in its HTML, and raises the flag where there was one.
pub(super) fn mask_texts<'a>(
    said: Option<&mut String>,
    others: impl IntoIterator<Item = &'a mut String>,
    htmls: impl IntoIterator<Item = &'a mut Option<String>>,
    flags: &mut Vec<String>,
) {
    let is_said = said.is_some_and(|text| replace(text, mask));
    let mut masked = is_said;
    for text in others {
        masked |= replace(text, mask);
    }
    for html in htmls {
        masked |= replace_html(html, is_said);
    }
    let mut raised = Flags(std::mem::take(flags));
    raised.raise(masked, FLAG);
    *flags = raised.0;
}

/// A text that we write ourselves, without cards.
pub(crate) fn masked(text: String) -> String {
    mask(&text).unwrap_or(text)
}

/// HTML without cards, and whether it had some. Where the text shows a card that the HTML hides behind what we do not
/// read in it, there is none.
fn replace_html(html: &mut Option<String>, is_said: bool) -> bool {
    let Some(found) = html.as_mut().map(|html| replace(html, mask_html)) else { return false };
    if is_said && !found {
        *html = None;
    }
    found
}

fn replace(text: &mut String, mask: fn(&str) -> Option<String>) -> bool {
    match mask(text) {
        Some(masked) => {
            *text = masked;
            true
        }
        None => false,
    }
}

/// The text with its cards masked; none where there are none.
pub fn mask(text: &str) -> Option<String> {
    mask_by(text, false)
}

/// The same for HTML, where tags and `&nbsp;` may stand between the digits that a reader sees together.
pub fn mask_html(html: &str) -> Option<String> {
    let within = mask_tags(html);
    let between = mask_by(within.as_deref().unwrap_or(html), true);
    between.or(within)
}

/// The same within tags alone: a link may bear a number.
fn mask_tags(html: &str) -> Option<String> {
    let mut masked = String::with_capacity(html.len());
    let mut found = false;
    for piece in html.split_inclusive('>') {
        let (text, tag) = piece.split_at(piece.find('<').unwrap_or(piece.len()));
        let hidden = mask(tag);
        found |= hidden.is_some();
        masked.push_str(text);
        masked.push_str(hidden.as_deref().unwrap_or(tag));
    }
    found.then_some(masked)
}

fn mask_by(text: &str, is_html: bool) -> Option<String> {
    // Most texts hold too few digits for a card: they cost one look.
    if text.chars().filter(|char| digit(*char).is_some()).take(LENGTH_MIN).count() < LENGTH_MIN {
        return None;
    }
    let (hidden, _) = hidden(&pieces(text, is_html));
    if hidden.is_empty() {
        return None;
    }
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for place in hidden {
        masked.push_str(text.get(from..place)?);
        masked.push('*');
        from = place + text.get(place..)?.chars().next().map_or(0, char::len_utf8);
    }
    masked.push_str(text.get(from..)?);
    Some(masked)
}

/// How much looking for cards takes: the letters of the text, and each piece as often as it is looked at.
pub(super) fn steps(text: &str, is_html: bool) -> u64 {
    hidden(&pieces(text, is_html)).1 + text.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text).as_deref().unwrap_or(text), expected, "{text}");
    }

    #[test]
    fn a_card_shows_its_last_four_digits_however_it_is_grouped() {
        check("pay 4111111111111111 now", "pay ************1111 now");
        check("4111 1111 1111 1111", "**** **** **** 1111");
        check("4111-1111-1111-1111,", "****-****-****-1111,");
        check("4111 - 1111 - 1111 - 1111", "**** - **** - **** - 1111");
        check("Amex 3782 822463 10005", "Amex **** ****** *0005");
        check("5555\u{a0}5555\u{a0}5555\u{a0}4444", "****\u{a0}****\u{a0}****\u{a0}4444");
        check("41 11 11 11 11 11 11 11", "** ** ** ** ** ** 11 11");
        check("４１１１１１１１１１１１１１１１", "************１１１１");
        check("exp 12/27, card:4000056655665556.", "exp 12/27, card:************5556.");
        check("6205 5000 0000 0000 004", "**** **** **** ***0 004");
        check("我的卡号是4111111111111111请帮我退款", "我的卡号是************1111请帮我退款");
        check("カード4111 1111 1111 1111です", "カード**** **** **** 1111です");
        check("4111111111111111exp 12/27", "************1111exp 12/27");
        check("two 4111111111111111 4242424242424242", "two ************1111 ************4242");
        check("ref 12 4242 4242 4242 4242 12 27", "ref 12 **** **** **** 4242 12 27");
        check("DE57 4111 1111 1111 1111", "DE57 **** **** **** 1111");
        check("4222222222222 and 6759649826438453", "*********2222 and ************8453");
        check("4111.1111.1111.1111", "****.****.****.1111");
        check("4111/1111/1111/1111", "****/****/****/1111");
        check("4111_1111_1111_1111", "****_****_****_1111");
        check("4111\n1111\n1111\n1111", "****\n****\n****\n1111");
        check("3782.822463.10005", "****.******.*0005");
        check("41\u{ad}11 1111\u{202f}1111\u{2009}1111", "**\u{ad}** ****\u{202f}****\u{2009}1111");
        check("٤١١١ ١١١١ ١١١١ ١١١١", "**** **** **** ١١١١");
        check("4\u{fe0f}\u{20e3}111 1111 1111 1111", "*\u{fe0f}\u{20e3}*** **** **** 1111");
        check("𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏", "**** **** **** 𝟏𝟏𝟏𝟏");
        check("https://x.test/pay?n=4111111111111111&m=12", "https://x.test/pay?n=************1111&m=12");
        check("4111\u{200b}1111\u{200b}1111\u{200b}1111", "****\u{200b}****\u{200b}****\u{200b}1111");
    }

    #[test]
    fn orders_telephones_and_other_numbers_stay() {
        for text in [
            "order 4111111111111112",
            // Luhn's check digit is right in these by chance, and that of an article, an account, a telephone, too.
            "EAN 4010159964043",
            "telephone 4915139629054 without its plus",
            "PL85 1090 1014 4100 4389 5323 3221",
            "na konto 85 1090 1014 4100 4389 5323 3221 proszę",
            "IBAN DE57 5321 3863 1590 7380 50",
            "IBAN DE57 5321-3863-1590-7380-50.",
            "1234.4111.1111.1111",
            "4111.1111/1111.1111",
            "12.30.41.11.11.11.11.11",
            "order 1234567890123456",
            "tracking 9400110200881234567890",
            "+48 22 555 01 01 and +4111111111111111",
            "call 48 225 550 101, 48 225 550 102",
            "IBAN PL61 1090 1014 0000 0712 1981 2874",
            "0000 0000 0000 0000",
            "sha a4111111111111111b",
            "4111 1111, 1111 1111",
            "0.4111111111111111",
            "4111111111111111.25",
            "parcel 378282246310",
            "2026-01-02 03:04:05.123456",
            "",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn tags_between_digits_hide_no_card() {
        let html = "<p>4111&nbsp;1111 <b>1111</b> 1111</p><a href=\"https://x.test/?n=4\">4</a>";
        assert_eq!(
            mask_html(html).as_deref(),
            Some("<p>****&nbsp;**** <b>****</b> 1111</p><a href=\"https://x.test/?n=4\">4</a>")
        );
        for (html, expected) in [
            (
                "<td>4111</td><td>1111</td><td>1111</td><td>1111</td>",
                "<td>****</td><td>****</td><td>****</td><td>1111</td>",
            ),
            ("4242<br>4242<br>4242<br>4242", "****<br>****<br>****<br>4242"),
            (
                "<a href=\"https://x.test/?c=4111111111111111\">pay</a>",
                "<a href=\"https://x.test/?c=************1111\">pay</a>",
            ),
        ] {
            assert_eq!(mask_html(html).as_deref(), Some(expected));
        }
        assert_eq!(mask_html("<p>1 &lt; 2</p>"), None);
    }

    #[test]
    fn a_long_row_of_digits_costs_a_bounded_look_each() {
        let long = "4".repeat(100_000);
        assert_eq!(mask(&long), None);
        let spaced = "4 ".repeat(20_000);
        assert!(mask(&spaced).is_none_or(|masked| masked.len() == spaced.len()));
    }
}
