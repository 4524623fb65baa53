//! What this process knows of mails, whatever becomes of the terms that sent them: which are on the wire, which
//! a relay has taken, and who of several has one already. It is bounded, and it dies with the process.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lettre::Address;
use lettre::address::Envelope;
use tokio::sync::watch;

use crate::domain::MailId;

use super::outcome::Outcome;

/// So many mails are remembered of each kind, the newest: far more than may be open at once, and an outcome is
/// asked for only as long as its attempt is open.
const KEPT_MAX: usize = 1_024;

/// What is known of mails.
pub(super) struct Memory {
    /// Those that a relay is being given.
    on_wire: watch::Sender<BTreeSet<MailId>>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Those that a relay has, with what it said; the newest last.
    sent: VecDeque<(MailId, Outcome)>,
    /// Who has a mail already that is tried again for others; the newest last.
    taken: VecDeque<(MailId, Vec<Address>)>,
}

/// A mail on the wire, until this is dropped.
pub(super) struct OnWire {
    memory: Arc<Memory>,
    mail: MailId,
}

impl Default for Memory {
    fn default() -> Memory {
        Memory { on_wire: watch::Sender::new(BTreeSet::new()), known: Mutex::default() }
    }
}

impl Memory {
    /// Notes that a mail is given to the relay from now on.
    pub(super) fn begin(self: &Arc<Memory>, mail: MailId) -> OnWire {
        self.on_wire.send_modify(|mails| {
            mails.insert(mail);
        });
        OnWire { memory: self.clone(), mail }
    }

    /// Waits until a mail is not on the wire, and tells what is known then: that it was sent, or nothing.
    pub(super) async fn settled(&self, mail: MailId) -> Option<Outcome> {
        // We hold the sender ourselves, so it cannot be gone.
        let _ = self.on_wire.subscribe().wait_for(|mails| !mails.contains(&mail)).await;
        self.locked().sent.iter().find(|(sent, _)| *sent == mail).map(|(_, outcome)| outcome.clone())
    }

    /// Notes how an attempt ended, and who has the mail now besides those of before.
    pub(super) fn note(&self, mail: MailId, outcome: &Outcome, more: Vec<Address>) {
        let mut known = self.locked();
        let mut taken = remove(&mut known.taken, mail).unwrap_or_default();
        match outcome {
            Outcome::Sent { .. } => keep(&mut known.sent, mail, outcome.clone()),
            Outcome::Failed { permanent: true, .. } => {}
            Outcome::Failed { permanent: false, .. } => {
                taken.extend(more);
                if !taken.is_empty() {
                    keep(&mut known.taken, mail, taken);
                }
            }
        }
    }

    /// The envelope without those who have the mail.
    pub(super) fn still_without(&self, mail: MailId, envelope: &Envelope) -> Envelope {
        let known = self.locked();
        let Some((_, taken)) = known.taken.iter().find(|(tried, _)| *tried == mail) else {
            return envelope.clone();
        };
        let left = envelope.to().iter().filter(|address| !taken.contains(address)).cloned().collect();
        Envelope::new(envelope.from().cloned(), left).unwrap_or_else(|_| envelope.clone())
    }

    fn locked(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OnWire {
    fn drop(&mut self) {
        self.memory.on_wire.send_modify(|mails| {
            mails.remove(&self.mail);
        });
    }
}

fn remove<T>(kept: &mut VecDeque<(MailId, T)>, mail: MailId) -> Option<T> {
    let place = kept.iter().position(|(found, _)| *found == mail)?;
    kept.remove(place).map(|(_, value)| value)
}

fn keep<T>(kept: &mut VecDeque<(MailId, T)>, mail: MailId, value: T) {
    kept.push_back((mail, value));
    if kept.len() > KEPT_MAX {
        kept.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u64) -> Address {
        Address::new(format!("jo{number}"), "example.net").expect("an address")
    }

    #[tokio::test]
    async fn what_is_remembered_is_bounded_and_the_newest() {
        let memory = Memory::default();
        let kept = u64::try_from(KEPT_MAX).expect("a small number");
        let deferred = Outcome::later("deferred", "come again");
        for number in 0..2 * kept {
            memory.note(MailId(number), &Outcome::sent("250 ok", Vec::new()), Vec::new());
            memory.note(MailId(2 * kept + number), &deferred, vec![address(number)]);
        }
        let kept_of = |known: MutexGuard<'_, Known>| (known.sent.len(), known.taken.len());
        assert_eq!(kept_of(memory.locked()), (KEPT_MAX, KEPT_MAX));
        assert_eq!(memory.settled(MailId(kept - 1)).await, None);
        assert_eq!(memory.settled(MailId(kept)).await, Some(Outcome::sent("250 ok", Vec::new())));
    }

    #[test]
    fn those_who_have_a_mail_are_left_out_until_it_ends() {
        let memory = Memory::default();
        let both = Envelope::new(None, vec![address(1), address(2)]).expect("an envelope");
        let left = |memory: &Memory| memory.still_without(MailId(7), &both).to().to_vec();
        memory.note(MailId(7), &Outcome::later("deferred", "come again"), vec![address(1)]);
        assert_eq!(left(&memory), [address(2)]);
        memory.note(MailId(7), &Outcome::later("unreachable", "nobody there"), Vec::new());
        assert_eq!(left(&memory), [address(2)]);
        memory.note(MailId(7), &Outcome::never("rejected", "no"), Vec::new());
        assert_eq!(left(&memory), [address(1), address(2)]);
    }
}
