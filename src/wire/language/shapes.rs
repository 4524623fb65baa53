//! Letters and shapes of words by which languages in Latin letters are told apart where no known word is among them.

/// Letters that few of these languages have, with who has them.
pub(super) const LETTERS: [(&str, &[&str]); 20] = [
    ("ł", &["pl", "hsb"]),
    ("ś", &["pl"]),
    ("ź", &["pl", "hsb"]),
    ("ż", &["pl", "mt"]),
    ("ćń", &["pl", "hr", "hsb"]),
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
         -ają -aja -ach -ów -ami -iem -enie -enia -anie -ania -ciel -icz roz- -alny -alna -alne -bny -bna -bne -liśmy -liście -liscie -ście -scie",
        &["pl"],
    ),
    (
        "nag- mag- pag- naka- maka- pinag- ipa- ipina- ipag- nakaka- makaka- mapa- nagpa- magpa- pagka- pinaka- \
         kinaka- nakiki- makiki- pinapa- nagka- magka- -hin -ing -ang -ong",
        &["tl"],
    ),
    ("nag- mag- pag- naka- maka- gi- mi- mo- gipa- -on -hon", &["ceb", "hil", "war", "bcl", "pam"]),
    ("ag- nag- mang- nang- panang- -en", &["ilo"]),
    ("-ung -keit -heit -lich -ische -ischen ge- ver-", &["de"]),
    ("l' d' j' qu' n' c' s' m' t'", &["fr"]),
    ("-ción -ciones -cion -amente", &["es"]),
    ("-ing -tion -ness -able -ould -ght wh- -ed", &["en"]),
];
