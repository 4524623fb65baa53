//! Content cut to what one record of the journal can hold. Limits bound each member; here their sum is,
//! as it stands in JSON, where a quote takes two bytes.

use crate::domain::Content;

use super::limits::CONTENT_BYTES_MAX;
use super::text;

/// To so much text, recipients and attachments a content is cut that is too large as a whole.
const TEXT_LEAST: usize = 4 * 1024;
const RECIPIENTS_LEAST: usize = 20;
const ATTACHMENTS_LEAST: usize = 20;

/// Cuts the text by halves, then the lists, until the content fits; and flags it.
pub(crate) fn fit(content: &mut Content) {
    if is_surely_small(content) || json_bytes(content) <= CONTENT_BYTES_MAX {
        return;
    }
    while json_bytes(content) > CONTENT_BYTES_MAX && content.text.len() > TEXT_LEAST {
        let half = content.text.len() / 2;
        text::cut(&mut content.text, half);
    }
    if json_bytes(content) > CONTENT_BYTES_MAX {
        content.to.truncate(RECIPIENTS_LEAST);
        content.attachments.truncate(ATTACHMENTS_LEAST);
    }
    let flag = "truncated";
    if !content.flags.iter().any(|known| known == flag) {
        content.flags.push(flag.to_owned());
    }
}

/// Most contents are: their size in JSON need not be counted.
fn is_surely_small(content: &Content) -> bool {
    content.text.len() < CONTENT_BYTES_MAX / 8 && content.to.len() < 20 && content.attachments.len() < 20
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
    fn what_fits_stays_whole() {
        let mut content = Content { text: "ł".repeat(100_000), ..Content::default() };
        let whole = content.clone();
        fit(&mut content);
        assert_eq!(content, whole);
    }
}
