//! Numbers of payment cards in text: masked before anything is kept, on every channel and in what we write ourselves.
//!
//! A number counts as a card's when its issuer has such numbers (prefix and length), its check digit is right
//! (ISO/IEC 7812, Luhn), and it is written as cards are: in one run, or in groups behind single spaces or dashes. All
//! digits but the last four become `*`. One pass over the text, and for each digit a bounded look ahead.

mod issuers;

use crate::domain::Content;

use super::mail::Flags;
use issuers::ISSUERS;

/// The flag of a content in which a card was masked.
pub const FLAG: &str = "card_masked";

const LENGTH_MIN: usize = 12;
const LENGTH_MAX: usize = 19;
/// Between two groups: a space, a dash, or a dash between spaces.
const GAP_MAX: usize = 3;
/// Digits that stay readable, so that a contact can say which card he means.
const SHOWN: usize = 4;

/// Masks cards in every text of a content, and flags it.
pub(crate) fn mask_content(content: &mut Content) {
    let mut masked = false;
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
        ..
    } = content;
    let mut texts: Vec<&mut String> = vec![text];
    texts.extend([subject, text_stripped, payload, &mut from.name].into_iter().flatten());
    texts.extend(reply_to.iter_mut().chain(to).filter_map(|party| party.name.as_mut()));
    texts.extend(attachments.iter_mut().filter_map(|file| file.filename.as_mut()));
    texts.extend(location.iter_mut().flat_map(|place| [&mut place.title, &mut place.address]).flatten());
    texts.extend(contacts.iter_mut().flat_map(|card| card.name.iter_mut().chain(&mut card.phones)));
    for text in texts {
        masked |= replace(text, mask);
    }
    if let Some(html) = &mut content.html_clean {
        let is_found = replace(html, mask_html);
        // A card that the text shows and the HTML hides behind what we do not read in it.
        if masked && !is_found {
            content.html_clean = None;
        }
        masked |= is_found;
    }
    let mut flags = Flags(std::mem::take(&mut content.flags));
    flags.raise(masked, FLAG);
    content.flags = flags.0;
}

/// A text that we write ourselves, without cards.
pub(crate) fn masked(text: String) -> String {
    mask(&text).unwrap_or(text)
}

pub(super) fn replace(text: &mut String, mask: fn(&str) -> Option<String>) -> bool {
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

/// What a text is made of, as a card sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// A digit with its place in the text.
    Digit(u8, usize),
    /// What may stand between two groups.
    Space,
    Dash,
    /// A tag of HTML that breaks no line, or a sign without width: nothing to a reader.
    Tag,
    /// `+`, behind which telephone numbers stand.
    Plus,
    /// `.` or `,`: before digits it makes them a fraction.
    Point,
    Letter,
    Other,
}

fn pieces(text: &str, is_html: bool) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(text.len());
    let mut chars = text.char_indices().peekable();
    while let Some((place, char)) = chars.next() {
        let rest = || text.get(place..).unwrap_or_default();
        if is_html && char == '<' && rest().get(1..).is_some_and(is_tag) {
            let is_inline = is_inline(rest().get(1..).unwrap_or_default());
            while chars.next_if(|(_, char)| *char != '>').is_some() {}
            chars.next();
            // Cells and lines stand beside each other.
            pieces.push(if is_inline { Piece::Tag } else { Piece::Space });
            continue;
        }
        if let Some(entity) =
            NBSP.iter().find(|entity| is_html && char == '&' && rest().starts_with(**entity))
        {
            chars.by_ref().take(entity.len() - 1).for_each(drop);
            pieces.push(Piece::Space);
            continue;
        }
        pieces.push(match char {
            '+' | '\u{FF0B}' => Piece::Plus,
            '.' | ',' => Piece::Point,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' | '\u{00AD}' => Piece::Dash,
            // Invisible ones break no number for a reader either.
            '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => Piece::Tag,
            _ if char.is_whitespace() => Piece::Space,
            _ => match digit(char) {
                Some(value) => Piece::Digit(value, place),
                None if char.is_ascii_alphabetic() => Piece::Letter,
                None => Piece::Other,
            },
        });
    }
    pieces
}

const NBSP: [&str; 3] = ["&nbsp;", "&#160;", "&#xa0;"];

fn is_tag(rest: &str) -> bool {
    rest.starts_with(|char: char| char.is_ascii_alphabetic() || char == '/' || char == '!')
}

/// Whether a tag breaks no line: digits before and behind it stand together.
fn is_inline(rest: &str) -> bool {
    const INLINE: [&str; 13] =
        ["a", "b", "i", "u", "em", "font", "mark", "small", "span", "strong", "sub", "sup", "wbr"];
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let name = rest.split(|char: char| !char.is_ascii_alphanumeric()).next().unwrap_or_default();
    INLINE.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The value of a digit of the scripts that people type numbers in.
fn digit(char: char) -> Option<u8> {
    const ZEROS: [u32; 5] = ['0' as u32, 0x0660, 0x06F0, 0x0966, 0xFF10];
    let value = ZEROS.iter().find_map(|zero| (char as u32).checked_sub(*zero).filter(|value| *value < 10))?;
    u8::try_from(value).ok()
}

/// A run of digits without anything between, by places in the list of pieces.
#[derive(Clone, Copy, Debug)]
struct Group {
    first: usize,
    end: usize,
    digits: usize,
}

/// The places in the text of the digits that are to be hidden, in order; how many pieces were looked at for it.
fn hidden(pieces: &[Piece]) -> (Vec<usize>, u64) {
    let (groups, mut steps) = groups(pieces);
    let mut hidden = Vec::new();
    let mut next = 0;
    while next < groups.len() {
        let found = cards_from(pieces, &groups, next, &mut steps);
        let Some((end, digits)) = found else {
            next += 1;
            continue;
        };
        hidden.extend(digits.iter().take(digits.len() - SHOWN).map(|(_, place)| *place));
        next = end;
    }
    (hidden, steps)
}

fn groups(pieces: &[Piece]) -> (Vec<Group>, u64) {
    let mut groups: Vec<Group> = Vec::new();
    let mut steps = pieces.len() as u64;
    for (place, piece) in pieces.iter().enumerate() {
        let Piece::Digit(..) = piece else { continue };
        steps += groups.last().map_or(0, |group| place - group.end) as u64;
        let goes_on = groups.last_mut().filter(|group| {
            pieces
                .get(group.end..place)
                .is_some_and(|between| between.iter().all(|piece| *piece == Piece::Tag))
        });
        match goes_on {
            Some(group) => {
                group.end = place + 1;
                group.digits += 1;
            }
            None => groups.push(Group { first: place, end: place + 1, digits: 1 }),
        }
    }
    (groups, steps)
}

/// The longest card that begins with this group: the group behind it, and its digits with their places.
fn cards_from(
    pieces: &[Piece],
    groups: &[Group],
    first: usize,
    steps: &mut u64,
) -> Option<(usize, Vec<(u8, usize)>)> {
    let start = groups.get(first)?;
    if is_barred_before(pieces, start.first) {
        return None;
    }
    let mut digits: Vec<(u8, usize)> = Vec::new();
    let mut found = None;
    for (count, group) in groups.get(first..)?.iter().enumerate() {
        let gap = match count.checked_sub(1).and_then(|before| groups.get(first + before)) {
            Some(before) => pieces.get(before.end..group.first)?,
            None => &[],
        };
        *steps += (gap.len() + group.end - group.first) as u64;
        let is_joined = count == 0 || is_gap(gap);
        if !is_joined || digits.len() + group.digits > LENGTH_MAX {
            break;
        }
        digits.extend(pieces.get(group.first..group.end)?.iter().filter_map(|piece| match piece {
            Piece::Digit(value, place) => Some((*value, *place)),
            _ => None,
        }));
        let taken = groups.get(first..=first + count)?;
        if is_grouped(taken) && !is_barred_behind(pieces, start.first, group.end) && is_card(&digits) {
            found = Some((first + count + 1, digits.clone()));
        }
    }
    found
}

/// A telephone number, the end of a fraction.
fn is_barred_before(pieces: &[Piece], first: usize) -> bool {
    let before = |back: usize| first.checked_sub(back).and_then(|place| pieces.get(place));
    match before(1) {
        Some(Piece::Plus) => true,
        Some(Piece::Point) => matches!(before(2), Some(Piece::Digit(..))),
        _ => false,
    }
}

/// A fraction follows, or a letter stands on both sides: part of a longer token, as a digest in hex.
fn is_barred_behind(pieces: &[Piece], first: usize, end: usize) -> bool {
    let before = first.checked_sub(1).and_then(|place| pieces.get(place));
    match pieces.get(end) {
        Some(Piece::Point) => matches!(pieces.get(end + 1), Some(Piece::Digit(..))),
        Some(Piece::Letter) => before == Some(&Piece::Letter),
        _ => false,
    }
}

fn is_gap(between: &[Piece]) -> bool {
    let seen = between.iter().filter(|piece| **piece != Piece::Tag);
    (1..=GAP_MAX).contains(&seen.clone().count())
        && seen.clone().filter(|piece| **piece == Piece::Dash).count() <= 1
        && seen.clone().all(|piece| matches!(piece, Piece::Space | Piece::Dash))
}

/// Whether groups are those of a card, not of several numbers in a row or of a telephone number: four digits or more
/// but in the last, or all alike and short.
fn is_grouped(groups: &[Group]) -> bool {
    let Some((last, others)) = groups.split_last() else { return false };
    let is_long = others.iter().all(|group| group.digits >= 4);
    let size = others.first().map_or(0, |group| group.digits);
    let is_even = size <= 3 && others.iter().all(|group| group.digits == size) && last.digits <= size;
    is_long || is_even
}

fn is_card(digits: &[(u8, usize)]) -> bool {
    (LENGTH_MIN..=LENGTH_MAX).contains(&digits.len()) && is_issued(digits) && is_checked(digits)
}

fn is_issued(digits: &[(u8, usize)]) -> bool {
    ISSUERS.iter().any(|(first, last, least, most)| {
        let length = first.ilog10() as usize + 1;
        let prefix = digits.iter().take(length).fold(0, |prefix, (value, _)| prefix * 10 + u32::from(*value));
        (*least..=*most).contains(&digits.len()) && (*first..=*last).contains(&prefix)
    })
}

/// The check digit of Luhn, by which one mistyped digit is found.
fn is_checked(digits: &[(u8, usize)]) -> bool {
    let weighed = digits.iter().rev().enumerate().map(|(place, (value, _))| match (place % 2, *value) {
        (0, value) => u32::from(value),
        (_, value) => u32::from(value) * 2 - if value > 4 { 9 } else { 0 },
    });
    // Zeros alone pass the sum and are nobody's card.
    weighed.sum::<u32>().is_multiple_of(10) && digits.iter().any(|(value, _)| *value != 0)
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
        check("4111\u{200b}1111\u{200b}1111\u{200b}1111", "****\u{200b}****\u{200b}****\u{200b}1111");
    }

    #[test]
    fn orders_telephones_and_other_numbers_stay() {
        for text in [
            "order 4111111111111112",
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
        let spaced = "4 ".repeat(100_000);
        assert!(mask(&spaced).is_none_or(|masked| masked.len() == spaced.len()));
    }
}
