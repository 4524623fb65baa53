//! The line that a finding points at, to be drawn. It comes without secrets (see `redact`); a line longer than
//! a screen is cut around the place.

use std::ops::Range;

/// The most bytes of a line that are shown.
const LINE_BYTES_MAX: usize = 200;

/// One line of a file, without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, or the part of it around the place.
    pub text: String,
    /// The bytes of `text` that are meant.
    pub span: Range<usize>,
    /// Whether `text` is the whole line.
    pub is_whole: bool,
}

impl Excerpt {
    /// Without the value that is meant, or whose key is, and all that follows on the line.
    pub(super) fn without_value(self) -> Excerpt {
        let meant = self.text.get(self.span.clone()).unwrap_or_default();
        let behind = self.text.get(self.span.end..).unwrap_or_default();
        let from = match behind.split_once('=') {
            _ if meant.contains(['"', '\'']) => self.span.start,
            Some((_, value)) => self.text.len() - value.trim_start().len(),
            None => self.text.len(),
        };
        let shown = self.text.get(..from).unwrap_or_default();
        let hidden = "*".repeat(self.text.len() - shown.len());
        Excerpt { text: format!("{shown}{hidden}"), ..self }
    }
}

/// The line on which the range begins.
pub(super) fn cut(text: &str, range: Range<usize>) -> Excerpt {
    let begin = range.start.min(text.len());
    let before = text.get(..begin).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let end = text.get(begin..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| begin + end);
    let line = text.get(start..end).unwrap_or_default();
    let span = (begin - start).min(line.len())..range.end.clamp(begin, end.max(begin)).saturating_sub(start);
    window(line, span)
}

fn window(line: &str, span: Range<usize>) -> Excerpt {
    let line = line.trim_end_matches('\r');
    if line.len() <= LINE_BYTES_MAX {
        let span = span.start.min(line.len())..span.end.min(line.len());
        return Excerpt { text: line.to_owned(), span, is_whole: true };
    }
    let from = floor(line, span.start.saturating_sub(LINE_BYTES_MAX / 4).min(line.len()));
    let to = floor(line, (from + LINE_BYTES_MAX).min(line.len()));
    let text = line.get(from..to).unwrap_or_default().to_owned();
    let within = |byte: usize| byte.clamp(from, to) - from;
    Excerpt { span: within(span.start)..within(span.end), text, is_whole: false }
}

/// The nearest start of a character at or before the byte.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or_default()
}
