//! What a program does not show: the line that shops hide for the preview of an inbox, and pictures that
//! report.

use super::plain::references;
use super::scan::Tag;

/// What an element says of the size of its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// They are not seen, unless an element within says another size, as programs write columns.
    Zero,
    Seen,
}

/// Whether an element is there to be not seen.
pub(super) fn is_hidden(tag: &Tag<'_>) -> bool {
    if tag.attributes.is_empty() {
        return false;
    }
    if tag.attribute("hidden").is_some() || is_preheader(tag) {
        return true;
    }
    let Some(style) = style(tag) else { return false };
    let mut small = Small::default();
    let painted = tag.attribute("color").filter(|_| tag.is(&["font"])).map(str::to_ascii_lowercase);
    if let Some(painted) = painted.as_deref() {
        small.paint(painted);
    }
    for declaration in style.split(';') {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let value = value.trim_end_matches("!important");
        match name {
            "display" if value == "none" => return true,
            "visibility" if matches!(value, "hidden" | "collapse") => return true,
            // A link is hidden from one program that is shown a drawn one in its place.
            "mso-hide" if value == "all" && !tag.is(&["a"]) => return true,
            "opacity" if is_zero(value) => return true,
            "font-size" => small.is_tiny = matches!(value, "1px" | "0.1px" | "1pt"),
            "color" => small.paint(value),
            "background-color" | "background" => small.ground = Some(colour(value)),
            "max-height" | "height" => small.is_flat |= is_zero(value),
            "line-height" => small.is_flat |= matches!(value, "0" | "0px"),
            "max-width" | "width" => small.is_thin |= is_zero(value),
            "overflow" => small.is_cut |= value == "hidden",
            "text-indent" | "left" | "top" | "margin-left" if is_far_out(value) => return true,
            "clip"
                if value.starts_with("rect(0") && value.bytes().all(|byte| !matches!(byte, b'1'..=b'9')) =>
            {
                return true;
            }
            _ => {}
        }
    }
    let is_same =
        small.colour.is_some() && small.colour == small.ground || small.colour == Some("transparent");
    is_same || small.is_tiny && small.is_pale || (small.is_flat || small.is_thin) && small.is_cut
}

/// Signs that hide only together.
#[derive(Default)]
struct Small<'a> {
    /// Of the letters, and of what they stand on.
    colour: Option<&'a str>,
    ground: Option<&'a str>,
    is_tiny: bool,
    is_pale: bool,
    is_flat: bool,
    is_thin: bool,
    is_cut: bool,
}

impl<'a> Small<'a> {
    fn paint(&mut self, value: &'a str) {
        let colour = colour(value);
        self.is_pale = matches!(colour, "transparent" | "#fff");
        self.colour = Some(colour);
    }
}

/// What an element says of its letters' size; `None` where it says nothing, or so much of what is around it.
pub(super) fn size(tag: &Tag<'_>) -> Option<Size> {
    let style = style(tag)?;
    let declarations = style.split(';').filter_map(|declaration| declaration.split_once(':'));
    let size = |(name, value): (&str, &str)| {
        let value = value.trim_end_matches("!important");
        let is_relative = value.ends_with('%') || value.ends_with("em") && !value.ends_with("rem");
        match name {
            "font-size" if is_zero(value) => Some(Size::Zero),
            "font" if value.starts_with("0/") || value.starts_with("0px") => Some(Size::Zero),
            "font-size" if is_relative || value == "inherit" => None,
            "font-size" => Some(Size::Seen),
            "font" if value.contains(|letter: char| matches!(letter, '1'..='9')) => Some(Size::Seen),
            _ => None,
        }
    };
    declarations.filter_map(size).next_back()
}

/// A style as it is compared: in lower case, without white space and comments.
fn style(tag: &Tag<'_>) -> Option<String> {
    let style = references(tag.attribute("style")?);
    let mut plain = String::with_capacity(style.len());
    let mut rest = style.as_str();
    while let Some((before, behind)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = behind.split_once("*/").map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain.retain(|letter| !letter.is_whitespace());
    Some(plain.to_ascii_lowercase())
}

/// Marketing programs call it so.
fn is_preheader(tag: &Tag<'_>) -> bool {
    let mut words = tag.attribute("class").unwrap_or_default().split_ascii_whitespace();
    words.any(|word| {
        ["preheader", "mcnpreviewtext", "preview-text", "hidden-preheader"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(word))
    })
}

/// A colour in one spelling; of white, which hides most, all are one.
fn colour(value: &str) -> &str {
    match value {
        "white" | "#ffffff" | "rgb(255,255,255)" | "#ffffffff" => "#fff",
        "black" | "#000000" | "rgb(0,0,0)" => "#000",
        "rgba(0,0,0,0)" => "transparent",
        other => other,
    }
}

/// Beside every screen.
fn is_far_out(value: &str) -> bool {
    let number = value.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    number.parse::<f32>().is_ok_and(|number| number <= -999.0)
}

fn is_zero(value: &str) -> bool {
    let number = value.trim_end_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '%');
    !number.is_empty() && number.chars().all(|letter| matches!(letter, '0' | '.'))
}
