//! Ids of mails, as headers may name them.

/// How many ids References names at most: the first, which begins the thread, and the newest.
pub const REFERENCES_MAX: usize = 20;
/// The longest id that is named: a line of a header has at most 998 bytes and an id cannot be folded.
const ID_BYTES_MAX: usize = 900;
/// The domain of ids that the decoder made up for a mail without one: no program knows them.
const SYNTHETIC: &str = "@synthetic";

/// The thread that an answer belongs to: the ids that the answered mail names, and its own. Of more than
/// [`REFERENCES_MAX`] the first and the newest stay.
pub fn thread(references: &[String], answered: Option<&str>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in references.iter().map(String::as_str).chain(answered).filter(|id| is_id(id)) {
        // The answered mail's own id stands last, wherever else it was named.
        ids.retain(|known| known != id);
        ids.push(id.to_owned());
    }
    if ids.len() > REFERENCES_MAX {
        ids.drain(1..=ids.len() - REFERENCES_MAX);
    }
    ids
}

/// Whether a text can be named as an id: it cannot leave its brackets, nor its line.
pub fn is_id(id: &str) -> bool {
    let printable = id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<' && byte != b'>');
    printable && !id.is_empty() && id.len() <= ID_BYTES_MAX && !id.ends_with(SYNTHETIC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_keeps_its_first_and_its_newest_ids_and_only_ids() {
        let ids: Vec<String> = (0..50).map(|number| format!("{number}@x")).collect();
        let kept = thread(&ids, Some("50@x"));
        assert_eq!(kept.len(), REFERENCES_MAX);
        assert_eq!((kept[0].as_str(), kept[1].as_str(), kept[19].as_str()), ("0@x", "32@x", "50@x"));
        let odd = ["a b@x", "a>@x", "", "ł@x", "7f@synthetic"].map(str::to_owned);
        assert_eq!(thread(&odd, Some("1@x")), ["1@x"]);
        assert_eq!(thread(&["1@x".to_owned(), "2@x".to_owned()], Some("1@x")), ["2@x", "1@x"]);
    }
}
