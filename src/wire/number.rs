//! Telephone numbers: what was written, as E.164. Every comparison of two numbers goes through [`same_as`], so that a
//! number written anew, with or without its plus, is the same contact, thread and endpoint.
//!
//! A number is taken where its length is possible; whether it is assigned only informs. What is no number (a short
//! code, a name, something broken) stays as it is written, without ornaments.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region,
};

/// Longer text is no number; the rest is not looked at.
const CHARS_MAX: usize = 64;
/// A sender of so few digits, without a plus, is a short code.
const SHORT_CODE_DIGITS: std::ops::RangeInclusive<usize> = 3..=8;
/// Fewer digits than these with a region's own numbers are always a short code.
const NATIONAL_DIGITS_MIN: usize = 7;

/// A number that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// Without spaces, with its plus.
    pub e164: String,
    /// Its length is one that numbers of its country have.
    pub is_possible: bool,
    /// It lies in a range that is in use.
    pub is_valid: bool,
    /// The region, as `US`; `001` for those of no country.
    pub region: Option<String>,
    /// What it is used for, as `MOBILE`.
    pub kind: &'static str,
    /// The extension behind it.
    pub extension: Option<String>,
}

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotANumber {
    /// It has no country, and no region was given.
    Country,
    /// It does not look like one.
    Form,
    /// Nothing is left behind the prefix for calls abroad.
    AfterPrefix,
    /// It has too few digits.
    Short,
    /// It has too many digits.
    Long,
}

/// The number that is written here, by the rules of the region alone.
pub(crate) fn read(written: &str, region: Option<&str>) -> Result<Number, NotANumber> {
    if written.chars().count() > CHARS_MAX {
        return Err(NotANumber::Long);
    }
    let region = region.and_then(|region| Region::from_code(&region.trim().to_ascii_uppercase()).ok());
    let number = PHONE_NUMBER_UTIL.parse(written, region).map_err(NotANumber::of)?;
    Ok(Number::of(&number))
}

/// A number as it is addressed: in E.164 where it is one. What stands without a plus is read by the region first.
pub(crate) fn address(written: &str, region: Option<&str>) -> String {
    found(written, region, false).map_or_else(|| bare(written), |number| number.e164)
}

/// The same for providers that leave the plus off: without one, it is read with its country first.
pub(crate) fn international(written: &str, region: Option<&str>) -> String {
    found(written, region, true).map_or_else(|| bare(written), |number| number.e164)
}

/// A number as it is compared. Where a country writes one number in two ways (a digit for mobiles that came later, or
/// that only calls from abroad have), both have this one form; messages still go to the form that was received.
pub(crate) fn same_as(written: &str, region: Option<&str>) -> String {
    folded(&address(written, region))
}

/// Whether it is written like a short code.
pub(crate) fn is_short_code(written: &str) -> bool {
    let bare = bare(written);
    SHORT_CODE_DIGITS.contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number where it is a possible one, with the plus that was lost put back.
pub(crate) fn found(written: &str, region: Option<&str>, has_country: bool) -> Option<Number> {
    let written = unwrapped(written);
    let bare = bare(written);
    // A plus that a form turned into a space stands before the digits.
    let has_country = has_country || written.starts_with([' ', '\u{a0}']);
    let possible =
        |written: &str, region: Option<&str>| read(written, region).ok().filter(|number| number.is_possible);
    if bare.starts_with('+') {
        // The extension is what the bare form has lost.
        return possible(written.trim(), region).or_else(|| possible(&bare, None));
    }
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let is_local = digits < NATIONAL_DIGITS_MIN && digits == bare.len();
    if is_local {
        return None;
    }
    let abroad = bare.strip_prefix("00").map(|rest| format!("+{rest}"));
    let national = region.and_then(|region| possible(written.trim(), Some(region)));
    let is_short = SHORT_CODE_DIGITS.contains(&digits);
    let with_plus = || possible(&abroad.clone().unwrap_or_else(|| format!("+{bare}")), None);
    if is_short {
        return national.filter(|number| number.is_valid);
    }
    let (first, second) = if has_country { (with_plus(), national) } else { (national, with_plus()) };
    let is_valid = |number: &Option<Number>| number.as_ref().is_some_and(|number| number.is_valid);
    if !is_valid(&first) && is_valid(&second) { second } else { first.or(second) }
}

/// Without the scheme of a link.
fn unwrapped(written: &str) -> &str {
    let schemes = ["tel:", "sms:", "smsto:", "mms:"];
    let rest = |scheme: &&str| {
        let start = written.trim_start();
        start
            .get(..scheme.len())
            .filter(|head| head.eq_ignore_ascii_case(scheme))
            .and(start.get(scheme.len()..))
    };
    schemes.iter().find_map(rest).unwrap_or(written)
}

/// Without ornaments, digits of every script as ASCII, `00` of something longer as plus. A name stays as it is.
fn bare(written: &str) -> String {
    let trimmed = unwrapped(written).trim();
    if trimmed.chars().any(char::is_alphabetic) {
        return trimmed.to_owned();
    }
    let kept = |letter: char| match letter {
        '+' | '＋' => Some('+'),
        _ => digit(letter),
    };
    let bare: String = trimmed.chars().take(CHARS_MAX).filter_map(kept).collect();
    match bare.strip_prefix("00") {
        Some(rest) if rest.len() > *SHORT_CODE_DIGITS.end() => format!("+{rest}"),
        _ if bare.is_empty() => trimmed.to_owned(),
        _ => bare,
    }
}

/// The digit that a letter of any script is.
fn digit(letter: char) -> Option<char> {
    /// Where the ten digits of a script begin; they follow each other in all of them.
    const ZEROS: [u32; 12] =
        [0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xe50, 0x17e0, 0xff10];
    let place =
        ZEROS.iter().find_map(|zero| u32::from(letter).checked_sub(*zero).filter(|place| *place < 10))?;
    char::from_digit(place, 10)
}

fn folded(e164: &str) -> String {
    let Some(digits) = e164.strip_prefix('+') else { return e164.to_owned() };
    let split = |country: &str| digits.strip_prefix(country).filter(|rest| rest.is_ascii());
    // Brazil put a 9 before its mobile numbers, which begin with 6 to 9 behind two digits of the area.
    if let Some((area, rest)) = split("55").and_then(|rest| rest.split_at_checked(2))
        && rest.len() == 8
        && rest.starts_with(['6', '7', '8', '9'])
    {
        return format!("+55{area}9{rest}");
    }
    // Argentina and Mexico had a digit for mobiles that only calls from abroad bore.
    for (country, sign) in [("54", '9'), ("52", '1')] {
        if let Some(rest) = split(country).and_then(|rest| rest.strip_prefix(sign))
            && rest.len() == 10
        {
            return format!("+{country}{rest}");
        }
    }
    e164.to_owned()
}

impl Number {
    fn of(number: &PhoneNumber) -> Number {
        let length = number.is_possible_with_reason();
        let is_possible =
            matches!(length, Ok(NumberLengthType::IsPossible | NumberLengthType::IsPossibleLocalOnly));
        Number {
            e164: number.format_as(PhoneNumberFormat::E164).into_owned(),
            is_possible,
            is_valid: number.is_valid(),
            region: number.get_region_code().map(|region| region.as_region_str().as_str().to_owned()),
            kind: kind(number.get_type()),
            extension: number.extension.clone().filter(|extension| !extension.is_empty()),
        }
    }
}

impl NotANumber {
    fn of(fault: ParseError) -> NotANumber {
        match fault {
            ParseError::InvalidCountryCode => NotANumber::Country,
            ParseError::NotANumber(_) => NotANumber::Form,
            ParseError::TooShortAfterIdd => NotANumber::AfterPrefix,
            ParseError::TooShortNsn => NotANumber::Short,
            ParseError::TooLongNsn => NotANumber::Long,
        }
    }
}

fn kind(kind: PhoneNumberType) -> &'static str {
    match kind {
        PhoneNumberType::FixedLine => "FIXED_LINE",
        PhoneNumberType::Mobile => "MOBILE",
        PhoneNumberType::FixedLineOrMobile => "FIXED_LINE_OR_MOBILE",
        PhoneNumberType::TollFree => "TOLL_FREE",
        PhoneNumberType::PremiumRate => "PREMIUM_RATE",
        PhoneNumberType::SharedCost => "SHARED_COST",
        PhoneNumberType::VoIP => "VOIP",
        PhoneNumberType::PersonalNumber => "PERSONAL_NUMBER",
        PhoneNumberType::Pager => "PAGER",
        PhoneNumberType::UAN => "UAN",
        PhoneNumberType::VoiceMail => "VOICEMAIL",
        PhoneNumberType::Unknown => "UNKNOWN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_addressed_in_e164_however_it_is_written() {
        for (written, region, expected) in [
            (" +1 (415) 555-2671 ", None, "+14155552671"),
            (" 14155552671", Some("DE"), "+14155552671"),
            ("tel:+1-415-555-2671", None, "+14155552671"),
            ("0048 22 555 01 01", None, "+48225550101"),
            ("٤١٥٥٥٥٢٦٧١", Some("US"), "+14155552671"),
            ("＋１４１５５５５２６７１", None, "+14155552671"),
            ("(415) 555-2671", Some("US"), "+14155552671"),
            ("030 901820", Some("DE"), "+4930901820"),
            ("+14155552671;ext=99", None, "+14155552671"),
        ] {
            assert_eq!(address(written, region), expected, "{written}");
        }
    }

    #[test]
    fn what_is_no_number_stays() {
        for (written, expected) in [
            ("40404", "40404"),
            ("00", "00"),
            ("My-Shop 24", "My-Shop 24"),
            ("911", "911"),
            ("12-345", "12345"),
        ] {
            assert_eq!(address(written, Some("US")), expected);
        }
    }

    #[test]
    fn a_provider_without_plus_names_the_country_first() {
        for (written, region, expected) in [
            ("4512345678", Some("US"), "+4512345678"),
            ("447911123456", Some("US"), "+447911123456"),
            ("14155552671", None, "+14155552671"),
            ("4155552671", Some("US"), "+14155552671"),
            ("72404", Some("US"), "72404"),
            ("AcmeInc", Some("US"), "AcmeInc"),
        ] {
            assert_eq!(international(written, region), expected, "{written}");
        }
    }

    #[test]
    fn the_two_ways_of_one_number_are_the_same() {
        for (one, other) in [
            ("+5541988887777", "+554188887777"),
            ("+5491187654321", "+541187654321"),
            ("+5215512345678", "+525512345678"),
        ] {
            assert_eq!(same_as(one, None), same_as(other, None));
        }
        assert_ne!(same_as("+554133334444", None), same_as("+5541933334444", None), "a fixed line has no 9");
    }
}
