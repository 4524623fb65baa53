//! What a whole text asks for: no further messages, messages again, help. A keyword counts only where it is all that
//! the text says; what merely sounds like one is for a person to judge. The text is stored and shown either way.
//!
//! English is always on, since carriers ask for STOP everywhere; further languages are those of the source.

mod fold;
mod review;
mod words;

use crate::domain::Keyword;

use words::{LISTS, Words};

/// Longer texts are no keyword, and nobody hides an opt-out so far behind.
const CHARS_MAX: usize = 2_000;

/// What a text asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// What it is.
    pub keyword: Keyword,
    /// The word of the list that it is, as the list writes it.
    pub word: Option<&'static str>,
}

/// What a whole text asks for, by the lists of these languages; `None` where it is an ordinary text.
pub(crate) fn asked(text: &str, languages: &[String]) -> Option<Asked> {
    if text.chars().nth(CHARS_MAX).is_some() {
        return None;
    }
    let lists = || LISTS.iter().filter(|words| is_on(words, languages));
    let spoken = fold::words(text);
    let whole = fold::joined(&spoken);
    let matches = |listed: &&&str| {
        let listed = fold::joined(&fold::words(listed));
        listed == whole || is_repeated(&listed, &spoken)
    };
    let find = |of: fn(&Words) -> &'static [&'static str]| {
        lists().find_map(|words| of(words).iter().find(matches)).copied()
    };
    let found = |keyword, word| Some(Asked { keyword, word: Some(word) });
    if whole.is_empty() {
        return None;
    }
    if let Some(word) = find(|words| words.out) {
        return found(Keyword::OptOut, word);
    }
    if let Some(word) = find(|words| words.back) {
        return found(Keyword::OptIn, word);
    }
    if let Some(word) = find(|words| words.help) {
        return found(Keyword::Help, word);
    }
    if let Some(word) = find(|words| words.yes) {
        return found(Keyword::OptInIfOut, word);
    }
    let is_odd = lists().any(|words| review::sounds_like_out(words.language, &spoken.join(" ")));
    is_odd.then_some(Asked { keyword: Keyword::Review, word: None })
}

/// How much that takes: the letters that are looked at, and those that are left folded once for each list.
pub(crate) fn steps(text: &str, languages: &[String]) -> u64 {
    let looked_at = text.chars().take(CHARS_MAX + 1).count();
    if looked_at > CHARS_MAX {
        return looked_at as u64;
    }
    let lists = LISTS.iter().filter(|words| is_on(words, languages)).count();
    (looked_at + fold::letters(text).len() * lists) as u64
}

/// The same as the engine is told it.
pub(crate) fn of(text: &str, languages: &[String]) -> Option<Keyword> {
    asked(text, languages).map(|asked| asked.keyword)
}

/// The list of English, and those that are named; `pt-BR` names `pt`.
fn is_on(words: &Words, languages: &[String]) -> bool {
    let primary = |tag: &String| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    words.language == "en" || languages.iter().any(|tag| primary(tag) == words.language)
}

/// `STOP STOP STOP` is `STOP`.
fn is_repeated(listed: &str, spoken: &[String]) -> bool {
    spoken.len() > 1 && spoken.iter().all(|word| word == listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str, language: &str) -> Option<Keyword> {
        asked(text, &[language.to_owned()]).map(|asked| asked.keyword)
    }

    #[test]
    fn a_keyword_is_the_whole_text_after_folding() {
        for text in [
            "stop.",
            " STOP! ",
            "“Stop”",
            "ＳＴＯＰ",
            "s\u{200b}top",
            "Opt-Out",
            "opt out",
            "stop stop",
            "STOP 🛑",
        ] {
            assert_eq!(judged(text, "en"), Some(Keyword::OptOut), "{text}");
        }
        for text in ["stop by the store", "The end", "cancel order 4411", "STOP 2", "non-stop", "", "🛑"] {
            assert_eq!(judged(text, "en"), None, "{text}");
        }
    }

    #[test]
    fn a_language_counts_where_it_is_on() {
        assert_eq!(judged("ABMELDEN", "en"), None);
        assert_eq!(judged("Abmelden!", "de"), Some(Keyword::OptOut));
        assert_eq!(judged("stop", "zh"), Some(Keyword::OptOut));
        assert_eq!(judged("退订。", "zh-CN"), Some(Keyword::OptOut));
        assert_eq!(judged("ايقاف", "ar"), Some(Keyword::OptOut), "hamza or not");
    }

    #[test]
    fn yes_counts_only_while_opted_out() {
        let yes = asked("Yes!", &[]).expect("a keyword");
        assert_eq!(yes.keyword, Keyword::OptInIfOut);
        let start = asked("START", &[]).expect("a keyword");
        assert_eq!(start.keyword, Keyword::OptIn);
    }

    #[test]
    fn what_sounds_like_it_goes_to_a_person() {
        for (text, language) in [
            ("please stop texting me", "en"),
            ("Stop it!", "en"),
            ("don’t text me again", "en"),
            ("take me off your list", "en"),
            ("I no longer want these messages", "en"),
            ("arrête de m’écrire", "fr"),
            ("ne m’envoyez plus de SMS", "fr"),
            ("dejen de enviarme mensajes", "es"),
            ("Bitte keine SMS mehr", "de"),
            ("Hören Sie auf, mir zu schreiben", "de"),
            ("parem de me mandar mensagem", "pt"),
            ("не пишите мне больше", "ru"),
            ("请不要再发短信给我", "zh"),
            ("توقفوا عن إرسال الرسائل", "ar"),
            ("תפסיקו לשלוח לי הודעות", "he"),
            ("proszę nie wysyłać mi więcej SMS", "pl"),
            ("smettetela di mandarmi messaggi", "it"),
            ("stuur mij geen berichten meer", "nl"),
            ("huwag na kayong magtext", "tl"),
        ] {
            assert_eq!(judged(text, language), Some(Keyword::Review), "{text}");
        }
        for (text, language) in [
            ("don’t stop texting me", "en"),
            ("the bus stop is closed", "en"),
            ("I did not get your text", "en"),
            ("Can I stop by and send you the papers?", "en"),
            ("no pares", "es"),
            ("es para enviar dinero", "es"),
            ("Halt an der Haltestelle", "de"),
            ("où est l’arrêt de bus", "fr"),
            ("я не получил сообщение", "ru"),
            ("不要发错地址", "zh"),
        ] {
            assert_eq!(judged(text, language), None, "{text}");
        }
    }

    /// Any text ends, whatever it holds, and a keyword among other letters is none.
    #[test]
    fn any_text_is_judged_in_bounded_time() {
        let mut rng = fastrand::Rng::with_seed(7);
        let bits = [
            "stop",
            " ",
            "-",
            "\u{200d}",
            "“",
            "e\u{301}",
            "STOP",
            "2",
            "退订",
            "إيقاف",
            "\u{202e}",
            "ﬀ",
            "me",
            "texting",
        ];
        let every: Vec<String> = LISTS.iter().map(|words| words.language.to_owned()).collect();
        for _ in 0..500 {
            let text: String = (0..rng.usize(0..60)).map(|_| bits[rng.usize(0..bits.len())]).collect();
            let first = asked(&text, &every);
            assert_eq!(
                first,
                asked(&format!(" \u{feff}“{text}”. "), &every),
                "ornaments change nothing: {text:?}"
            );
            let is_word = first.is_some_and(|asked| asked.word.is_some());
            assert!(
                !is_word || asked(&format!("{text} 4411x"), &every).is_none_or(|asked| asked.word.is_none())
            );
        }
    }
}
