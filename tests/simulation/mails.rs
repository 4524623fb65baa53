//! Mails as the records tell them: each owed once, tried one attempt at a time, and ended at most once.

use std::collections::BTreeMap;

use switchboard::domain::MailId;
use switchboard::engine::event::Event;
use switchboard::engine::state::MAILS_OPEN_MAX;

use crate::invariants::{Invariant, Trips};

/// By mail: the attempts so far, and whether the last is open.
#[derive(Default)]
pub struct Mails(BTreeMap<MailId, (u32, bool)>);

impl Mails {
    pub fn apply(&mut self, event: &Event, trips: &mut Trips) {
        let fits = match event {
            Event::MailQueued(queued) => self.0.insert(queued.mail, (0, false)).is_none(),
            Event::MailAttempted { mail, attempt, .. } => self.attempted(*mail, *attempt),
            Event::MailSent { mail, attempt, .. } => self.0.remove(mail) == Some((*attempt, true)),
            Event::MailFailed(failed) => {
                let was = self.0.remove(&failed.mail);
                if failed.retry_at.is_some() {
                    self.0.insert(failed.mail, (failed.attempt, false));
                }
                was == Some((failed.attempt, true))
            }
            Event::Led { .. } => {
                self.0.values_mut().for_each(|(_, open)| *open = false);
                true
            }
            _ => true,
        };
        trips.demand(Invariant::MailOnce, fits, || format!("{event:?} does not follow on what was before"));
    }

    fn attempted(&mut self, mail: MailId, attempt: u32) -> bool {
        let open = self.0.values().filter(|(_, open)| *open).count();
        let before = self.0.insert(mail, (attempt, true));
        before == Some((attempt - 1, false)) && open < MAILS_OPEN_MAX
    }
}
