//! Letters and shapes of words by which languages in Latin letters are told apart where no known word is among them.

/// Letters that few of these languages have, with who has them.
pub(super) const LETTERS: [(&str, &[&str]); 20] = [
    ("ł", &["pl"]),
    ("ś", &["pl"]),
    ("ź", &["pl"]),
    ("ż", &["pl", "mt"]),
    ("ćń", &["pl", "hr"]),
    ("ąę", &["pl", "lt"]),
    ("ß", &["de"]),
    ("äöü", &["de", "sv", "fi", "et", "hu", "tr", "sk", "az", "is"]),
    ("ěřů", &["cs", "hsb"]),
    ("šžč", &["cs", "sk", "hr", "sl", "lt", "lv", "et", "hsb"]),
    ("ľĺŕťď", &["sk", "cs"]),
    ("őű", &["hu"]),
    ("țșă", &["ro", "vi"]),
    ("ığşə", &["tr", "az"]),
    ("ñ¿¡", &["es", "gl", "eu", "tl"]),
    ("ãõ", &["pt", "vi", "et"]),
    ("ơưđ", &["vi", "hr"]),
    ("åøæðþ", &["sv", "da", "no", "is"]),
    ("ėųūįāēīķļņ", &["lt", "lv"]),
    ("èìòàçêûôœ", &["it", "fr", "ca", "vi", "pt", "cy"]),
];

/// How words of a language begin (`pre-`), end (`-end`) or sound within.
pub(super) const SHAPES: [(&str, &[&str]); 8] = [
    (
        "prze- przy- szcz- wsz- rz- -rze rzy rze- dzie- -dzi cz- -cz szcz -acja -acji -acje -acją -owych -owego -owej -owy \
         -owe -owa -owac -ować -ość -ości -osci -ego -emu -nych -nej -nym -czny -czna -czne -czych -szy -szych -wać -wac \
         -ają -aja -ach -ów -ami -iem -enie -enia -anie -ania -ciel -icz roz- -alny -alna -alne -bny -bna -bne -liśmy -liście -liscie -ście \
         -scie -ujemy -ający -ająca -ające -stwo -stwa -cję -cją -yczna -yczną",
        &["pl"],
    ),
    (
        "nag- mag- pag- naka- maka- pinag- ipa- ipina- ipag- nakaka- makaka- mapa- nagpa- magpa- pagka- pinaka- \
         kinaka- nakiki- makiki- pinapa- nagka- magka- -hin -ing -ang -ong",
        &["tl"],
    ),
    (
        "nag- mag- pag- naka- maka- gi- mi- mo- gipa- -hon -ton -ron -lon -kon -pon -bon -gon -don -non -won -mon -oon",
        &["ceb", "hil", "war", "bcl", "pam"],
    ),
    ("ag- nag- mang- nang- panang- -en", &["ilo"]),
    ("-ung -keit -heit -lich -ische -ischen ge- ver-", &["de"]),
    ("l' d' j' qu' n' c' s' m' t'", &["fr"]),
    ("-ción -ciones -cion -amente", &["es"]),
    ("-ing -tion -ness -able -ould -ght wh- -ed", &["en"]),
];

/// Who says that something is done, or will be, by the first syllable said twice.
pub(super) const DOUBLED: [&str; 3] = ["tl", "bcl", "pam"];
/// What stands before the doubled syllable of a verb.
const BEFORE: [&str; 22] = [
    "nakikipag",
    "makikipag",
    "nagpapa",
    "ipinag",
    "ipina",
    "nakaka",
    "makaka",
    "pinag",
    "nagpa",
    "magpa",
    "ipag",
    "naka",
    "maka",
    "nang",
    "mang",
    "pang",
    "pina",
    "nag",
    "mag",
    "pag",
    "na",
    "ma",
];

/// `nagbibigay`, `gumagawa`, `umaasa`, `lulutasin`.
pub(super) fn is_doubled(word: &str) -> bool {
    let has_end = ["in", "an"].iter().any(|end| word.ends_with(end)) && word.len() >= 7;
    let behind = BEFORE.iter().filter_map(|before| word.strip_prefix(before));
    begins_twice(word) && has_end || is_filled(word) || behind.into_iter().any(begins_twice)
}

fn is_vowel(letter: char) -> bool {
    "aeiou".contains(letter)
}

/// A consonant and a vowel, and both again.
fn begins_twice(word: &str) -> bool {
    let mut letters = word.chars();
    let mut next = || letters.next().unwrap_or(' ');
    let (first, second, third, fourth) = (next(), next(), next(), next());
    first.is_ascii_lowercase() && !is_vowel(first) && is_vowel(second) && (first, second) == (third, fourth)
}

/// `um` or `in` stands behind the first consonant of a doubled syllable, or before a doubled vowel.
fn is_filled(word: &str) -> bool {
    ["um", "in"].iter().any(|filling| {
        let within = |first: char| {
            let rest = word.strip_prefix(first)?.strip_prefix(filling)?;
            Some(begins_twice(&format!("{first}{rest}")))
        };
        let before = word.strip_prefix(filling).is_some_and(|rest| {
            let mut letters = rest.chars();
            let (first, second) = (letters.next(), letters.next());
            first == second && first.is_some_and(is_vowel)
        });
        before || word.chars().next().and_then(within).unwrap_or(false)
    })
}

#[cfg(test)]
mod tests {
    use super::is_doubled;

    #[test]
    fn a_syllable_that_is_said_twice_is_heard() {
        for word in [
            "nagbibigay",
            "gumagawa",
            "tinutulungan",
            "umaasa",
            "inaayos",
            "lulutasin",
            "nakikita",
            "pagsusulit",
        ] {
            assert!(is_doubled(word), "{word}");
        }
        for word in
            ["nagbigay", "gumawa", "tulungan", "banana", "coconut", "dinner", "umbrella", "in", "", "ńńa"]
        {
            assert!(!is_doubled(word), "{word}");
        }
    }
}
