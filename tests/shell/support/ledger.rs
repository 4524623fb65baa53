//! What the load has published and was answered: the half of the truth that the streams must match.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value, json};

/// The book of one load.
#[derive(Default)]
pub struct Ledger {
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    /// By external id: the thread, and whether an acknowledgement came.
    messages: BTreeMap<String, (String, bool)>,
    /// By a mark in the body: the reason that is expected, and whether an acknowledgement came.
    malformed: BTreeMap<String, (&'static str, bool)>,
    answers: Vec<Value>,
}

impl Ledger {
    /// A message is about to be published.
    pub fn message(&self, id: &str, thread: &str) {
        self.pages().messages.insert(id.to_owned(), (thread.to_owned(), false));
    }

    /// It was acknowledged.
    pub fn message_arrived(&self, id: &str) {
        self.pages().messages.get_mut(id).expect("it was published").1 = true;
    }

    /// An input that nobody can understand is about to be published.
    pub fn malformed(&self, marker: &str, code: &'static str) {
        self.pages().malformed.insert(marker.to_owned(), (code, false));
    }

    /// It was acknowledged.
    pub fn malformed_arrived(&self, marker: &str) {
        self.pages().malformed.get_mut(marker).expect("it was published").1 = true;
    }

    /// A command was answered with yes.
    pub fn answered(&self, actor: &str, id: &str, answer: &Value) {
        let (seq, event) = (&answer["seq"], &answer["event"]);
        self.pages().answers.push(json!({ "actor": actor, "id": id, "seq": seq, "event": event }));
    }

    /// Messages that were acknowledged.
    pub fn arrived(&self) -> usize {
        self.pages().messages.values().filter(|(_, certain)| *certain).count()
    }

    /// For the judge. `foreign` is how many records in the journal are not the daemon's.
    pub fn to_json(&self, foreign: Option<usize>) -> String {
        let pages = self.pages();
        let messages: Vec<Value> = pages
            .messages
            .iter()
            .map(|(id, (thread, certain))| json!({ "id": id, "thread": thread, "certain": certain }))
            .collect();
        let malformed: Vec<Value> = pages
            .malformed
            .iter()
            .map(|(marker, (code, certain))| json!({ "marker": marker, "code": code, "certain": certain }))
            .collect();
        let answers = &pages.answers;
        json!({ "messages": messages, "malformed": malformed, "answers": answers, "foreign": foreign })
            .to_string()
    }

    fn pages(&self) -> std::sync::MutexGuard<'_, Pages> {
        self.pages.lock().expect("no holder panics")
    }
}
