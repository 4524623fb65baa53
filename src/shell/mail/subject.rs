//! The subject of an answer: `Re: ` once, whatever prefixes other mail programs have stacked on it
//! (field page channels 1.4).

/// What mail programs put before the subject of an answer, lower-case. A forward's prefix stays: the answer to
/// `Fwd: x` is `Re: Fwd: x`. Single letters are absent: they begin words in other languages.
const ANSWER: [&str; 24] = [
    "re", "réf", "ref", "aw", "antw", "antwort", "sv", "vs", "res", "rif", "odp", "vá", "ynt", "atb", "bls",
    "απ", "σχετ", "השב", "رد", "回复", "回覆", "答复", "返信", "회신",
];

/// The longest subject that we write, in bytes; longer ones are cut.
pub const SUBJECT_BYTES_MAX: usize = 500;

/// The subject of an answer to a mail of this subject.
pub fn answer_to(subject: &str) -> String {
    let base = base(subject);
    let answer = if base.is_empty() { "Re:".to_owned() } else { format!("Re: {base}") };
    one_line(&answer, SUBJECT_BYTES_MAX)
}

/// The subject without the prefixes of answers.
pub fn base(subject: &str) -> &str {
    let mut rest = trimmed(subject);
    while let Some(behind) = without_prefix(rest) {
        rest = trimmed(behind);
    }
    rest
}

/// A text as one line: what controls a terminal, a header or the direction of letters becomes a space, spaces
/// that follow each other one, and what is longer than so many bytes is cut between two letters.
pub fn one_line(text: &str, bytes_max: usize) -> String {
    let mut line = String::with_capacity(text.len().min(bytes_max));
    for word in text.split(|letter: char| letter.is_whitespace() || is_control(letter)) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > bytes_max {
            break;
        }
    }
    line.truncate(line.floor_char_boundary(bytes_max));
    line.truncate(line.trim_end().len());
    line
}

/// Whether a letter is none: it would end a header, or move what is behind it.
fn is_control(letter: char) -> bool {
    letter.is_control() || is_invisible(letter)
}

/// Marks of direction, separators of lines, and what has no width. The joiners stay: they are part of words and
/// of emoji.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{feff}')
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || is_control(letter))
}

/// What is behind one prefix: a word of the table, perhaps a count, a colon of either width.
fn without_prefix(subject: &str) -> Option<&str> {
    let (prefix, behind) = subject.split_once([':', '：'])?;
    let prefix = prefix.trim_end();
    let word = prefix.split_once(['[', '(', '^', '*']).map_or(prefix, |(word, _)| word).trim_end();
    let count = prefix.strip_prefix(word)?.trim_start();
    let is_count = count.chars().all(|letter| letter.is_ascii_digit() || "[]()^*".contains(letter));
    let known = ANSWER.contains(&word.to_lowercase().as_str());
    (known && is_count).then_some(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_bears_one_prefix_however_many_there_were() {
        for (subject, answer) in [
            ("Where is my parcel?", "Re: Where is my parcel?"),
            ("Re: Where is my parcel?", "Re: Where is my parcel?"),
            ("RE[2]: AW: Re :  Where is it", "Re: Where is it"),
            ("re(3): Antw: x", "Re: x"),
            ("SV: VS: Odp: x", "Re: x"),
            ("回复：你好", "Re: 你好"),
            ("RÉF : facture", "Re: facture"),
            ("Re:Re:Re:", "Re:"),
            ("", "Re:"),
        ] {
            assert_eq!(answer_to(subject), answer, "{subject}");
            assert_eq!(answer_to(&answer_to(subject)), answer_to(subject), "{subject}");
        }
    }

    #[test]
    fn what_only_looks_like_a_prefix_stays() {
        for subject in ["Fwd: x", "Report: x", "Re x", "Re [a]: x", "R: x", "10:30 today", "Ref 4711: x"] {
            assert_eq!(answer_to(subject), format!("Re: {subject}"));
        }
    }

    #[test]
    fn a_line_is_one_line_and_cut_between_letters() {
        assert_eq!(one_line(" a\r\nBcc: x@y\t\u{2028}b\u{0}\u{202e}c ", 99), "a Bcc: x@y b c");
        assert_eq!(one_line("ąąą", 5), "ąą");
        assert_eq!(one_line("a  b", 2), "a");
        assert_eq!(answer_to(&"ą".repeat(900)).len(), SUBJECT_BYTES_MAX);
        assert_eq!(one_line("👩\u{200d}🚀", 99), "👩\u{200d}🚀");
    }
}
