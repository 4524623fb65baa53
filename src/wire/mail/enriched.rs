//! Enriched text (RFC 1896) as plain text: commands go, a doubled bracket is one, and of the line ends in a row the first
//! is none.

/// The text without its commands; what stands in `<param>` is one.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let (mut chars, mut is_parameter) = (text.chars().peekable(), false);
    while let Some(char) = chars.next() {
        match char {
            '<' if chars.next_if_eq(&'<').is_some() => push(&mut plain, '<', is_parameter),
            '<' => {
                let command: String = chars.by_ref().take_while(|char| *char != '>').collect();
                match command.trim().to_ascii_lowercase().as_str() {
                    "param" => is_parameter = true,
                    "/param" => is_parameter = false,
                    "nl" => plain.push('\n'),
                    _ => {}
                }
            }
            '\n' => {
                let mut ends = 0;
                while chars.next_if_eq(&'\n').is_some() {
                    ends += 1;
                }
                plain.extend(std::iter::repeat_n(if ends == 0 { ' ' } else { '\n' }, ends.max(1)));
            }
            char => push(&mut plain, char, is_parameter),
        }
    }
    plain
}

fn push(plain: &mut String, char: char, is_parameter: bool) {
    if !is_parameter {
        plain.push(char);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn commands_go_and_lines_are_joined() {
        let written = "<bold>Hello</bold> <color><param>red</param>there</color>,\nyou <<3.\n\nBye<";
        assert_eq!(super::plain(written), "Hello there, you <3.\nBye");
        assert_eq!(super::plain(&"<".repeat(3)), "<");
    }
}
