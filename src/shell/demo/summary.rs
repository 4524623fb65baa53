//! Whether the story's facts came true: what was counted beside what the script expects.

use std::collections::BTreeMap;

use super::script::Expected;
use super::story::{Tally, language_name, seconds};

/// One line of the summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub what: String,
    pub found: String,
    /// What the script expects, when it was not found.
    pub expected: Option<String>,
}

/// How the demo ended.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub findings: Vec<Finding>,
}

/// What is known of the end besides the tally.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// Messages that lie in DEAD.
    pub dead: usize,
    /// How often each scripted message was found in the conversations.
    pub found: BTreeMap<String, usize>,
    /// Whether every conversation was resolved in time.
    pub is_complete: bool,
}

impl Summary {
    /// Whether everything came true.
    pub fn is_true(&self) -> bool {
        self.findings.iter().all(|finding| finding.expected.is_none())
    }

    /// What was counted beside what was expected.
    pub fn of(expected: &Expected, tally: &Tally, ending: &Ending) -> Summary {
        let mut summary = Summary::default();
        summary.compare("conversations", tally.conversations.len(), expected.conversations);
        let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
        for language in tally.conversations.values() {
            *languages.entry(language).or_default() += 1;
        }
        for (language, count) in &expected.languages {
            let found = languages.get(language.as_str()).copied().unwrap_or(0);
            summary.compare(&format!("  in {}", language_name(language)), found, *count);
        }
        summary.compare("messages", tally.recorded.len(), expected.messages);
        summary.compare("  that joined an open one", tally.joined, expected.joined);
        summary.compare("  that reopened one", tally.reopened, expected.reopened);
        let offers = expected.conversations + expected.reopened;
        summary.compare("offers accepted", tally.accepted, offers);
        summary.compare("offers missed", tally.missed, expected.missed);
        summary.compare("offers declined", tally.declined, expected.declined);
        summary.tell("median wait to accept", median(&tally.waits).map_or("none".to_owned(), seconds));
        summary.tell("promises kept", tally.kept.to_string());
        summary.compare("promises broken", tally.breached, expected.breached);
        summary.compare("escalations", tally.escalations, expected.escalations);
        summary.compare("  acknowledged", tally.acked, expected.acked);
        summary.compare("replies made", tally.owed.len(), offers);
        summary.compare("  that left", tally.left.len(), offers);
        summary.compare("  of them by mail", tally.mails, expected.mails);
        summary.compare("notices of escalations by mail", tally.noticed.len(), expected.notices);
        summary.compare("reloads taken", tally.reloads, expected.reloads);
        summary.compare("reloads refused", tally.refused_reloads, expected.refused_reloads);
        summary.compare("duplicates without effect", tally.duplicates, expected.duplicates);
        summary.compare("dead letters", ending.dead, expected.dead);
        summary.check("each taken by an agent who speaks its language", tally.strangers == 0);
        summary.check("every conversation resolved", ending.is_complete);
        summary.check("each message in exactly one conversation", each_in_one(tally, ending));
        summary.check("each reply left exactly once", each_left_once(tally));
        summary.check("each mail in the thread of its contact", tally.astray == 0);
        summary.check("each notice to whom its escalation tells", all_are_told(tally));
        summary
    }

    fn compare(&mut self, what: &str, found: usize, expected: usize) {
        let differs = found != expected;
        let expected = differs.then(|| expected.to_string());
        self.findings.push(Finding { what: what.to_owned(), found: found.to_string(), expected });
    }

    fn tell(&mut self, what: &str, found: String) {
        self.findings.push(Finding { what: what.to_owned(), found, expected: None });
    }

    fn check(&mut self, what: &str, holds: bool) {
        let found = if holds { "yes" } else { "NO" }.to_owned();
        self.findings.push(Finding {
            what: what.to_owned(),
            found,
            expected: (!holds).then(|| "yes".to_owned()),
        });
    }
}

/// By the stream: each message and each digest was recorded once, in a conversation that was opened. By
/// the content: each scripted message is found once.
pub(super) fn each_in_one(tally: &Tally, ending: &Ending) -> bool {
    let once = tally.recorded.values().all(|places| places.len() == 1);
    let known =
        tally.digests.len() == tally.recorded.len() && tally.digests.values().all(|count| *count == 1);
    once && known && tally.homeless == 0 && ending.found.values().all(|count| *count == 1)
}

/// What left is what was made, each once.
pub(super) fn each_left_once(tally: &Tally) -> bool {
    tally.left.keys().eq(tally.owed.iter()) && tally.left.values().all(|count| *count == 1)
}

/// Each mailbox that escalations name had a notice for each.
pub(super) fn all_are_told(tally: &Tally) -> bool {
    let sorted = |mailboxes: &[String]| {
        let mut mailboxes = mailboxes.to_vec();
        mailboxes.sort_unstable();
        mailboxes
    };
    sorted(&tally.told) == sorted(&tally.noticed)
}

fn median(waits: &[i64]) -> Option<i64> {
    let mut waits = waits.to_vec();
    waits.sort_unstable();
    waits.get(waits.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_in_two_conversations_is_told() {
        let mut tally = Tally::default();
        tally.recorded.insert("m1".to_owned(), vec!["c1".to_owned()]);
        tally.digests.insert("d1".to_owned(), 1);
        let mut ending = Ending::default();
        ending.found.insert("sms-1".to_owned(), 1);
        assert!(each_in_one(&tally, &ending));
        ending.found.insert("sms-1".to_owned(), 2);
        assert!(!each_in_one(&tally, &ending));
        ending.found.insert("sms-1".to_owned(), 1);
        tally.digests.insert("d1".to_owned(), 2);
        assert!(!each_in_one(&tally, &ending));
    }

    #[test]
    fn a_reply_that_left_twice_or_never_is_told() {
        let mut tally = Tally::default();
        tally.owed.extend(["m2".to_owned(), "m4".to_owned()]);
        tally.left.insert("m2".to_owned(), 1);
        assert!(!each_left_once(&tally), "one never left");
        tally.left.insert("m4".to_owned(), 1);
        assert!(each_left_once(&tally));
        tally.left.insert("m4".to_owned(), 2);
        assert!(!each_left_once(&tally), "one left twice");
        tally.left.insert("m4".to_owned(), 1);
        tally.left.insert("m6".to_owned(), 1);
        assert!(!each_left_once(&tally), "one was not made");
    }

    #[test]
    fn a_notice_to_another_mailbox_is_told() {
        let mut tally = Tally { told: vec!["a@x".to_owned(), "b@x".to_owned()], ..Tally::default() };
        tally.noticed = vec!["b@x".to_owned(), "a@x".to_owned()];
        assert!(all_are_told(&tally));
        tally.noticed = vec!["b@x".to_owned(), "b@x".to_owned()];
        assert!(!all_are_told(&tally));
    }

    #[test]
    fn the_median_of_an_even_count_is_the_lower_one() {
        assert_eq!(median(&[3, 1, 2, 9]), Some(2));
        assert_eq!(median(&[]), None);
    }
}
