//! In which of the site's languages a text is written; nothing where that is not sure, since a wrong guess sends a
//! contact to somebody who cannot read him.
//!
//! Three witnesses: the script, the words and letters that tell languages of one script apart, and letter triples
//! (whatlang). Words are also asked of languages that the site does not have: a German text is not the best fit among
//! English and Polish, nor a Cebuano one Tagalog because nobody asked.

mod han;
mod latin;
mod shapes;
mod tags;
mod words;

use whatlang::{Detector, Lang};

/// So much of a text is looked at; what it is in shows at its head.
const LOOKED_AT_CHARS: usize = 2_000;
/// Fewer letters say nothing.
const LETTERS_MIN: usize = 8;
/// So sure triples must be where there is nothing but them.
const CONFIDENCE_MIN: f64 = 0.5;

/// The language of a text among these, as a tag of theirs; none where it is another, mixed or not sure.
pub fn detect(text: &str, allowed: &[String]) -> Option<String> {
    if allowed.is_empty() {
        return None;
    }
    let (text, _) = spoken(text);
    let letters = Letters::count(&text);
    let found = if letters.han + letters.kana > 0 {
        east_asian(&text, &letters)?
    } else if letters.all() < LETTERS_MIN {
        return None;
    } else if letters.latin * 2 > letters.all() {
        {
            let unquoted = without_quotes(&text);
            // What a screen said is quoted in the language of the screen.
            latin::detect(if latin::is_enough(&unquoted) { &unquoted } else { &text })?
        }
    } else {
        by_script(&text)?
    };
    allowed.iter().find(|tag| language_of(tag) == found).cloned()
}

/// How much that takes: the bytes that are passed over until enough is heard, and what is heard.
pub(super) fn steps(text: &str) -> u64 {
    let (heard, passed) = spoken(text);
    passed + heard.len() as u64
}

/// What a tag calls the language, whatever the region; some have a second name.
fn language_of(tag: &str) -> &str {
    match tag.split('-').next().unwrap_or(tag) {
        "fil" => "tl",
        "cmn" => "zh",
        "nb" | "nn" => "no",
        "bik" => "bcl",
        primary => primary,
    }
}

/// The text without what belongs to no language: addresses of pages and of mail, names of files, numbers of orders,
/// quoted lines. And how many bytes were passed over to hear enough.
fn spoken(text: &str) -> (String, u64) {
    let (mut spoken, mut passed) = (String::new(), 0);
    for line in text.lines() {
        if spoken.len() > LOOKED_AT_CHARS * 4 {
            break;
        }
        passed += line.len() as u64 + 1;
        if line.trim_start().starts_with('>') {
            continue;
        }
        for word in line.split_whitespace().filter(|word| is_spoken(word)) {
            spoken.extend([word, " "]);
            if spoken.len() > LOOKED_AT_CHARS * 4 {
                break;
            }
        }
    }
    (spoken.chars().take(LOOKED_AT_CHARS).collect(), passed)
}

fn is_spoken(word: &str) -> bool {
    if word.contains("://") || word.contains(['@', '_', '{', '<']) || word.starts_with("www.") {
        return false;
    }
    // Only where letters are ASCII: other scripts write their sentences without spaces.
    let is_code = word.contains(|char: char| char.is_ascii_digit());
    let is_file =
        word.split('.').skip(1).any(|rest| rest.starts_with(|char: char| char.is_ascii_alphanumeric()));
    !(word.is_ascii() && (is_code || is_file))
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
                _ if han::is_han(char) => letters.han += 1,
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

/// Kana are Japanese alone. Without them letters of Han are Chinese if some of them are written there only. A Chinese
/// sentence may name brands in Latin letters and quote what a screen says, but those are not the larger part of it.
fn east_asian(text: &str, letters: &Letters) -> Option<&'static str> {
    if letters.kana > 0 {
        return (letters.kana + letters.han > letters.latin + letters.other).then_some("ja");
    }
    let unquoted = without_quotes(text);
    let aside = Letters::count(&unquoted);
    let heard = if han::is_enough(aside.han) { &aside } else { letters };
    // A Latin word has about five letters where a Chinese one has two.
    let is_larger = heard.han * 5 > heard.latin * 2 && heard.han > heard.other;
    (is_larger && han::is_chinese(text)).then_some("zh")
}

/// A text without what stands in quotation marks.
fn without_quotes(text: &str) -> String {
    const MARKS: [(char, char); 6] =
        [('"', '"'), ('“', '”'), ('「', '」'), ('『', '』'), ('«', '»'), ('„', '”')];
    let (mut kept, mut closes, mut quoted) = (String::new(), None, String::new());
    for char in text.chars() {
        match closes {
            Some(close) if char == close => {
                closes = None;
                quoted.clear();
            }
            Some(_) => quoted.push(char),
            None => match MARKS.iter().find(|(open, _)| *open == char) {
                Some((_, close)) => closes = Some(*close),
                None => kept.push(char),
            },
        }
    }
    // A mark that is never closed quotes nothing.
    kept + &quoted
}

/// Of other scripts: one that a single language writes, or sure triples.
fn by_script(text: &str) -> Option<&'static str> {
    let guess = Detector::new().detect(text)?;
    let is_only = matches!(
        guess.lang(),
        Lang::Ell | Lang::Tha | Lang::Kor | Lang::Kat | Lang::Hye | Lang::Khm | Lang::Tam | Lang::Tel
    );
    (is_only || guess.confidence() >= CONFIDENCE_MIN).then(|| tags::tag_of(guess.lang())).flatten()
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
