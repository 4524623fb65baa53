//! Mails as the records tell them: each owed once, tried one attempt at a time, and ended at most once. And how
//! far messages came: what was told of one is never taken back.

use std::collections::{BTreeMap, BTreeSet};

use switchboard::domain::{DeliveryState, MailId, MessageId};
use switchboard::engine::event::{Event, MailKind};
use switchboard::engine::state::{MAILS_OPEN_MAX, NOTICES_OPEN_MAX};

use crate::invariants::{Invariant, Trips};

/// By mail: the attempts so far, and whether the last is open; and which of them are notices.
#[derive(Default)]
pub struct Mails(BTreeMap<MailId, (u32, bool)>, BTreeSet<MailId>);

impl Mails {
    pub fn apply(&mut self, event: &Event, trips: &mut Trips) {
        let fits = match event {
            Event::MailQueued(queued) => {
                if matches!(queued.kind, MailKind::Escalation { .. }) {
                    self.1.insert(queued.mail);
                }
                self.0.insert(queued.mail, (0, false)).is_none()
            }
            // An escalation that was over before its notice was tried.
            Event::MailFailed(failed) if failed.attempt == 0 => {
                self.1.contains(&failed.mail) && self.0.remove(&failed.mail) == Some((0, false))
            }
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
        let before = self.0.insert(mail, (attempt, true));
        let open = || self.0.iter().filter(|(_, (_, open))| *open).map(|(id, _)| id);
        let notices = open().filter(|id| self.1.contains(id)).count();
        let has_place = open().count() <= MAILS_OPEN_MAX && notices <= NOTICES_OPEN_MAX;
        before == Some((attempt - 1, false)) && has_place
    }
}

/// By message: how far it came, and the mails that replies leave by.
#[derive(Default)]
pub struct Deliveries {
    reached: BTreeMap<MessageId, DeliveryState>,
    leaving: BTreeMap<MailId, MessageId>,
}

impl Deliveries {
    pub fn apply(&mut self, event: &Event, trips: &mut Trips) {
        match event {
            Event::MailQueued(queued) => {
                if let MailKind::Reply { message, .. } = queued.kind {
                    self.leaving.insert(queued.mail, message);
                }
            }
            Event::MailSent { mail, .. } => self.mailed(*mail, DeliveryState::Sent),
            Event::MailFailed(failed) if failed.retry_at.is_none() => {
                self.mailed(failed.mail, DeliveryState::Failed);
            }
            Event::MessageDelivery { message, state, .. } => {
                let before = self.reached.insert(*message, *state);
                let forward = match before {
                    None => true,
                    Some(DeliveryState::Delivered) => *state == DeliveryState::Read,
                    Some(DeliveryState::Read | DeliveryState::Failed) => false,
                    Some(before) => place(*state) > place(before),
                };
                trips.demand(Invariant::DeliveryForward, forward, || {
                    format!("{message} was {before:?} and is {state:?}")
                });
            }
            _ => {}
        }
    }

    /// The relay knows less than whoever reports: what it says counts while nothing was reported.
    fn mailed(&mut self, mail: MailId, state: DeliveryState) {
        if let Some(message) = self.leaving.remove(&mail) {
            let before = self.reached.get(&message);
            if before.is_none_or(|it| place(*it) < 3 && place(state) > place(*it)) {
                self.reached.insert(message, state);
            }
        }
    }
}

/// How far along a state is; what is settled comes last.
fn place(state: DeliveryState) -> u8 {
    match state {
        DeliveryState::Queued => 0,
        DeliveryState::Sent => 1,
        DeliveryState::Delayed => 2,
        DeliveryState::Delivered => 3,
        DeliveryState::Read => 4,
        DeliveryState::Failed => 5,
    }
}
