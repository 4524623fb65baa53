//! One slice of what is due by now, in the order (due, kind, id), with matching after each. When a
//! deadline stays due, the slice recorded something, so the loop cannot spin.

use crate::domain::{AgentId, ClockId, ContactId, ConversationId, InteractionId, MailId, OfferId};

use super::super::deadlines::DueKind;
use super::super::event::{Event, MailFailed, MailKind, PresenceCause, ResumeCause, WrapUpEnd};
use super::super::holding;
use super::super::matching;
use super::super::promise;
use super::super::queueing;
use super::super::recorder::Recorder;

/// Why a notice ends that nobody needs any more.
const RESOLVED: &str = "resolved";

pub(in super::super) fn slice(recorder: &mut Recorder<'_>) {
    while !recorder.is_full()
        && let Some((due, kind, id)) = recorder.rules.first_due(recorder.state)
        && due <= recorder.now()
    {
        let before = recorder.len();
        carry_out(recorder, kind, id);
        debug_assert!(recorder.len() > before, "what is due records something: {kind:?} {id}");
        matching::offer_all(recorder);
    }
}

fn carry_out(recorder: &mut Recorder<'_>, kind: DueKind, id: u64) {
    match kind {
        DueKind::Offer => queueing::expire(recorder, OfferId(id)),
        DueKind::Clock => {
            let now = recorder.now();
            promise::fire(recorder, ClockId(id), now);
        }
        DueKind::LostAgent => queueing::go_offline(recorder, AgentId(id as u32), PresenceCause::Lost),
        DueKind::Release => queueing::release(recorder, AgentId(id as u32)),
        DueKind::Pend => holding::wake(recorder, InteractionId(id), ResumeCause::Lapsed),
        DueKind::WrapUp => holding::end_wrap_up(recorder, InteractionId(id), WrapUpEnd::Lapsed),
        DueKind::Cooldown => cool(recorder, InteractionId(id)),
        DueKind::Archive => archive(recorder, ConversationId(id)),
        DueKind::Forget => {
            recorder.record(Event::ConversationForgotten { conversation: ConversationId(id) });
        }
        DueKind::Contact => {
            recorder.record(Event::ContactExpired { contact: ContactId(id) });
        }
        DueKind::Mail => attempt(recorder, MailId(id)),
    }
}

fn attempt(recorder: &mut Recorder<'_>, mail: MailId) {
    if end_stale_notice(recorder, mail) {
        return;
    }
    if let Some(owed) = recorder.state.mails.get(mail) {
        let (attempt, cause) = (owed.attempts + 1, owed.cause);
        recorder.record(Event::MailAttempted { mail, attempt, cause });
    }
}

/// Ends a notice whose escalation is over before its first attempt: it would call somebody for nothing. One that
/// was tried goes on, since some of those whom it names may have it.
fn end_stale_notice(recorder: &mut Recorder<'_>, mail: MailId) -> bool {
    let is_stale = recorder.state.mails.get(mail).is_some_and(|owed| match owed.kind {
        MailKind::Escalation { clock, .. } => owed.attempts == 0 && recorder.state.clock(clock).is_none(),
        MailKind::Reply { .. } => false,
    });
    if is_stale {
        let (code, reason) = (RESOLVED.to_owned(), "the escalation was over before its turn came".to_owned());
        let failed = MailFailed { mail, attempt: 0, code, reason, permanent: true, retry_at: None };
        recorder.record(Event::MailFailed(Box::new(failed)));
    }
    is_stale
}

fn cool(recorder: &mut Recorder<'_>, id: InteractionId) {
    let now = recorder.now();
    let cooldowns = recorder.state.open_interaction(id).cooldowns.clone();
    for cooldown in cooldowns.iter().filter(|cooldown| cooldown.until <= now) {
        if recorder.is_full() {
            return;
        }
        recorder.record(Event::OfferCooled { interaction: id, agent: cooldown.agent });
    }
}

fn archive(recorder: &mut Recorder<'_>, conversation: ConversationId) {
    let site = &recorder.rules.policy.site;
    let forget_at = recorder.now().after(site.follow_up_keep);
    let contact_expires_at = recorder.now().after(site.contact_keep);
    recorder.record(Event::ConversationArchived { conversation, forget_at, contact_expires_at });
}
