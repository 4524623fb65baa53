//! Which digits of a text are a card's: groups of them as people write cards, an issuer's prefix and length, the check
//! digit.

use super::issuers::ISSUERS;
use super::other::{account_end, is_account, is_article, is_telephone};
use super::piece::Piece;
use super::{LENGTH_MAX, LENGTH_MIN};

/// Between two groups: a space, a dash, or a dash between spaces.
const GAP_MAX: usize = 3;
/// Digits that stay readable, so that a contact can say which card he means.
const SHOWN: usize = 4;

/// A run of digits without anything between, by places in the list of pieces.
#[derive(Clone, Copy, Debug)]
struct Group {
    first: usize,
    end: usize,
    digits: usize,
}

/// A digit and its place in the text.
type Digit = (u8, usize);

/// The places in the text of the digits that are to be hidden, in order; how many pieces were looked at for it.
pub(super) fn hidden(pieces: &[Piece]) -> (Vec<usize>, u64) {
    let (groups, mut steps) = groups(pieces);
    let mut hidden = Vec::new();
    let (mut next, mut passed) = (0, 0);
    while let Some(group) = groups.get(next) {
        // Behind the end of a bank account, and not before.
        passed = passed.max(account_end(pieces, group.first, &mut steps).unwrap_or(0));
        let found = (group.first >= passed).then(|| cards_from(pieces, &groups, next, &mut steps)).flatten();
        let Some(Found { groups, digits, is_card }) = found else {
            next += 1;
            continue;
        };
        if is_card {
            hidden.extend(digits.iter().take(digits.len() - SHOWN).map(|(_, place)| *place));
        }
        next += groups;
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

/// A number that was found: of how many groups it is, and whether it is a card's or a bank account's.
struct Found {
    groups: usize,
    digits: Vec<Digit>,
    is_card: bool,
}

/// What parts the groups of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// Spaces, with or without a dash: they may differ within a number.
    Plain,
    /// A sign, which is the same throughout.
    Sign(char),
}

/// The longest card that begins with this group, unless a bank account does.
fn cards_from(pieces: &[Piece], groups: &[Group], first: usize, steps: &mut u64) -> Option<Found> {
    let start = groups.get(first)?;
    if is_barred_before(pieces, start.first) {
        return None;
    }
    let mut digits: Vec<Digit> = Vec::new();
    let (mut found, mut by) = (None, None);
    for (count, group) in groups.get(first..)?.iter().enumerate() {
        if let Some(before) = count.checked_sub(1).and_then(|before| groups.get(first + before)) {
            let between = pieces.get(before.end..group.first)?;
            *steps += between.len() as u64;
            let gap = gap(between);
            if gap.is_none() || by.is_some_and(|by| Some(by) != gap) {
                break;
            }
            by = gap;
        }
        *steps += (group.end - group.first) as u64;
        if digits.len() + group.digits > ACCOUNT_DIGITS {
            break;
        }
        digits.extend(pieces.get(group.first..group.end)?.iter().filter_map(|piece| match piece {
            Piece::Digit(value, place) => Some((*value, *place)),
            _ => None,
        }));
        let taken = groups.get(first..=first + count)?;
        if digits.len() == ACCOUNT_DIGITS && is_account(&digits) {
            return Some(Found { groups: taken.len(), digits, is_card: false });
        }
        let is_whole = || is_grouped(taken, by) && !is_barred_behind(pieces, start.first, group.end);
        if is_card(&digits) && is_whole() {
            found = Some(Found { groups: taken.len(), digits: digits.clone(), is_card: true });
        }
    }
    found
}

/// So many digits has a bank account of Poland, which people there write without the letters of its country.
const ACCOUNT_DIGITS: usize = 26;

/// A telephone number, the end of a fraction.
fn is_barred_before(pieces: &[Piece], first: usize) -> bool {
    let before = |back: usize| first.checked_sub(back).and_then(|place| pieces.get(place));
    match before(1) {
        Some(Piece::Plus) => true,
        Some(Piece::Point(_)) => matches!(before(2), Some(Piece::Digit(..))),
        _ => false,
    }
}

/// A fraction follows, or a letter stands on both sides: part of a longer token, as a digest in hex.
fn is_barred_behind(pieces: &[Piece], first: usize, end: usize) -> bool {
    let before = first.checked_sub(1).and_then(|place| pieces.get(place));
    match pieces.get(end) {
        Some(Piece::Point(_)) => matches!(pieces.get(end + 1), Some(Piece::Digit(..))),
        Some(Piece::Letter(_)) => matches!(before, Some(Piece::Letter(_))),
        _ => false,
    }
}

fn gap(between: &[Piece]) -> Option<Gap> {
    let mut seen = between.iter().filter(|piece| **piece != Piece::Tag);
    let all = seen.clone();
    if !(1..=GAP_MAX).contains(&all.clone().count()) {
        return None;
    }
    let is_plain = all.clone().all(|piece| matches!(piece, Piece::Space | Piece::Dash));
    let dashes = all.clone().filter(|piece| **piece == Piece::Dash).count();
    match (seen.next(), seen.next()) {
        _ if is_plain => (dashes <= 1).then_some(Gap::Plain),
        (Some(Piece::Point(sign) | Piece::Sign(sign)), None) => Some(Gap::Sign(*sign)),
        _ => None,
    }
}

/// Whether groups are those of a card, not of several numbers in a row or of a telephone number: four digits or more
/// but in the last, or all alike and short. Behind signs, which part dates and amounts too, they are fours, or four and
/// six as on the cards that have fewer.
fn is_grouped(groups: &[Group], by: Option<Gap>) -> bool {
    let Some((last, others)) = groups.split_last() else { return false };
    if let Some(Gap::Sign(_)) = by {
        let is_fours = others.iter().all(|group| group.digits == 4) && last.digits <= 4 && others.len() >= 3;
        let is_short = matches!(others, [one, two] if one.digits == 4 && two.digits == 6) && last.digits >= 4;
        return is_fours || is_short;
    }
    let is_long = others.iter().all(|group| group.digits >= 4);
    let size = others.first().map_or(0, |group| group.digits);
    let is_even = size <= 3 && others.iter().all(|group| group.digits == size) && last.digits <= size;
    is_long || is_even
}

fn is_card(digits: &[Digit]) -> bool {
    (LENGTH_MIN..=LENGTH_MAX).contains(&digits.len())
        && is_checked(digits)
        && is_issued(digits)
        && !is_article(digits)
        && !is_telephone(digits)
}

fn is_issued(digits: &[Digit]) -> bool {
    ISSUERS.iter().any(|(first, last, least, most)| {
        let length = first.ilog10() as usize + 1;
        let prefix = digits.iter().take(length).fold(0, |prefix, (value, _)| prefix * 10 + u32::from(*value));
        (*least..=*most).contains(&digits.len()) && (*first..=*last).contains(&prefix)
    })
}

/// The check digit of Luhn, by which one mistyped digit is found.
fn is_checked(digits: &[Digit]) -> bool {
    let weighed = digits.iter().rev().enumerate().map(|(place, (value, _))| match (place % 2, *value) {
        (0, value) => u32::from(value),
        (_, value) => u32::from(value) * 2 - if value > 4 { 9 } else { 0 },
    });
    // Zeros alone pass the sum and are nobody's card.
    weighed.sum::<u32>().is_multiple_of(10) && digits.iter().any(|(value, _)| *value != 0)
}
