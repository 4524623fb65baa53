//! The mailboxes of everybody outside: a folder where a relay puts each mail that it has got, as
//! `NUMBER.json` with what a mail program reads in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::script::Letter;

/// How often the folder is looked into.
const LOOK: Duration = Duration::from_millis(50);

/// A mail that arrived.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Mail {
    /// The recipients of its envelope.
    pub to: Vec<String>,
    headers: BTreeMap<String, String>,
    pub text: String,
}

/// Tells each mail of the folder, in the order of their numbers. It ends when the receiver is dropped.
pub fn watch(folder: PathBuf) -> mpsc::UnboundedReceiver<Mail> {
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut number = 1_u64;
        while !sender.is_closed() {
            match read(&folder.join(format!("{number}.json"))).await {
                Some(mail) => {
                    number += 1;
                    if sender.send(mail).is_err() {
                        return;
                    }
                }
                None => sleep(LOOK).await,
            }
        }
    });
    receiver
}

/// None while it is not there. A file that is no mail is one without headers: the summary misses it.
async fn read(path: &Path) -> Option<Mail> {
    let bytes = tokio::fs::read(path).await.ok()?;
    Some(serde_json::from_slice(&bytes).unwrap_or_default())
}

impl Mail {
    /// A header, decoded; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Its Message-ID, without brackets.
    pub fn message_id(&self) -> Option<&str> {
        bare(self.header("Message-ID"))
    }

    /// The one mail that it answers, without brackets.
    pub fn in_reply_to(&self) -> Option<&str> {
        bare(self.header("In-Reply-To"))
    }

    /// Whether the program of who wrote this letter shows the mail beneath it: to the writer, with the letter
    /// last in its References, and the subject with one `Re:`.
    pub fn threads(&self, letter: &Letter) -> bool {
        let last = self.header("References").split_whitespace().last().and_then(bare);
        let subject = letter.subject.as_deref().unwrap_or_default();
        let expected = format!("Re: {}", subject.strip_prefix("Re: ").unwrap_or(subject));
        self.to == [letter.from.as_str()]
            && last == Some(letter.id.as_str())
            && self.header("Subject") == expected
    }
}

fn bare(id: &str) -> Option<&str> {
    id.trim().strip_prefix('<')?.strip_suffix('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_threads_by_its_recipient_its_references_and_its_subject() {
        let letter: Letter = serde_json::from_str(
            r#"{"id":"a@x","channel":"email","from":"ann@x","name":"Ann","language":"en","subject":"Re: Shoes",
                "text":"?","reply":"!"}"#,
        )
        .expect("a letter");
        let mail = |to: &str, subject: &str, references: &str| Mail {
            to: vec![to.to_owned()],
            headers: [("Subject", subject), ("References", references)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            text: String::new(),
        };
        assert!(mail("ann@x", "Re: Shoes", "<first@x> <a@x>").threads(&letter));
        assert!(!mail("bob@x", "Re: Shoes", "<a@x>").threads(&letter));
        assert!(!mail("ann@x", "Re: Re: Shoes", "<a@x>").threads(&letter));
        assert!(!mail("ann@x", "Re: Shoes", "<a@x> <other@x>").threads(&letter));
        assert!(!mail("ann@x", "Re: Shoes", "").threads(&letter));
    }
}
