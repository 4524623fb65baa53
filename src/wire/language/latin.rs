//! Which language a text in Latin letters is in: the one whose words, letters and shapes of words explain the most of
//! it, if no other explains what it cannot. Languages are held against each other two by two, so that a word that both
//! have tells nothing between them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use whatlang::Detector;

use super::shapes::{DOUBLED, LETTERS, SHAPES, is_doubled};
use super::tags::tag_of;
use super::words::TONGUES;

/// Fewer words say nothing.
const WORDS_MIN: usize = 3;
/// A word that is of the language; one that is when its marks are put back, by whether it is short; one with a letter
/// of the language; one of its shape.
const WORD: f32 = 1.0;
const BARE: f32 = 0.9;
const BARE_SHORT: f32 = 0.5;
const LETTER: f32 = 0.75;
const SHAPE: f32 = 0.5;
/// So much must be explained, and such a share of all words.
const HEARD_MIN: f32 = 2.0;
const SHARE_MIN: f32 = 0.2;
/// So far a language must be before each other one.
const LEAD_MIN: f32 = 1.0;
/// And by so many times what the other explains and it does not.
const LEAD_TIMES: f32 = 2.2;
/// Where the triples say the same, less is enough.
const HEARD_MIN_BACKED: f32 = 1.0;
const LEAD_MIN_BACKED: f32 = 0.5;
/// Triples that are so sure of another language are heard where words explain less than this share.
const CONFIDENCE_TORN: f64 = 0.9;
const SHARE_TORN: f32 = 0.4;

/// How far a word speaks for languages, by their places in [`TONGUES`].
type Heard = Vec<(usize, f32)>;

static KNOWN: LazyLock<BTreeMap<String, Heard>> = LazyLock::new(|| {
    let mut known: BTreeMap<String, Heard> = BTreeMap::new();
    for (place, (_, words)) in TONGUES.iter().enumerate() {
        for word in words.split(' ') {
            hear(known.entry(word.to_owned()).or_default(), place, WORD);
            let bare = bare(word);
            let weight = if bare.chars().count() <= 3 { BARE_SHORT } else { BARE };
            hear(known.entry(bare).or_default(), place, weight);
        }
    }
    known
});

pub(super) fn detect(text: &str) -> Option<&'static str> {
    let words: Vec<Heard> = words(text).map(|word| heard(&word)).collect();
    if words.len() < WORDS_MIN {
        return None;
    }
    let mut sums = [0.0_f32; TONGUES.len()];
    for (place, weight) in words.iter().flatten() {
        if let Some(sum) = sums.get_mut(*place) {
            *sum += weight;
        }
    }
    let (best, sum) = sums.iter().enumerate().max_by(|one, other| one.1.total_cmp(other.1))?;
    let (found, share) = (TONGUES.get(best)?.0, sum / words.len() as f32);
    let guess = Detector::new().detect(text);
    let is_backed = guess.as_ref().is_some_and(|guess| tag_of(guess.lang()) == Some(found));
    let is_torn = guess.as_ref().is_some_and(|guess| guess.confidence() > CONFIDENCE_TORN) && !is_backed;
    // English is borrowed by all, and what machines say is in it: triples add nothing there.
    let (heard_min, lead_min) = match is_backed && found != "en" {
        true => (HEARD_MIN_BACKED, LEAD_MIN_BACKED),
        false => (HEARD_MIN, LEAD_MIN),
    };
    let is_heard = *sum >= heard_min && share >= SHARE_MIN && !(is_torn && share < SHARE_TORN);
    (is_heard && leads(best, &words, lead_min)).then_some(found)
}

/// Whether a language explains enough that each other one does not, and little is left to that one.
fn leads(best: usize, words: &[Heard], lead_min: f32) -> bool {
    let mut ahead = [0.0_f32; TONGUES.len()];
    let mut behind = [0.0_f32; TONGUES.len()];
    for word in words {
        let of =
            |place: usize| word.iter().find(|(other, _)| *other == place).map_or(0.0, |(_, weight)| *weight);
        let own = of(best);
        for (other, (ahead, behind)) in ahead.iter_mut().zip(&mut behind).enumerate() {
            let its = of(other);
            *ahead += (own - its).max(0.0);
            *behind += (its - own).max(0.0);
        }
    }
    let mut others = ahead.iter().zip(&behind).enumerate().filter(|(other, _)| *other != best);
    others.all(|(_, (ahead, behind))| *ahead >= lead_min && *ahead > behind * LEAD_TIMES)
}

/// Whether a text has words enough to tell anything.
pub(super) fn is_enough(text: &str) -> bool {
    words(text).nth(WORDS_MIN - 1).is_some()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|char: char| !char.is_alphabetic() && char != '\'' && char != '’')
        .map(|word| word.trim_matches(['\'', '’']).to_lowercase().replace('’', "'"))
        .filter(|word| !word.is_empty())
}

fn heard(word: &str) -> Heard {
    let mut heard = KNOWN.get(word).cloned().unwrap_or_default();
    let lettered = LETTERS.iter().filter(|(letters, _)| word.contains(|char| letters.contains(char)));
    let lettered: Vec<&[&str]> = lettered.map(|(_, owners)| *owners).collect();
    // A word with a letter that a language has not is not of it, whatever else is in the word.
    let has_all = |tag: &&&str| lettered.iter().all(|owners| owners.contains(*tag));
    let mut by_letter: Vec<&&str> = lettered.first().into_iter().flat_map(|owners| owners.iter()).collect();
    by_letter.retain(has_all);
    if by_letter.is_empty() {
        by_letter = lettered.iter().flat_map(|owners| owners.iter()).collect();
    }
    let shaped = SHAPES.iter().filter(|(shapes, _)| shapes.split(' ').any(|shape| is_shaped(word, shape)));
    let by_letter = by_letter.into_iter().map(|tag| (tag, LETTER));
    let doubled: &[&str] = if is_doubled(word) { &DOUBLED } else { &[] };
    let by_shape = shaped.flat_map(|(_, owners)| owners.iter()).chain(doubled).map(|tag| (tag, SHAPE));
    for (tag, weight) in by_letter.chain(by_shape) {
        if let Some(place) = TONGUES.iter().position(|(known, _)| known == tag) {
            hear(&mut heard, place, weight);
        }
    }
    heard
}

/// The strongest of what speaks for a language.
fn hear(heard: &mut Heard, place: usize, weight: f32) {
    match heard.iter_mut().find(|(other, _)| *other == place) {
        Some((_, known)) => *known = known.max(weight),
        None => heard.push((place, weight)),
    }
}

/// `pre-`, `-end` or what is `within`; two letters more than that at least.
fn is_shaped(word: &str, shape: &str) -> bool {
    let bare = shape.trim_matches('-');
    word.len() >= bare.len() + 2
        && match (shape.ends_with('-'), shape.starts_with('-')) {
            (true, _) => word.starts_with(bare),
            (_, true) => word.ends_with(bare),
            _ => word.contains(bare),
        }
}

/// As people write who have no such keys.
fn bare(word: &str) -> String {
    word.nfd()
        .filter(|char| !unicode_normalization::char::is_combining_mark(*char))
        .map(|char| match char {
            'ł' => 'l',
            'đ' => 'd',
            'ø' => 'o',
            'ı' => 'i',
            char => char,
        })
        .collect()
}
