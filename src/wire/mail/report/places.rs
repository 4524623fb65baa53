//! Where addresses stand in a line, and how much their place tells.

/// An address in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub address: &'a str,
    /// What stands before it.
    pub before: &'a str,
    /// What stands behind it.
    pub behind: &'a str,
}

/// Addresses of one line that are looked at.
const PLACES_MAX: usize = 50;

/// The addresses of a line.
pub(super) fn places(line: &str) -> Vec<Place<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, _) in line.match_indices('@').take(PLACES_MAX) {
        if at < from {
            continue;
        }
        let Some((head, tail)) = line.split_at_checked(at) else { continue };
        let Some(open) = head.get(from..) else { continue };
        let local = local_start(open);
        let begin = from + local;
        let Some(domain) = tail.get(1..) else { continue };
        let end = at + 1 + domain_length(domain);
        let (Some(address), Some(before), Some(behind)) =
            (line.get(begin..end), line.get(..begin), line.get(end..))
        else {
            continue;
        };
        if begin < at && end > at + 1 {
            found.push(Place { address, before, behind });
        }
        from = end.max(at + 1);
    }
    found
}

/// Where the local part begins that ends a text.
fn local_start(text: &str) -> usize {
    if let Some(quoted) = text.strip_suffix('"')
        && let Some(open) = quoted.rfind('"')
    {
        return open;
    }
    let plain = |char: char| char.is_alphanumeric() || "!#$%&*+-/=?^_{|}~.".contains(char);
    // Scripts without spaces put no end before an address; an address of such letters has no others.
    let is_ascii = text.ends_with(|char: char| char.is_ascii());
    let joins = |char: char| plain(char) && !(is_ascii && is_unspaced(char));
    // `o'neil` is a name, and `'neil` one in quotes.
    let mut is_letter = false;
    let start = text
        .char_indices()
        .rev()
        .take_while(|(at, char)| {
            let is_within = *char == '\'' && is_letter;
            is_letter = char.is_alphabetic();
            joins(*char)
                || is_within && text.get(..*at).is_some_and(|head| head.ends_with(char::is_alphabetic))
        })
        .last()
        .map_or(text.len(), |(at, _)| at);
    // X.400 and its kin write `SMTP=jo@x`; an end of a sentence sticks to it as a dot.
    let local = text.get(start..).unwrap_or_default();
    let lower = local.to_ascii_lowercase();
    let cut = if lower.starts_with("smtp=") { 5 } else { 0 };
    let dots = local
        .get(cut..)
        .unwrap_or_default()
        .bytes()
        .take_while(|byte| *byte == b'.' || *byte == b'=')
        .count();
    start + cut + dots
}

fn domain_length(text: &str) -> usize {
    if text.starts_with('[') {
        return text.find(']').map_or(0, |end| end + 1);
    }
    let host = |char: char| char.is_alphanumeric() || char == '-' || char == '.' || char == '_';
    let mut before = '.';
    let is_end = |char: char| {
        let joins = host(char) && !(before.is_ascii_alphanumeric() && is_unspaced(char));
        before = char;
        !joins
    };
    let end = text.find(is_end).unwrap_or(text.len());
    let name = text.get(..end).unwrap_or_default();
    name.trim_end_matches(['.', '-', '_']).len()
}

/// Letters of scripts that are written without spaces between words.
fn is_unspaced(char: char) -> bool {
    matches!(char, '\u{e00}'..='\u{eff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

impl Place<'_> {
    /// Whether the line begins with it, but for what lists begin with.
    pub fn leads(&self) -> bool {
        let before = self
            .before
            .trim_start_matches(|char: char| char.is_whitespace() || "><*-=\"'[({|•·".contains(char));
        let before = before.trim_end().trim_end_matches(['<', '[', '(', '"', '\'']).trim_end();
        let lower = before.to_ascii_lowercase();
        ["", "smtp:", "recipient:", "recipient: [smtp:", "recipient:  [smtp:", "to:[smtp:", "rfc822;", "address:", "user:", "mailbox:"]
            .contains(&lower.as_str())
            // A display name in quotes, or the address itself, may stand before.
            || (self.before.trim_end().ends_with('<') && before.trim_matches(['"', ' ', '\'']).eq_ignore_ascii_case(self.address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(line: &str) -> Vec<(&str, bool)> {
        places(line).iter().map(|place| (place.address, place.leads())).collect()
    }

    #[test]
    fn addresses_are_found_in_every_dress() {
        for (line, wanted) in [
            ("  <jo@x.test>:", vec![("jo@x.test", true)]),
            ("> jo@x.test", vec![("jo@x.test", true)]),
            ("\"jo@x.test\" <jo@x.test>", vec![("jo@x.test", true), ("jo@x.test", true)]),
            ("Recipient: [SMTP:jo@x.test]", vec![("jo@x.test", true)]),
            ("c=US;dda:SMTP=jo@x.TEST; on Friday", vec![("jo@x.TEST", false)]),
            ("to jo@x.test.", vec![("jo@x.test", false)]),
            ("\"jo doe\"@x.test: no", vec![("\"jo doe\"@x.test", true)]),
            ("jo@[192.0.2.1] and jö@ö.test", vec![("jo@[192.0.2.1]", true), ("jö@ö.test", false)]),
            ("to 'o'neil@x.test'", vec![("o'neil@x.test", false)]),
            ("收件人jo@x.test不存在", vec![("jo@x.test", false)]),
            ("收件人@x.公司", vec![("收件人@x.公司", true)]),
            ("@ @@ a@ @b ł@", vec![]),
        ] {
            assert_eq!(all(line), wanted, "{line}");
        }
    }
}
