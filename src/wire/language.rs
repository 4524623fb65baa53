//! In which of the site's languages a text is written; nothing where that is not sure, since a wrong guess sends a
//! contact to somebody who cannot read him.
//!
//! Three witnesses: the script, the little words that every sentence of a language has, and letter triples (whatlang).
//! Little words tell languages with the same letters apart even in short texts and among borrowed words, and they are
//! asked of languages that the site does not have, too: a German text is not the best fit among English and Polish.

mod words;

use whatlang::{Detector, Lang};

use words::{LANGUAGES, LETTERS, WORDS};

/// So much of a text is looked at; what it is in shows at its head.
const LOOKED_AT_CHARS: usize = 2_000;
/// Fewer letters say nothing.
const LETTERS_MIN: usize = 8;
/// Fewer of Chinese letters say nothing; each is a syllable.
const HAN_MIN: usize = 4;
/// So sure little words must be: one that no other language has.
const SCORE_MIN: f32 = 0.9;
/// So far the best must be before the next.
const LEAD: f32 = 1.5;
/// So many words of a second language, and such a share of those of the first, make a text mixed.
const MIXED_MIN: f32 = 2.0;
const MIXED_SHARE: f32 = 0.4;
/// So sure triples must be where there are no little words.
const CONFIDENCE_MIN: f64 = 0.5;

/// The language of a text among these, as a tag of theirs; none where it is another, mixed or not sure.
pub fn detect(text: &str, allowed: &[String]) -> Option<String> {
    if allowed.is_empty() {
        return None;
    }
    let (text, _) = spoken(text);
    let letters = Letters::count(&text);
    let found = if letters.han >= HAN_MIN || letters.kana > 0 {
        east_asian(&letters)?
    } else if letters.all() < LETTERS_MIN {
        return None;
    } else if letters.latin * 2 > letters.all() {
        latin(&text, allowed)?
    } else {
        by_script(&text)?
    };
    allowed.iter().find(|tag| primary(tag) == found).cloned()
}

/// How much that takes: the bytes that are passed over until enough is heard, and what is heard.
pub(super) fn steps(text: &str) -> u64 {
    let (heard, passed) = spoken(text);
    passed + heard.len() as u64
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// The text without what belongs to no language: addresses of pages and of mail, numbers, quoted lines. And how many
/// bytes were passed over to hear enough.
fn spoken(text: &str) -> (String, u64) {
    let is_spoken = |word: &&str| !word.contains("://") && !word.contains('@') && !word.starts_with("www.");
    let (mut spoken, mut passed) = (String::new(), 0);
    for line in text.lines() {
        if spoken.len() > LOOKED_AT_CHARS * 4 {
            break;
        }
        passed += line.len() as u64 + 1;
        if line.trim_start().starts_with('>') {
            continue;
        }
        for word in line.split_whitespace().filter(is_spoken) {
            spoken.extend([word, " "]);
            if spoken.len() > LOOKED_AT_CHARS * 4 {
                break;
            }
        }
    }
    (spoken.chars().take(LOOKED_AT_CHARS).collect(), passed)
}

#[derive(Debug, Default)]
struct Letters {
    latin: usize,
    han: usize,
    kana: usize,
    other: usize,
}

impl Letters {
    fn count(text: &str) -> Letters {
        let mut letters = Letters::default();
        for char in text.chars().filter(|char| char.is_alphabetic()) {
            match char {
                '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9D}' => {
                    letters.kana += 1;
                }
                '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3134F}' => {
                    letters.han += 1;
                }
                'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => letters.latin += 1,
                _ => letters.other += 1,
            }
        }
        letters
    }

    fn all(&self) -> usize {
        self.latin + self.han + self.kana + self.other
    }
}

/// Kana are Japanese alone. A Chinese sentence may name brands in Latin letters, but is not the smaller part.
fn east_asian(letters: &Letters) -> Option<&'static str> {
    if letters.kana > 0 {
        return (letters.kana + letters.han > letters.latin + letters.other).then_some("ja");
    }
    // A Latin word has about five letters where a Chinese one has two.
    (letters.han * 5 > letters.latin * 2 && letters.han > letters.other).then_some("zh")
}

fn latin(text: &str, allowed: &[String]) -> Option<&'static str> {
    let by_words = scores(text);
    let mut scores = by_words.clone();
    hear_letters(text, &mut scores);
    let best = scores.iter().max_by(|one, other| one.1.total_cmp(&other.1)).copied();
    let (found, score) = best.filter(|(_, score)| *score > 0.0)?.to_owned();
    let next = scores.iter().filter(|(tag, _)| *tag != found).map(|(_, score)| *score).fold(0.0, f32::max);
    let of_words = |is: fn(&str, &str) -> bool| {
        by_words.iter().filter(|(tag, _)| is(tag, found)).map(|(_, score)| *score).fold(0.0, f32::max)
    };
    let (spoken, next_spoken) = (of_words(|tag, found| tag == found), of_words(|tag, found| tag != found));
    let by_triples = Detector::new().detect(text);
    let guessed = by_triples.and_then(|guess| Some((tag_of(guess.lang())?, guess.confidence())));
    let agrees = guessed.is_some_and(|(tag, _)| tag == found);
    let is_clear = score >= SCORE_MIN && score >= next * LEAD;
    // Words that several languages share need the triples beside them.
    let is_backed = agrees && score > next && by_restricted(text, allowed) == Some(found);
    // Words and triples that are both sure, of two languages: the text is of neither, or of both.
    let is_torn =
        guessed.is_some_and(|(tag, confidence)| tag != found && confidence > CONFIDENCE_MIN) && score < 2.0;
    // So many words of another language are not borrowed.
    let is_mixed = next_spoken >= MIXED_MIN && next_spoken > spoken * MIXED_SHARE;
    ((is_clear || is_backed) && !is_torn && !is_mixed).then_some(found)
}

/// How much the little words of each language are heard: one that several have counts for each of them in parts.
fn scores(text: &str) -> Vec<(&'static str, f32)> {
    let mut scores: Vec<(&'static str, f32)> = LANGUAGES.iter().map(|tag| (*tag, 0.0)).collect();
    for word in text.split(|char: char| !char.is_alphabetic() && char != '\'' && char != '’') {
        let word = word.to_lowercase();
        let owners: Vec<usize> = WORDS
            .iter()
            .enumerate()
            .filter(|(_, words)| words.split(' ').any(|known| known == word))
            .map(|(place, _)| place)
            .collect();
        for owner in &owners {
            if let Some((_, score)) = scores.get_mut(*owner) {
                *score += 1.0 / owners.len() as f32;
            }
        }
    }
    scores
}

/// Letters of few languages count for those, as far as a word and a half.
fn hear_letters(text: &str, scores: &mut [(&'static str, f32)]) {
    for (letters, owners) in LETTERS {
        let heard =
            text.chars().flat_map(char::to_lowercase).filter(|char| letters.contains(*char)).take(3).count();
        let weight = heard as f32 * 0.5 / owners.len() as f32;
        for (_, score) in scores.iter_mut().filter(|(tag, _)| owners.contains(tag)) {
            *score += weight;
        }
    }
}

fn by_restricted(text: &str, allowed: &[String]) -> Option<&'static str> {
    let langs: Vec<Lang> = Lang::all()
        .iter()
        .copied()
        .filter(|lang| tag_of(*lang).is_some_and(|tag| allowed.iter().any(|allowed| primary(allowed) == tag)))
        .collect();
    Detector::with_allowlist(langs).detect(text).and_then(|guess| tag_of(guess.lang()))
}

/// Of other scripts: one that a single language writes, or sure triples.
fn by_script(text: &str) -> Option<&'static str> {
    let guess = Detector::new().detect(text)?;
    let is_only = matches!(
        guess.lang(),
        Lang::Ell | Lang::Tha | Lang::Kor | Lang::Kat | Lang::Hye | Lang::Khm | Lang::Tam | Lang::Tel
    );
    (is_only || guess.confidence() >= CONFIDENCE_MIN).then(|| tag_of(guess.lang())).flatten()
}

/// Its tag of two letters (BCP 47).
fn tag_of(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Eng => "en",
        Lang::Pol => "pl",
        Lang::Tgl => "tl",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Fra => "fr",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Nld => "nl",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "no",
        Lang::Fin => "fi",
        Lang::Ces => "cs",
        Lang::Slk => "sk",
        Lang::Ron => "ro",
        Lang::Hun => "hu",
        Lang::Tur => "tr",
        Lang::Ind => "id",
        Lang::Vie => "vi",
        Lang::Hrv => "hr",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Slv => "sl",
        Lang::Cat => "ca",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Bul => "bg",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Bel => "be",
        Lang::Ell => "el",
        Lang::Heb => "he",
        Lang::Ara => "ar",
        Lang::Pes => "fa",
        Lang::Urd => "ur",
        Lang::Hin => "hi",
        Lang::Mar => "mr",
        Lang::Nep => "ne",
        Lang::Ben => "bn",
        Lang::Guj => "gu",
        Lang::Pan => "pa",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Kan => "kn",
        Lang::Mal => "ml",
        Lang::Tha => "th",
        Lang::Kor => "ko",
        Lang::Jpn => "ja",
        Lang::Kat => "ka",
        Lang::Hye => "hy",
        Lang::Khm => "km",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let allowed = ["tl", "zh", "pl", "en"].map(str::to_owned);
        assert_eq!(detect(text, &allowed).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_sentence_is_of_its_language() {
        check("Where is my order? It should have been here on Monday.", Some("en"));
        check("Gdzie jest moja paczka? Miała przyjść w poniedziałek.", Some("pl"));
        check("Kumusta po, saan na po yung order ko? Hindi pa dumating.", Some("tl"));
        check("我想取消我的 Premium 订阅", Some("zh"));
        check("Nie działa mi aplikacja, proszę o pomoc https://shop.example/the/and/of", Some("pl"));
    }

    #[test]
    fn a_language_that_the_site_has_not_is_none_of_its_own() {
        for text in [
            "Guten Tag, wo bleibt mein Paket? Ich warte seit einer Woche.",
            "Bonjour, je voudrais savoir où est ma commande",
            "Hola, ¿dónde está mi pedido? No ha llegado todavía",
            "Dobrý den, kde je můj balík? Čekám už týden.",
            "Selamat siang, di mana paket saya? Sudah seminggu saya menunggu",
            "Wo ist meine Bestellung",
            "注文はいつ届きますか",
            "안녕하세요 주문이 아직 안 왔어요",
            "Где мой заказ? Я жду уже неделю",
            "Olá, onde está a minha encomenda?",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn short_and_mixed_texts_are_not_known() {
        for text in
            ["", "ok", "12345", "thanks", "asap pls", "Hello, 你好", "👍👍👍", "https://shop.example/order/1"]
        {
            check(text, None);
        }
        check("Where is my parcel? Gdzie jest moja paczka? I have paid for it. Zapłaciłem już za nią.", None);
    }

    #[test]
    fn a_tag_of_the_site_may_name_a_region() {
        assert_eq!(
            detect("我的包裹在哪里？我已经等了一个星期", &["zh-tw".to_owned()]).as_deref(),
            Some("zh-tw")
        );
        assert_eq!(detect("Where is my parcel?", &[]), None);
    }
}
