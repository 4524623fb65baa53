//! Names of files that are safe to show and to save: no folders, no control characters, none that turn the direction
//! of writing, so that `exe` cannot look like `pdf`, none that a system takes for a device.

use super::limits::FILENAME_BYTES_MAX;
use super::text;

/// The longest ending that a cut name keeps.
const ENDING_BYTES_MAX: usize = 16;

/// A name made safe, and what it was where that differs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Safe {
    pub name: Option<String>,
    pub original: Option<String>,
    /// It was longer than a name may be.
    pub is_cut: bool,
}

/// A name that is safe to show and to save.
pub(crate) fn safe(written: &str) -> Safe {
    let original = text::line(written, FILENAME_BYTES_MAX * 4);
    let visible: String = written.chars().filter(|char| !is_hidden(*char)).collect();
    let base = visible.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let whole = text::line(base, FILENAME_BYTES_MAX * 4);
    // What ends with dots and spaces loses them on some systems, and with them shows another ending.
    let whole = whole.trim_start_matches([' ', '\u{a0}']).trim_end_matches([' ', '\u{a0}', '.']);
    let device = if is_device(whole) { "_" } else { "" };
    let whole = format!("{device}{whole}");
    let name = short(&whole);
    let is_cut = name.len() < whole.len();
    let name = Some(name).filter(|name| !name.is_empty());
    let original = Some(original).filter(|it| !it.is_empty() && name.as_ref() != Some(it));
    Safe { name, original, is_cut }
}

/// Direction marks and characters without width (Unicode Bidi_Control and kin).
fn is_hidden(char: char) -> bool {
    matches!(char, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || char == '\0'
}

/// `CON`, `nul.txt`: what some systems open in the place of a file.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let port =
        |kind: &str| stem.strip_prefix(kind).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']));
    ["con", "prn", "aux", "nul"].contains(&stem.as_str()) || port("com") || port("lpt")
}

/// Cut before its ending, which says what it is.
fn short(name: &str) -> String {
    if name.len() <= FILENAME_BYTES_MAX {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|it| it.len() <= ENDING_BYTES_MAX);
    let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
    let mut stem = name.strip_suffix(&ending).unwrap_or(name).to_owned();
    text::cut(&mut stem, FILENAME_BYTES_MAX - ending.len());
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// mail-E51: folders and direction marks go, the original stays.
    #[test]
    fn a_name_is_safe_and_the_original_is_kept() {
        for (written, name) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.txt", "a.txt"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("folder/", "folder"),
            ("CON", "_CON"),
            ("lpt1.pdf", "_lpt1.pdf"),
            ("a.exe. ", "a.exe"),
        ] {
            let safe = safe(written);
            assert_eq!(safe.name.as_deref(), Some(name), "{written:?}");
            assert!(safe.original.is_some(), "{written:?}");
        }
        assert_eq!(safe("console.txt").name.as_deref(), Some("console.txt"));
        assert_eq!(safe("plan.pdf"), Safe { name: Some("plan.pdf".to_owned()), ..Safe::default() });
        assert_eq!(safe("..").name, None);
        assert_eq!(safe("a\r\n\0b\u{7}.txt").name.as_deref(), Some("a b .txt"));
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let safe = safe(&format!("{}.pdf", "客".repeat(300)));
        let name = safe.name.unwrap();
        assert!(safe.is_cut && name.len() <= FILENAME_BYTES_MAX && name.ends_with("客.pdf"));
    }
}
