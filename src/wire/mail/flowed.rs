//! Text that may flow (RFC 3676): a line that ends with a space goes on in the next one of the same depth of quotes.
//! What begins with a space was stuffed; `-- ` begins a signature and never flows.

/// The text with its paragraphs on one line each.
pub(super) fn unflow(text: &str, deletes_space: bool) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let (depth, content) = quoted(line);
        let is_signature = content == "-- ";
        let goes_on = open == Some(depth) && !is_signature;
        if !goes_on {
            if open.is_some() {
                plain.push('\n');
            }
            plain.extend(std::iter::repeat_n('>', depth));
            if depth > 0 && !content.is_empty() {
                plain.push(' ');
            }
        }
        let flows = content.ends_with(' ') && !is_signature;
        plain.push_str(if flows && deletes_space {
            content.strip_suffix(' ').unwrap_or(content)
        } else {
            content
        });
        open = Some(depth).filter(|_| flows);
        if !flows {
            plain.push('\n');
        }
    }
    plain
}

/// How deep a line is quoted, and what it says without stuffing.
fn quoted(line: &str) -> (usize, &str) {
    let content = line.trim_start_matches('>');
    let depth = line.len() - content.len();
    (depth, content.strip_prefix(' ').unwrap_or(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_flow_within_their_depth() {
        let text = "This is one \nline.\n> quoted \n> text\n>> deeper\n  stuffed\n-- \nsig \n-- \nx\n";
        assert_eq!(
            unflow(text, false),
            "This is one line.\n> quoted text\n>> deeper\n stuffed\n-- \nsig \n-- \nx\n"
        );
    }

    #[test]
    fn a_space_that_only_marks_goes() {
        assert_eq!(unflow("This is one \nline.\n-- \nsig\n", true), "This is oneline.\n-- \nsig\n");
        assert_eq!(unflow("end \n> q\n", true), "end\n> q\n");
    }
}
