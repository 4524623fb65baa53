//! Content cut to what one record of the journal can hold. Limits bound each member; here their sum is,
//! as it stands in JSON, where a quote takes two bytes.

use crate::domain::Content;

use super::clean::{DATA_DROPPED, TRUNCATED};
use super::limits::CONTENT_BYTES_MAX;
use super::mail::Flags;
use super::text;

/// To so much text, recipients, attachments and cards a content is cut that is too large as a whole.
const TEXT_LEAST: usize = 4 * 1024;
const RECIPIENTS_LEAST: usize = 20;
const ATTACHMENTS_LEAST: usize = 20;
const CARDS_LEAST: usize = 20;

/// Drops what the text says too, then the bytes of files; cuts the text by halves, then the lists, until the content
/// fits; and flags it.
pub(crate) fn fit(content: &mut Content) {
    if is_surely_small(content) || !is_large(content) {
        return;
    }
    (content.html_clean, content.text_stripped) = (None, None);
    let mut flags = Flags(std::mem::take(&mut content.flags));
    if is_large(content) {
        let dropped = content.attachments.iter_mut().filter_map(|file| file.data_base64.take()).count();
        flags.raise(dropped > 0, DATA_DROPPED);
    }
    while is_large(content) && content.text.len() > TEXT_LEAST {
        let half = content.text.len() / 2;
        text::cut(&mut content.text, half);
    }
    if is_large(content) {
        content.to.truncate(RECIPIENTS_LEAST);
        content.attachments.truncate(ATTACHMENTS_LEAST);
        content.contacts.truncate(CARDS_LEAST);
    }
    flags.raise(true, TRUNCATED);
    content.flags = flags.0;
}

/// Most contents are: their size in JSON need not be counted.
fn is_surely_small(content: &Content) -> bool {
    let texts = [&content.html_clean, &content.text_stripped, &content.payload].into_iter().flatten();
    let data = content.attachments.iter().filter_map(|file| file.data_base64.as_ref());
    let long: usize = texts.chain(data).map(String::len).sum();
    let lists = [content.to.len(), content.attachments.len(), content.contacts.len()];
    content.text.len() + long < CONTENT_BYTES_MAX / 8 && lists.iter().all(|entries| *entries < 20)
}

fn is_large(content: &Content) -> bool {
    json_bytes(content) > CONTENT_BYTES_MAX
}

fn json_bytes(content: &Content) -> usize {
    serde_json::to_vec(content).map_or(usize::MAX, |json| json.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Attachment, Party};

    #[test]
    fn what_is_large_as_a_whole_is_cut_until_it_fits_and_flagged() {
        let party = Party { address: "\"".repeat(320), name: Some("\"".repeat(256)) };
        let attachment = Attachment { url: Some("\"".repeat(2_048)), ..Attachment::default() };
        let mut content = Content {
            text: "\"".repeat(256 * 1024),
            to: vec![party; 200],
            attachments: vec![attachment; 100],
            ..Content::default()
        };
        fit(&mut content);
        assert!(json_bytes(&content) <= CONTENT_BYTES_MAX);
        assert_eq!(content.flags, ["truncated"]);
    }

    #[test]
    fn what_the_text_says_too_goes_first_and_then_the_bytes_of_files() {
        let text = "\"".repeat(200 * 1024);
        let file = Attachment { data_base64: Some("A".repeat(64 * 1024)), ..Attachment::default() };
        let mut content = Content {
            text: text.clone(),
            html_clean: Some(text.clone()),
            attachments: vec![file; 5],
            ..Content::default()
        };
        fit(&mut content);
        assert!(json_bytes(&content) <= CONTENT_BYTES_MAX);
        assert_eq!((content.html_clean, content.text), (None, text));
        assert_eq!((content.attachments.len(), content.flags.len()), (5, 2));
    }

    #[test]
    fn what_fits_stays_whole() {
        let mut content = Content { text: "ł".repeat(100_000), ..Content::default() };
        let whole = content.clone();
        fit(&mut content);
        assert_eq!(content, whole);
    }
}
