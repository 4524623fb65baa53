//! What was counted over all rounds of an endless play, and whether anything went wrong in one of them.

use std::fmt;

use super::story::Tally;
use super::summary::{Ending, all_are_told, each_in_one, each_left_once};

/// Sums of many rounds.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub rounds: usize,
    conversations: usize,
    messages: usize,
    replies: usize,
    mails: usize,
    broken: usize,
    notices: usize,
    /// What did not hold, as sentences.
    pub faults: Vec<String>,
}

impl Totals {
    /// Adds a round, and judges it by what holds whatever the traffic is.
    pub fn add(&mut self, tally: &Tally, ending: &Ending) {
        self.rounds += 1;
        self.conversations += tally.conversations.len();
        self.messages += tally.recorded.len();
        self.replies += tally.left.len();
        self.mails += tally.mails;
        self.broken += tally.breached;
        self.notices += tally.noticed.len();
        let facts = [
            (ending.is_complete, "some conversation was not resolved, or something owed did not leave"),
            (each_in_one(tally, ending), "a message is not in exactly one conversation"),
            (each_left_once(tally), "a reply did not leave exactly once"),
            (tally.astray == 0, "a mail is not in the thread of its contact"),
            (all_are_told(tally), "a notice did not reach whom its escalation tells"),
        ];
        let wrong = facts.into_iter().filter(|(holds, _)| !holds);
        self.faults.extend(wrong.map(|(_, fault)| format!("round {}: {fault}", self.rounds)));
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals { conversations, messages, replies, mails, broken, notices, faults, .. } = self;
        write!(
            f,
            "{messages} messages in {conversations} conversations, {replies} replies left, \
             {mails} of them by mail; {broken} promises broken, {notices} notices; {} faults",
            faults.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_that_goes_wrong_is_told_with_its_number() {
        let mut totals = Totals::default();
        let ending = Ending { is_complete: true, ..Ending::default() };
        totals.add(&Tally::default(), &ending);
        assert!(totals.faults.is_empty(), "{:?}", totals.faults);
        let mut tally = Tally::default();
        tally.owed.insert("m2".to_owned());
        totals.add(&tally, &ending);
        assert_eq!(totals.faults, ["round 2: a reply did not leave exactly once"]);
    }
}
