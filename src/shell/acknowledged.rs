//! OUT holds what gateways have not acknowledged yet. What every consumer of a subject has acknowledged is purged,
//! subject by subject, since the gateway of one source knows nothing of the others.
//!
//! The newest message of ours always stays: it is the outbox's position. A subject that nobody reads is left to its
//! age, for a gateway that is set up later.

use std::collections::BTreeMap;

use async_nats::jetstream::Context;
use serde::Deserialize;
use serde_json::{Value, json};

use super::outbox::mark::{self, MarkError};
use super::site::Site;
use super::stored::{self, GetError};

/// What has been purged already, so that the server is asked only where there is more.
#[derive(Debug, Default)]
pub struct Acknowledged {
    purged: BTreeMap<String, u64>,
}

/// A consumer, as far as it concerns us.
#[derive(Debug, Deserialize)]
struct Reader {
    config: Filters,
    /// Up to and with this place it has acknowledged everything that it reads.
    ack_floor: Place,
}

#[derive(Debug, Default, Deserialize)]
struct Filters {
    #[serde(default)]
    filter_subject: Option<String>,
    #[serde(default)]
    filter_subjects: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Place {
    stream_seq: u64,
}

impl Acknowledged {
    /// Purges what is behind every consumer that reads it.
    pub async fn purge(&mut self, js: &Context, site: &Site) -> Result<(), MarkError> {
        let stream = site.stream_out();
        let (_, newest) = mark::newest(js, &stream).await?;
        let Some((newest, _)) = newest else { return Ok(()) };
        let Some(readers) = readers(js, &stream).await? else { return Ok(()) };
        for subject in stored::subjects(js, &stream, &site.subject("out.>")).await?.into_keys() {
            // Nobody reads the notes of our position but us.
            let done =
                if subject == site.subject("out.mark") { Some(newest) } else { floor(&readers, &subject) };
            let done = done.unwrap_or(0).min(newest.saturating_sub(1));
            if done > self.purged.get(&subject).copied().unwrap_or(0) {
                let asked = json!({ "filter": subject, "seq": done + 1 });
                let _: Value = stored::api(js, "STREAM.PURGE", &stream, &asked).await?;
                self.purged.insert(subject, done);
            }
        }
        Ok(())
    }
}

/// Every consumer of the stream; none where a server of the cluster does not tell its own just now.
async fn readers(js: &Context, stream: &str) -> Result<Option<Vec<Reader>>, GetError> {
    #[derive(Deserialize)]
    struct Page {
        total: usize,
        #[serde(default)]
        consumers: Option<Vec<Reader>>,
        #[serde(default)]
        missing: Option<Vec<String>>,
    }
    let mut readers = Vec::new();
    loop {
        let page: Page =
            stored::api(js, "CONSUMER.LIST", stream, &json!({ "offset": readers.len() })).await?;
        let told = page.consumers.unwrap_or_default();
        if page.missing.is_some_and(|missing| !missing.is_empty()) {
            return Ok(None);
        }
        let is_last = told.is_empty();
        readers.extend(told);
        if readers.len() >= page.total {
            return Ok(Some(readers));
        }
        // Some of them went while they were told.
        if is_last {
            return Ok(None);
        }
    }
}

/// How far everybody who reads this subject has come; none where nobody does.
fn floor(readers: &[Reader], subject: &str) -> Option<u64> {
    readers
        .iter()
        .filter(|reader| reader.config.reads(subject))
        .map(|reader| reader.ack_floor.stream_seq)
        .min()
}

impl Filters {
    fn reads(&self, subject: &str) -> bool {
        let one = self.filter_subject.iter().filter(|filter| !filter.is_empty());
        let mut all = one.chain(self.filter_subjects.iter().flatten()).peekable();
        all.peek().is_none() || all.any(|filter| covers(filter, subject))
    }
}

/// Whether a filter of NATS takes a subject: `*` stands for one token, `>` for all that follow.
fn covers(filter: &str, subject: &str) -> bool {
    let (mut filter, mut subject) = (filter.split('.'), subject.split('.'));
    loop {
        match (filter.next(), subject.next()) {
            (Some(">"), Some(_)) | (None, None) => return true,
            (Some(want), Some(token)) if want == "*" || want == token => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(filters: &[&str], stream_seq: u64) -> Reader {
        let filter_subjects = Some(filters.iter().map(|filter| (*filter).to_owned()).collect());
        Reader {
            config: Filters { filter_subject: Some(String::new()), filter_subjects },
            ack_floor: Place { stream_seq },
        }
    }

    #[test]
    fn the_slowest_of_those_who_read_a_subject_says_what_may_go() {
        let readers =
            [reader(&["p.out.sms.line"], 9), reader(&["p.out.*.line"], 7), reader(&["p.out.chat.>"], 2)];
        assert_eq!(floor(&readers, "p.out.sms.line"), Some(7));
        assert_eq!(floor(&readers, "p.out.chat.web"), Some(2));
        assert_eq!(floor(&readers, "p.out.sms.other"), None);
        assert_eq!(floor(&readers, "p.out.sms.line.more"), None);
        assert_eq!(floor(&[reader(&[], 5)], "p.out.sms.other"), Some(5));
    }
}
