//! Numbers that look like a card's and show by their own rules that they are another.

use super::super::number;
use super::piece::Piece;

/// The shortest number of a bank account with its country (ISO 13616), and the longest.
const ACCOUNT_MIN: usize = 15;
const ACCOUNT_MAX: usize = 34;
/// The countries whose bank accounts have such numbers.
const COUNTRIES: &str = "AD AE AL AT AZ BA BE BG BH BI BR BY CH CR CY CZ DE DJ DK DO EE EG ES FI FK FO FR GB GE GI GL GR GT \
                         HN HR HU IE IL IQ IS IT JO KW KZ LB LC LI LT LU LV LY MC MD ME MK MN MR MT MU NI NL NO OM PK \
                         PL PS PT QA RO RS RU SA SC SD SE SI SK SM SO ST SV TL TN TR UA VA VG XK YE";
/// The lengths of telephone numbers that a card may have; longer ones are hardly in use.
const TELEPHONE_DIGITS: [usize; 2] = [12, 13];

/// Where the number of a bank account ends that bears this digit as the first of its check digits: two letters stand
/// before it, and the remainder is right.
pub(super) fn account_end(pieces: &[Piece], first: usize, steps: &mut u64) -> Option<usize> {
    let letter = |back: usize| match first.checked_sub(back).and_then(|place| pieces.get(place)) {
        Some(Piece::Letter(letter)) => Some(*letter),
        _ => None,
    };
    let country = [letter(2)?, letter(1)?];
    let is_known = COUNTRIES.split(' ').any(|known| known.as_bytes() == country);
    if letter(3).is_some() || !is_known {
        return None;
    }
    let (mut read, mut check, mut end) = (Remainder::default(), Remainder::default(), None);
    let mut signs = 2;
    for (place, piece) in pieces.iter().enumerate().skip(first).take(ACCOUNT_MAX * 2) {
        *steps += 1;
        let sign = match piece {
            Piece::Digit(value, _) => value + b'0',
            Piece::Letter(letter) => *letter,
            Piece::Space | Piece::Dash | Piece::Tag => continue,
            Piece::Plus | Piece::Point(_) | Piece::Sign(_) | Piece::Other => break,
        };
        signs += 1;
        // The country and the check digits count last.
        let half = if signs <= 4 { &mut check } else { &mut read };
        half.push(sign);
        if signs > ACCOUNT_MAX {
            break;
        }
        let mut whole = read;
        country.iter().for_each(|letter| whole.push(*letter));
        whole.append(check);
        let goes_on = matches!(pieces.get(place + 1), Some(Piece::Digit(..) | Piece::Letter(_)));
        if signs >= ACCOUNT_MIN && !goes_on && whole.0 == 1 {
            end = Some(place + 1);
        }
    }
    end
}

/// The number of a bank account of Poland without its country.
pub(super) fn is_account(digits: &[(u8, usize)]) -> bool {
    let mut read = Remainder::default();
    let (check, rest) = digits.split_at(digits.len().min(2));
    rest.iter().for_each(|(value, _)| read.push(value + b'0'));
    b"PL".iter().for_each(|letter| read.push(*letter));
    check.iter().for_each(|(value, _)| read.push(value + b'0'));
    read.0 == 1
}

/// What is left of a number by 97, in which letters count from ten on.
#[derive(Clone, Copy, Debug, Default)]
struct Remainder(u32);

impl Remainder {
    fn push(&mut self, sign: u8) {
        self.0 = match sign {
            b'0'..=b'9' => (self.0 * 10 + u32::from(sign - b'0')) % 97,
            _ => (self.0 * 100 + u32::from(sign.saturating_sub(b'A')) + 10) % 97,
        };
    }

    /// Behind it stand the two check digits.
    fn append(&mut self, check: Remainder) {
        self.0 = (self.0 * 100 + check.0) % 97;
    }
}

/// The number under a bar code, whose check digit counts every second digit thrice: as long as the oldest cards.
pub(super) fn is_article(digits: &[(u8, usize)]) -> bool {
    let weighed = digits
        .iter()
        .enumerate()
        .map(|(place, (value, _))| u32::from(*value) * if place % 2 == 0 { 1 } else { 3 });
    digits.len() == 13 && weighed.sum::<u32>().is_multiple_of(10)
}

/// A telephone number whose plus is missing: as long as the shortest cards, and valid in its country.
pub(super) fn is_telephone(digits: &[(u8, usize)]) -> bool {
    if !TELEPHONE_DIGITS.contains(&digits.len()) {
        return false;
    }
    let written: String =
        std::iter::once('+').chain(digits.iter().map(|(value, _)| (value + b'0') as char)).collect();
    number::read(&written, None).is_ok_and(|number| number.is_valid)
}
