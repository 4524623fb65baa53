//! A text as a search for numbers sees it: digits, what may stand between them, and what bars them.

/// What a text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A digit with its place in the text.
    Digit(u8, usize),
    /// What may stand between two groups.
    Space,
    Dash,
    /// A tag of HTML that breaks no line, or a sign without width: nothing to a reader.
    Tag,
    /// `+`, behind which telephone numbers stand.
    Plus,
    /// `.` or `,`: before digits it makes them a fraction, and between fours it parts groups, as other signs do.
    Point(char),
    /// Another sign that people part groups with.
    Sign(char),
    /// A letter of ASCII, in upper case.
    Letter(u8),
    Other,
}

pub(super) fn pieces(text: &str, is_html: bool) -> Vec<Piece> {
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
        let entity = ENTITIES.iter().find(|(entity, _)| is_html && char == '&' && rest().starts_with(entity));
        if let Some((entity, piece)) = entity {
            chars.by_ref().take(entity.len() - 1).for_each(drop);
            pieces.push(*piece);
            continue;
        }
        pieces.push(piece(char, place));
    }
    pieces
}

fn piece(char: char, place: usize) -> Piece {
    match char {
        '+' | '\u{FF0B}' => Piece::Plus,
        '.' | ',' => Piece::Point(char),
        '/' | '_' | '|' | ':' | '·' | '•' | '\u{FF0E}' | '\u{30FB}' => Piece::Sign(char),
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' => Piece::Dash,
        _ if is_unseen(char) => Piece::Tag,
        _ if char.is_whitespace() => Piece::Space,
        _ => match digit(char) {
            Some(value) => Piece::Digit(value, place),
            None if char.is_ascii_alphabetic() => Piece::Letter(char.to_ascii_uppercase() as u8),
            None => Piece::Other,
        },
    }
}

/// What breaks no number for a reader either: signs without width, marks of direction, what makes a digit an emoji.
fn is_unseen(char: char) -> bool {
    matches!(
        char,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}' | '\u{20E3}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
    )
}

/// How cleaned HTML and HTML as it came write what is not seen or is a space.
const ENTITIES: [(&str, Piece); 12] = [
    ("&nbsp;", Piece::Space),
    ("&#160;", Piece::Space),
    ("&#xa0;", Piece::Space),
    ("&#xA0;", Piece::Space),
    ("&ensp;", Piece::Space),
    ("&emsp;", Piece::Space),
    ("&thinsp;", Piece::Space),
    ("&#8203;", Piece::Tag),
    ("&#x200b;", Piece::Tag),
    ("&zwnj;", Piece::Tag),
    ("&shy;", Piece::Tag),
    ("&ndash;", Piece::Dash),
];

fn is_tag(rest: &str) -> bool {
    rest.starts_with(|char: char| char.is_ascii_alphabetic() || char == '/' || char == '!')
}

/// Whether a tag breaks no line: digits before and behind it stand together.
fn is_inline(rest: &str) -> bool {
    const INLINE: [&str; 13] =
        ["a", "b", "i", "u", "em", "font", "mark", "small", "span", "strong", "sub", "sup", "wbr"];
    // A comment is not shown.
    if rest.starts_with('!') {
        return true;
    }
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let name = rest.split(|char: char| !char.is_ascii_alphanumeric()).next().unwrap_or_default();
    INLINE.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The value of a digit of the scripts that people type numbers in, and of the alphabets of mathematics, which pass for
/// type faces.
pub(super) fn digit(char: char) -> Option<u8> {
    const ZEROS: [u32; 20] = [
        0x30, 0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x17E0,
        0x1040, 0xFF10, 0x1_D7CE, 0x1_D7D8, 0x1_D7E2, 0x1_D7EC, 0x1_D7F6,
    ];
    let value = ZEROS.iter().find_map(|zero| (char as u32).checked_sub(*zero).filter(|value| *value < 10))?;
    u8::try_from(value).ok()
}
