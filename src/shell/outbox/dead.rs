//! A dead letter: an input that was not understood, whole, or cut where it does not fit with what is said
//! about it.

use async_nats::{Client, HeaderMap};
use bytes::Bytes;

use crate::engine::effect::{Effect, EffectId};
use crate::wire::{BodyRef, Subjects};

use super::super::fenced::{FencedWriter, Outgoing};
use super::super::inbox::Delivery;
use super::super::nats::jetstream;
use super::super::site::Site;
use super::super::stored::{self, GetError};
use super::mark;

/// What is kept of an input's own headers.
pub const KEPT: [&str; 6] = [
    BodyRef::HEADER,
    Delivery::MAIL_FROM,
    Delivery::RCPT_TO,
    Delivery::LANGUAGE,
    "Content-Type",
    "traceparent",
];

/// Why it was refused, as a code of one word.
pub const CODE: &str = "Switchboard-Code";
/// The same as a sentence.
pub const REASON: &str = "Switchboard-Reason";
/// The subject that the input came by. DEAD holds it whole, so it is the true one, not what the journal tells.
pub const SUBJECT: &str = "Switchboard-Subject";
/// Its sequence in IN.
pub const INSEQ: &str = "Switchboard-Inseq";
/// How many bytes the input had, where it is not here whole; or that it is not here at all.
pub const CUT: &str = "Switchboard-Cut";
const GONE: &str = "gone";
/// Own headers of an input beyond this stay behind: they are a gateway's list of recipients, and the body says
/// more.
const OWN_BYTES_MAX: usize = 64 * 1024;
/// The longest header that says how much was cut.
const CUT_BYTES: usize = 48;

/// Makes dead letters.
pub(super) struct Burial {
    pub(super) client: Client,
    pub(super) site: Site,
    pub(super) subjects: Subjects,
}

impl Burial {
    /// The message for DEAD: the input as it came, as far as it fits, with the reason in its headers.
    pub(super) async fn letter(
        &self,
        id: EffectId,
        effect: &Effect,
        writer: &FencedWriter,
    ) -> Result<Option<Outgoing>, GetError> {
        let Effect::Bury { inseq, subject, code, reason, .. } = effect else { return Ok(None) };
        let js = jetstream(&self.client);
        let input = stored::get(&js, &self.site.stream_in(), *inseq).await?;
        let mut headers = input.as_ref().map_or_else(HeaderMap::new, |stored| own_headers(&stored.headers));
        mark::write(&mut headers, id);
        headers.insert(CODE, header_text(code).as_str());
        headers.insert(REASON, header_text(reason).as_str());
        let came_by = input.as_ref().map_or(subject.as_str(), |stored| &stored.subject);
        headers.insert(SUBJECT, header_text(came_by).as_str());
        headers.insert(INSEQ, inseq.to_string());
        let payload = if let Some(stored) = input {
            let room = writer.room_beside(&headers).unwrap_or(0).saturating_sub(CUT_BYTES);
            let (payload, cut) = fitted(stored.payload, room);
            cut.into_iter().for_each(|bytes| headers.insert(CUT, bytes.to_string()));
            payload
        } else {
            headers.insert(CUT, GONE);
            Bytes::new()
        };
        Ok(Some(Outgoing { subject: self.subjects.dead(subject), headers, payload }))
    }
}

/// The headers of an input that say something of it: the envelope of a mail, and what it is. Those that the
/// server acts on stay behind.
fn own_headers(headers: &HeaderMap) -> HeaderMap {
    let mut own = HeaderMap::new();
    let mut bytes = 0;
    for name in KEPT {
        for value in headers.get_all(name) {
            bytes += name.len() + value.as_str().len();
            if bytes <= OWN_BYTES_MAX {
                own.append(name, value.clone());
            }
        }
    }
    own
}

/// A body as far as there is room for it, and how long it was if it was cut.
fn fitted(payload: Bytes, room: usize) -> (Bytes, Option<usize>) {
    if payload.len() <= room { (payload, None) } else { (payload.slice(..room), Some(payload.len())) }
}

/// A header's value has one line.
fn header_text(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_cut_only_where_there_is_no_room_for_it() {
        assert_eq!(fitted(Bytes::from_static(b"abc"), 3), (Bytes::from_static(b"abc"), None));
        assert_eq!(fitted(Bytes::from_static(b"abcd"), 3), (Bytes::from_static(b"abc"), Some(4)));
    }

    #[test]
    fn own_headers_that_would_take_all_the_room_stay_behind() {
        let mut headers = HeaderMap::new();
        (0..3_000).for_each(|_| headers.append(Delivery::RCPT_TO, "somebody@a-rather-long-domain.example"));
        let kept = own_headers(&headers).get_all(Delivery::RCPT_TO).count();
        assert!(kept > 500 && kept < 3_000, "{kept}");
    }
}
