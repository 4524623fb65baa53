//! Mail: owed, being sent, sent or given up.

use crate::domain::{DeliveryState, Digest, MailId, ThreadKey, ThreadScope, Timestamp};

use super::super::deadlines::DueKind;
use super::super::event::{Event, MailFailed, MailKind, MailQueued};
use super::super::state::{Mail, MailPhase, Mails, State};
use super::{conversation, update};

/// Applies an event of this file; any other changes nothing here.
pub(super) fn apply(state: &mut State, event: &Event, at: Timestamp) {
    match event {
        Event::MailQueued(event) => queued(state, event, at),
        Event::MailAttempted { mail, attempt, .. } => {
            change(state, |mails| mails.open_attempt(*mail, *attempt, at));
        }
        Event::MailSent { mail, keys, .. } => {
            name(state, *mail, keys);
            ended(state, *mail, DeliveryState::Sent);
        }
        Event::MailFailed(event) => failed(state, event),
        _ => {}
    }
}

/// Somebody leads anew: whether an open attempt came through is not known, so each is due again at once.
pub(super) fn reopen_attempts(state: &mut State, at: Timestamp) {
    change(state, |mails| {
        for id in mails.open().clone() {
            mails.set_phase(id, MailPhase::Due(at));
        }
    });
}

fn queued(state: &mut State, queued: &MailQueued, at: Timestamp) {
    state.next.mail = queued.mail.0 + 1;
    let MailQueued { mail, kind, cause } = *queued;
    if let MailKind::Reply { message, .. } = kind
        && let Some(outbound) = state.outbound.get_mut(message.0)
    {
        outbound.mail = Some(mail);
    }
    let owed = Mail { kind, cause, attempts: 0, phase: MailPhase::Due(at), created_at: at };
    change(state, |mails| mails.insert(mail, owed));
}

/// Lets a reply be found by what its relay named it, too.
fn name(state: &mut State, id: MailId, keys: &[Digest]) {
    let Some(MailKind::Reply { conversation, message }) = state.mails.get(id).map(|mail| mail.kind) else {
        return;
    };
    if state.conversation(conversation).is_none() {
        return;
    }
    for digest in keys {
        conversation::name_thread(
            state,
            conversation,
            ThreadKey { digest: *digest, scope: ThreadScope::Ours },
        );
        update::name_message(state, conversation, *digest, message);
    }
}

fn failed(state: &mut State, failed: &MailFailed) {
    match failed.retry_at {
        Some(retry_at) => change(state, |mails| mails.set_phase(failed.mail, MailPhase::Due(retry_at))),
        None => ended(state, failed.mail, DeliveryState::Failed),
    }
}

fn ended(state: &mut State, id: MailId, delivery: DeliveryState) {
    let mut ended = None;
    change(state, |mails| ended = mails.remove(id));
    if let Some(Mail { kind: MailKind::Reply { message, .. }, .. }) = ended {
        conversation::mailed(state, message, delivery);
    }
}

/// Changes the mails, and moves their one deadline.
fn change(state: &mut State, mutate: impl FnOnce(&mut Mails)) {
    let before = state.mails.next_due();
    mutate(&mut state.mails);
    let after = state.mails.next_due();
    if before == after {
        return;
    }
    if let Some((due, id)) = before {
        state.deadlines.shift(DueKind::Mail, id.0, Some(due), None);
    }
    if let Some((due, id)) = after {
        state.deadlines.shift(DueKind::Mail, id.0, None, Some(due));
    }
}
