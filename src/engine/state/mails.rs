//! Mail that is owed. So many are sent at once; the others wait, the one that is due first in front, so
//! that a storm of escalations is worked off slice by slice. Notices leave places for replies: a contact does
//! not wait for such a storm.

use std::collections::BTreeSet;

use crate::domain::{MailId, Seq, Timestamp};

use super::super::mail::MailKind;
use super::super::table::Table;

/// How many mails are being sent at once.
pub const MAILS_OPEN_MAX: usize = 16;
/// How many of those may be notices of escalations.
pub const NOTICES_OPEN_MAX: usize = 8;

/// A mail that was not sent yet, and not given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub kind: MailKind,
    /// The fact that owes it.
    pub cause: Seq,
    /// Attempts so far.
    pub attempts: u32,
    pub phase: MailPhase,
    pub created_at: Timestamp,
}

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailPhase {
    /// To be sent from then on.
    Due(Timestamp),
    /// Being sent since then.
    Open(Timestamp),
}

/// The mails by number, and in the order that they are due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mails {
    table: Table<Mail>,
    waiting_replies: BTreeSet<(Timestamp, MailId)>,
    waiting_notices: BTreeSet<(Timestamp, MailId)>,
    open: BTreeSet<MailId>,
    notices_open: usize,
}

impl Mails {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether none is owed.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// A mail that is owed.
    pub fn get(&self, id: MailId) -> Option<&Mail> {
        self.table.get(id.0)
    }

    /// Every mail, by number.
    pub fn iter(&self) -> impl Iterator<Item = (MailId, &Mail)> {
        self.table.iter().map(|(number, mail)| (MailId(number), mail))
    }

    /// Those that are being sent.
    pub fn open(&self) -> &BTreeSet<MailId> {
        &self.open
    }

    /// Those that wait: replies in their order, then notices in theirs.
    pub fn waiting(&self) -> impl Iterator<Item = (Timestamp, MailId)> {
        self.waiting_replies.iter().chain(&self.waiting_notices).copied()
    }

    /// The one to send next, and when; none while as many as may be are being sent.
    pub fn next_due(&self) -> Option<(Timestamp, MailId)> {
        if self.open.len() >= MAILS_OPEN_MAX {
            return None;
        }
        let notice = self.waiting_notices.first().filter(|_| self.notices_open < NOTICES_OPEN_MAX);
        self.waiting_replies.first().into_iter().chain(notice).min().copied()
    }

    /// Puts a mail in.
    pub fn insert(&mut self, id: MailId, mail: Mail) {
        self.list(id, mail.kind, mail.phase);
        self.table.insert(id.0, mail);
    }

    /// Moves a mail to another phase.
    pub fn set_phase(&mut self, id: MailId, phase: MailPhase) {
        let Some(mail) = self.table.get_mut(id.0) else { return };
        let (kind, before) = (mail.kind, std::mem::replace(&mut mail.phase, phase));
        self.unlist(id, kind, before);
        self.list(id, kind, phase);
    }

    /// Begins an attempt.
    pub fn open_attempt(&mut self, id: MailId, attempt: u32, at: Timestamp) {
        if let Some(mail) = self.table.get_mut(id.0) {
            mail.attempts = attempt;
        }
        self.set_phase(id, MailPhase::Open(at));
    }

    /// Takes a mail out.
    pub fn remove(&mut self, id: MailId) -> Option<Mail> {
        let mail = self.table.remove(id.0)?;
        self.unlist(id, mail.kind, mail.phase);
        Some(mail)
    }

    fn list(&mut self, id: MailId, kind: MailKind, phase: MailPhase) {
        match phase {
            MailPhase::Due(at) => self.waiting_of(kind).insert((at, id)),
            MailPhase::Open(_) => {
                self.notices_open += usize::from(is_notice(kind));
                self.open.insert(id)
            }
        };
    }

    fn unlist(&mut self, id: MailId, kind: MailKind, phase: MailPhase) {
        match phase {
            MailPhase::Due(at) => self.waiting_of(kind).remove(&(at, id)),
            MailPhase::Open(_) => {
                self.notices_open -= usize::from(is_notice(kind));
                self.open.remove(&id)
            }
        };
    }

    fn waiting_of(&mut self, kind: MailKind) -> &mut BTreeSet<(Timestamp, MailId)> {
        if is_notice(kind) { &mut self.waiting_notices } else { &mut self.waiting_replies }
    }
}

fn is_notice(kind: MailKind) -> bool {
    matches!(kind, MailKind::Escalation { .. })
}
