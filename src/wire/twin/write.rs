//! From each event to its twin. The table at the top names every event without a wildcard, so that a new
//! one cannot be forgotten.

use std::borrow::Cow;

use crate::domain::{Names, Outcome, Proficiency};
use crate::engine::event::{Event, Hold, OfferEnd};

use super::{
    Pen, contact, content, conversation, escalation, interaction, mail, message, offer, people, site, sla,
    update, wrap_up,
};

/// Which function below knows which event.
macro_rules! table {
    ($($of:ident: $($event:ident)*;)*) => {
        /// Hands the twin of an event to the pen. Every id in it must have been named, its own group
        /// included.
        pub(crate) fn write<P: Pen>(event: &Event, names: &Names, pen: P) -> P::Out {
            let written = match event {
                $($(Event::$event { .. })|* => $of(event, names, pen),)*
            };
            written.expect("the table sends each event to the function that has an arm for it")
        }
    };
}

table! {
    of_site: Led Positioned ClockStepped Named PolicyAdopted PolicyApplied DedupeShortened
        InputRefused CommandRejected;
    of_contacts: ContactCreated ContactExpired ContactAddressAdded ContactLinked ContactUnlinked
        ContactOptedOut ContactOptedIn;
    of_people: AgentUpserted AgentRemoved AgentSignedIn
        PresenceChanged AgentLost AgentReturned AgentSignedOut AgentReleased;
    of_conversations: ConversationOpened ConversationReopened ConversationResolved
        ConversationArchived ConversationForgotten ConversationChanged ConversationMailboxAdded;
    of_messages: MessageReceived MessageIgnored MessageReplied MessageDelivery ConversationNoted Content;
    of_updates: MessageIdentified MessageEdited MessageDeleted MessageReacted MessageExtended MessageEchoed
        ConversationTold UpdatePended;
    of_mails: MailQueued MailAttempted MailSent MailFailed;
    of_interactions: InteractionQueued InteractionAssigned InteractionUnroutable OwnerOffline
        InteractionClosed;
    of_holds: InteractionPended InteractionResumed WrapUpStarted WrapUpFinished;
    of_offers: OfferMade OfferAccepted OfferDeclined OfferExpired OfferRescinded OfferCooled;
    of_promises: ClockStarted ClockWarned ClockBreached BreachRetracted ClockEnded;
    of_escalations: EscalationRaised EscalationAcked EscalationAckExpired EscalationResolved;
}

fn of_site<P: Pen>(event: &Event, _: &Names, pen: P) -> Option<P::Out> {
    Some(match event {
        Event::Led { epoch, instance, version } => {
            pen.put(&site::Led { epoch: *epoch, instance: instance.into(), version: version.into() })
        }
        Event::Positioned => pen.put(&site::Position {}),
        Event::ClockStepped { from, to } => {
            pen.put(&site::ClockStepped { from: (*from).into(), to: (*to).into() })
        }
        Event::Named { kind, first, names } => {
            pen.put(&site::Named { kind: *kind, first: *first, names: names.into() })
        }
        Event::PolicyAdopted { digest } => pen.put(&site::PolicyAdopted { digest: *digest }),
        Event::PolicyApplied { digest } => pen.put(&site::PolicyApplied { digest: *digest }),
        Event::DedupeShortened { remembered, day, keys } => {
            pen.put(&site::DedupeShortened { remembered: *remembered, day: *day, keys: *keys })
        }
        Event::InputRefused(refused) => pen.put(&site::InputRefused {
            subject: (&refused.subject).into(),
            channel: refused.channel,
            code: (&refused.code).into(),
            reason: (&refused.reason).into(),
        }),
        Event::CommandRejected { verb, code, reason } => {
            pen.put(&site::CommandRejected { verb: verb.into(), code: code.into(), reason: reason.into() })
        }
        _ => return None,
    })
}

fn of_contacts<P: Pen>(event: &Event, names: &Names, pen: P) -> Option<P::Out> {
    Some(match event {
        Event::ContactCreated { contact, address, channel, content } => pen.put(&contact::Created {
            contact: *contact,
            address: *address,
            channel: *channel,
            content: content.0,
        }),
        Event::ContactExpired { contact } => pen.put(&contact::Expired { contact: *contact }),
        Event::ContactAddressAdded { contact, address } => {
            pen.put(&contact::AddressAdded { contact: *contact, address: *address })
        }
        Event::ContactLinked { contact, into } => {
            pen.put(&contact::Linked { contact: *contact, into: *into })
        }
        Event::ContactUnlinked(event) => pen.put(&contact::Unlinked {
            contact: event.contact,
            from: event.from,
            addresses: (&event.addresses).into(),
            expires_at: event.expires_at.into(),
        }),
        Event::ContactOptedOut(event) => pen.put(&contact::OptedOut {
            contact: event.contact,
            source: names.source(event.source).as_str(),
            address: event.address,
            since: event.since.into(),
            cause: event.cause,
        }),
        Event::ContactOptedIn(event) => pen.put(&contact::OptedIn {
            contact: event.contact,
            source: names.source(event.source).as_str(),
            address: event.address,
            cause: event.cause,
            expires_at: event.expires_at.into(),
        }),
        _ => return None,
    })
}

fn of_people<P: Pen>(event: &Event, names: &Names, pen: P) -> Option<P::Out> {
    Some(match event {
        Event::AgentUpserted { agent, skills, capacity, origin } => {
            let mastered = |(skill, level): &(_, Proficiency)| people::SkillLevel {
                skill: names.skill(*skill).as_str(),
                level: level.level(),
            };
            pen.put(&people::Upserted {
                agent: names.agent(*agent).as_str(),
                skills: skills.iter().map(mastered).collect(),
                capacity: people::CapacityTwin::of(capacity),
                origin: *origin,
            })
        }
        Event::AgentRemoved { agent } => pen.put(&people::Removed { agent: names.agent(*agent).as_str() }),
        Event::AgentSignedIn { agent } => pen.put(&people::SignedIn { agent: names.agent(*agent).as_str() }),
        Event::PresenceChanged { agent, presence, cause } => {
            let (presence, reason) = people::PresenceWord::split(presence);
            let (agent, reason) = (names.agent(*agent).as_str(), reason.map(Cow::Borrowed));
            pen.put(&people::PresenceChanged { agent, presence, reason, cause: *cause })
        }
        Event::AgentLost { agent, offline_at } => {
            pen.put(&people::Lost { agent: names.agent(*agent).as_str(), offline_at: (*offline_at).into() })
        }
        Event::AgentReturned { agent } => pen.put(&people::Returned { agent: names.agent(*agent).as_str() }),
        Event::AgentSignedOut { agent, cause } => {
            pen.put(&people::SignedOut { agent: names.agent(*agent).as_str(), cause: *cause })
        }
        Event::AgentReleased { agent } => pen.put(&people::Released { agent: names.agent(*agent).as_str() }),
        _ => return None,
    })
}

fn of_conversations<P: Pen>(event: &Event, names: &Names, pen: P) -> Option<P::Out> {
    Some(match event {
        Event::ConversationOpened(opened) => pen.put(&conversation::Opened {
            conversation: opened.conversation,
            contact: opened.contact,
            peer: opened.peer,
            channel: opened.channel,
            source: names.source(opened.source).as_str(),
            also: opened.also.iter().map(|source| names.source(*source).as_str()).collect(),
            to: Cow::Borrowed(&opened.to),
            language: opened.language.as_deref().map(Cow::Borrowed),
            follow_up_of: opened.follow_up_of,
            reply_until: opened.reply_until.map(Into::into),
        }),
        Event::ConversationReopened { conversation } => {
            pen.put(&conversation::Reopened { conversation: *conversation })
        }
        Event::ConversationResolved { conversation, archive_at } => {
            pen.put(&conversation::Resolved { conversation: *conversation, archive_at: (*archive_at).into() })
        }
        Event::ConversationArchived { conversation, forget_at, contact_expires_at } => {
            pen.put(&conversation::Archived {
                conversation: *conversation,
                forget_at: (*forget_at).into(),
                contact_expires_at: (*contact_expires_at).into(),
            })
        }
        Event::ConversationForgotten { conversation } => {
            pen.put(&conversation::Forgotten { conversation: *conversation })
        }
        Event::ConversationChanged(changed) => pen.put(&conversation::Changed {
            conversation: changed.conversation,
            priority: changed.priority,
            language: changed.language.as_deref().map(Cow::Borrowed),
            tags: changed.tags.as_deref().map(Cow::Borrowed),
        }),
        Event::ConversationMailboxAdded { conversation, source, keys } => {
            pen.put(&conversation::MailboxAdded {
                conversation: *conversation,
                source: names.source(*source).as_str(),
                keys: keys.iter().map(|key| (*key).into()).collect(),
            })
        }
        _ => return None,
    })
}

fn of_messages<P: Pen>(event: &Event, names: &Names, pen: P) -> Option<P::Out> {
    Some(match event {
        Event::MessageReceived(received) => pen.put(&message::Received {
            message: received.message,
            conversation: received.conversation,
            contact: received.contact,
            class: received.class,
            opens: Some(received.opens),
            from: received.from,
            new_participant: received.new_participant,
            flags: received.flags.clone(),
            related: received.related,
            participants: received.participants.clone(),
            language: received.language.as_deref().map(Cow::Borrowed),
            dedupe: received.dedupe,
            keys: received.keys.iter().map(|key| (*key).into()).collect(),
            awaits: received.awaits.clone(),
            parts: received.parts.clone(),
            key: received.key,
            group: received.group,
            keyword: received.keyword,
            no_reply: received.no_reply,
            reply_until: received.reply_until.map(Into::into),
            sent_at: received.sent_at.map(Into::into),
            received_at: received.received_at.into(),
            content: received.content.0,
        }),
        Event::MessageIgnored { dedupe, class, source, received_at, content } => pen.put(&message::Ignored {
            content: content.0,
            dedupe: *dedupe,
            class: *class,
            source: names.source(*source).as_str(),
            received_at: (*received_at).into(),
        }),
        Event::MessageReplied(replied) => pen.put(&message::Replied::of(replied, names)),
        Event::MessageDelivery { message, conversation, state, code } => pen.put(&message::Delivery {
            message: *message,
            conversation: *conversation,
            state: *state,
            code: code.as_deref().map(Cow::Borrowed),
        }),
        Event::ConversationNoted { conversation, note, content } => {
            pen.put(&message::Noted { conversation: *conversation, note: *note, content: content.0 })
        }
        Event::Content(record) => content::write(record, pen),
        _ => return None,
    })
}

fn of_updates<P: Pen>(event: &Event, names: &Names, pen: P) -> Option<P::Out> {
    Some(match event {
        Event::MessageIdentified(event) => pen.put(&update::Identified {
            message: event.message,
            conversation: event.conversation,
            keys: Cow::Borrowed(&event.keys),
            echoed_as: event.echoed_as,
        }),
        Event::MessageEdited(touched) => pen.put(&update::Edited(update::Touched::of(touched))),
        Event::MessageDeleted(touched) => pen.put(&update::Deleted(update::Touched::of(touched))),
        Event::MessageReacted { touched, removed } => {
            pen.put(&update::Reacted { touched: update::Touched::of(touched), removed: *removed })
        }
        Event::MessageExtended(event) => pen.put(&update::Extended::of(event)),
        Event::MessageEchoed(event) => pen.put(&update::Echoed::of(event)),
        Event::ConversationTold(event) => pen.put(&update::Told {
            conversation: event.conversation,
            keys: event.keys.iter().map(|key| (*key).into()).collect(),
            from: event.from,
            dedupe: event.dedupe,
            sent_at: event.sent_at.map(Into::into),
            received_at: event.received_at.into(),
            content: event.content.0,
        }),
        Event::UpdatePended(event) => pen.put(&update::Pended::of(event, names)),
        _ => return None,
    })
}

fn of_mails<P: Pen>(event: &Event, _: &Names, pen: P) -> Option<P::Out> {
    Some(match event {
        Event::MailQueued(queued) => {
            pen.put(&mail::Queued { mail: queued.mail, kind: queued.kind.into(), cause_seq: queued.cause.0 })
        }
        Event::MailAttempted { mail, attempt, cause } => {
            pen.put(&mail::Attempted { mail: *mail, attempt: *attempt, cause_seq: cause.0 })
        }
        Event::MailSent { mail, attempt, response, keys } => pen.put(&mail::Sent {
            mail: *mail,
            attempt: *attempt,
            response: response.into(),
            keys: keys.into(),
        }),
        Event::MailFailed(failed) => pen.put(&mail::Failed {
            mail: failed.mail,
            attempt: failed.attempt,
            code: (&failed.code).into(),
            reason: (&failed.reason).into(),
            permanent: failed.permanent,
            retry_at: failed.retry_at.map(Into::into),
        }),
        _ => return None,
    })
}

fn of_interactions<P: Pen>(event: &Event, names: &Names, pen: P) -> Option<P::Out> {
    Some(match event {
        Event::InteractionQueued(queued) => pen.put(&interaction::Queued::of(queued, names)),
        Event::InteractionAssigned(assigned) => pen.put(&interaction::Assigned::of(assigned, names)),
        Event::InteractionUnroutable { interaction, conversation } => {
            pen.put(&interaction::Unroutable { interaction: *interaction, conversation: *conversation })
        }
        Event::OwnerOffline { interaction, conversation, agent } => pen.put(&interaction::OwnerOffline {
            interaction: *interaction,
            conversation: *conversation,
            agent: names.agent(*agent).as_str(),
        }),
        Event::InteractionClosed { interaction, conversation, agent } => pen.put(&interaction::Closed {
            interaction: *interaction,
            conversation: *conversation,
            agent: agent.map(|agent| names.agent(agent).as_str()),
        }),
        _ => return None,
    })
}

fn of_holds<P: Pen>(event: &Event, names: &Names, pen: P) -> Option<P::Out> {
    let (Event::InteractionPended { hold, .. }
    | Event::InteractionResumed { hold, .. }
    | Event::WrapUpStarted { hold, .. }
    | Event::WrapUpFinished { hold, .. }) = event
    else {
        return None;
    };
    let Hold { interaction, conversation, agent } = *hold;
    let agent = names.agent(agent).as_str();
    Some(match event {
        Event::InteractionPended { until, .. } => {
            let until = until.map(Into::into);
            pen.put(&interaction::Pended { interaction, conversation, agent, until })
        }
        Event::InteractionResumed { cause, .. } => {
            pen.put(&interaction::Resumed { interaction, conversation, agent, cause: *cause })
        }
        Event::WrapUpStarted { ends_at, .. } => {
            let ends_at = (*ends_at).into();
            pen.put(&wrap_up::Started { interaction, conversation, agent, ends_at })
        }
        Event::WrapUpFinished { cause, .. } => {
            pen.put(&wrap_up::Finished { interaction, conversation, agent, cause: *cause })
        }
        _ => return None,
    })
}

fn of_offers<P: Pen>(event: &Event, names: &Names, pen: P) -> Option<P::Out> {
    Some(match event {
        Event::OfferMade(made) => pen.put(&offer::Made::of(made, names)),
        Event::OfferAccepted(end) => {
            let OfferEnd { offer, interaction, conversation, agent } = *end;
            pen.put(&offer::Accepted { offer, interaction, conversation, agent: names.agent(agent).as_str() })
        }
        Event::OfferDeclined { end, cooled_at } => {
            let OfferEnd { offer, interaction, conversation, agent } = *end;
            let (agent, cooled_at) = (names.agent(agent).as_str(), (*cooled_at).into());
            pen.put(&offer::Declined { offer, interaction, conversation, agent, cooled_at })
        }
        Event::OfferExpired { end, cooled_at } => {
            let OfferEnd { offer, interaction, conversation, agent } = *end;
            let (agent, cooled_at) = (names.agent(agent).as_str(), (*cooled_at).into());
            pen.put(&offer::Expired { offer, interaction, conversation, agent, cooled_at })
        }
        Event::OfferRescinded { end, cause } => {
            let OfferEnd { offer, interaction, conversation, agent } = *end;
            let (agent, cause) = (names.agent(agent).as_str(), *cause);
            pen.put(&offer::Rescinded { offer, interaction, conversation, agent, cause })
        }
        Event::OfferCooled { interaction, agent } => {
            pen.put(&offer::Cooled { interaction: *interaction, agent: names.agent(*agent).as_str() })
        }
        _ => return None,
    })
}

fn of_promises<P: Pen>(event: &Event, _: &Names, pen: P) -> Option<P::Out> {
    Some(match event {
        Event::ClockStarted(started) => pen.put(&sla::Started::of(started)),
        Event::ClockWarned { clock, conversation, metric, warning, warned_at, due } => {
            pen.put(&sla::Warned {
                clock: *clock,
                conversation: *conversation,
                metric: *metric,
                warning: *warning,
                warned_at: (*warned_at).into(),
                due: (*due).into(),
            })
        }
        Event::ClockBreached { clock, conversation, metric, breached_at } => pen.put(&sla::Breached {
            clock: *clock,
            conversation: *conversation,
            metric: *metric,
            breached_at: (*breached_at).into(),
        }),
        Event::BreachRetracted { clock, conversation } => {
            pen.put(&sla::BreachRetracted { clock: *clock, conversation: *conversation })
        }
        Event::ClockEnded { clock, conversation, metric, outcome, ended_at, cause } => {
            let (clock, conversation, metric) = (*clock, *conversation, *metric);
            let (ended_at, cause) = ((*ended_at).into(), *cause);
            match outcome {
                Outcome::Met => pen.put(&sla::Met { clock, conversation, metric, ended_at, cause }),
                Outcome::MetLate => pen.put(&sla::MetLate { clock, conversation, metric, ended_at, cause }),
                Outcome::Cancelled => {
                    pen.put(&sla::Cancelled { clock, conversation, metric, ended_at, cause })
                }
            }
        }
        _ => return None,
    })
}

fn of_escalations<P: Pen>(event: &Event, names: &Names, pen: P) -> Option<P::Out> {
    Some(match event {
        Event::EscalationRaised(raised) => pen.put(&escalation::Raised::of(raised, names)),
        Event::EscalationAcked { clock, conversation, until } => pen.put(&escalation::Acked {
            escalation: *clock,
            conversation: *conversation,
            until: (*until).into(),
        }),
        Event::EscalationAckExpired { clock, conversation } => {
            pen.put(&escalation::AckExpired { escalation: *clock, conversation: *conversation })
        }
        Event::EscalationResolved { clock, conversation } => {
            pen.put(&escalation::Resolved { escalation: *clock, conversation: *conversation })
        }
        _ => return None,
    })
}
