//! One record of each event.

use std::sync::Arc;

use switchboard::domain::*;
use switchboard::engine::command::RefusedInput;
use switchboard::engine::event::*;

/// 2026-01-02 03:04:05.123 UTC.
pub const NOW: Timestamp = Timestamp(1_767_323_045_123);

/// The names that the samples use.
pub fn names() -> Names {
    let mut names = Names::default();
    let of = |texts: &[&str]| texts.iter().map(|text| name(text)).collect::<Vec<_>>();
    names.add(NameKind::Actor, &of(&["ana", "crm"]));
    names.add(NameKind::Agent, &of(&["ana", "ben"]));
    names.add(NameKind::Queue, &of(&["general", "billing"]));
    names.add(NameKind::Route, &of(&["billing-line", "vip"]));
    names.add(NameKind::Skill, &of(&["billing", "polish"]));
    names.add(NameKind::Source, &of(&["support", "line"]));
    names
}

pub fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

/// Each event, as a record of its own.
pub fn records() -> Vec<Recorded> {
    let events =
        [site(), people(), conversations(), routing(), promises(), mails(), content(), holds(), begun()];
    let events = [events.concat(), super::updates::updates(), linked()].concat();
    let record = |(place, event)| {
        let key = Digest(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        let command = (place % 2 == 0).then_some(CommandCause { key, asked_at: later(-70) });
        let (seq, actor) = (Seq(9_007_199_254_740_993 + place as u64), ActorId((place % 3) as u32));
        Recorded { seq, at: NOW, inseq: 41, actor, command, event }
    };
    events.into_iter().enumerate().map(record).collect()
}

fn site() -> Vec<Event> {
    vec![
        Event::Led { epoch: 3, instance: "host-1/4711".into(), version: "0.1.0".into() },
        Event::Positioned,
        Event::ClockStepped { from: NOW, to: later(3_600_000) },
        Event::Named { kind: NameKind::Agent, first: 1, names: vec![name("ben"), name("cy")] },
        Event::PolicyAdopted { digest: Digest(7) },
        Event::PolicyApplied { digest: Digest(7) },
        Event::DedupeShortened { remembered: Remembered::Messages, day: 20_455, keys: 20_000_000 },
        Event::InputRefused(Box::new(RefusedInput {
            subject: "switchboard.in.sms.line".into(),
            channel: Some(Channel::Sms),
            code: "not_json".into(),
            reason: "not JSON at line 1 column 1".into(),
        })),
        Event::CommandRejected {
            verb: "offer.accept".into(),
            code: "offer_ended".into(),
            reason: "the offer \"o3\" has expired".into(),
        },
    ]
}

fn people() -> Vec<Event> {
    let agent = AgentId(0);
    let level = |level| Proficiency::new(level).expect("1 to 5");
    let skills = Skills::new(vec![(SkillId(1), level(5)), (SkillId(0), level(2))]);
    let capacity = Capacity { units: 3, costs: [1, 2, 3, 4], maxima: [Some(2), None, Some(1), Some(5)] };
    let changed = |presence| Event::PresenceChanged { agent, presence, cause: PresenceCause::Asked };
    vec![
        Event::ContactCreated {
            contact: ContactId(1),
            address: Digest(5),
            channel: Channel::Sms,
            content: Seq(12),
        },
        Event::ContactExpired { contact: ContactId(1) },
        Event::ContactAddressAdded { contact: ContactId(1), address: Digest(6) },
        Event::ContactLinked { contact: ContactId(2), into: ContactId(1) },
        Event::ContactOptedOut(Box::new(ContactOptedOut {
            contact: ContactId(1),
            source: SourceId(0),
            address: Digest(5),
            since: NOW,
            cause: OptCause::Keyword,
        })),
        Event::ContactOptedIn(Box::new(ContactOptedIn {
            contact: ContactId(1),
            source: SourceId(0),
            address: Digest(5),
            cause: OptCause::Command,
            expires_at: later(86_400_000),
        })),
        Event::AgentUpserted { agent, skills, capacity, origin: AgentOrigin::File },
        Event::AgentRemoved { agent },
        Event::AgentSignedIn { agent },
        changed(Presence::Available),
        changed(Presence::Draining),
        changed(Presence::Offline),
        changed(Presence::Away("lunch \"now\" 午".into())),
        Event::AgentLost { agent, offline_at: later(60_000) },
        Event::AgentReturned { agent },
        Event::AgentSignedOut { agent, cause: PresenceCause::Lost },
        Event::AgentReleased { agent },
    ]
}

fn conversations() -> Vec<Event> {
    let (conversation, contact) = (ConversationId(12), ContactId(1));
    let opened = ConversationOpened {
        conversation,
        contact,
        peer: Some(Digest(5)),
        channel: Channel::Email,
        source: SourceId(0),
        also: vec![SourceId(1)],
        to: "support@example.org".into(),
        language: Some("pl".into()),
        follow_up_of: Some(ConversationId(4)),
        reply_until: Some(later(86_400_000)),
    };
    let bare = ConversationOpened {
        peer: None,
        also: vec![],
        language: None,
        follow_up_of: None,
        reply_until: None,
        ..opened.clone()
    };
    let received = MessageReceived {
        message: MessageId(7),
        conversation,
        contact,
        class: MessageClass::Human,
        opens: true,
        from: Digest(5),
        new_participant: true,
        flags: vec![ThreadFlag::Participant, ThreadFlag::ReferencesTwoConversations],
        related: Some(ConversationId(9)),
        participants: vec![Digest(6)],
        language: Some("zh-tw".into()),
        dedupe: Digest(8),
        keys: vec![key(1, ThreadScope::Channel), key(2, ThreadScope::Theirs)],
        awaits: vec![Digest(9)],
        parts: vec![Digest(8)],
        key: Some(Digest(9)),
        group: Some(Digest(10)),
        keyword: Some(Keyword::Review),
        no_reply: true,
        reply_until: Some(later(86_400_000)),
        sent_at: Some(later(-90_000)),
        received_at: later(-1_000),
        content: Seq(15),
    };
    let plain = MessageReceived {
        opens: false,
        flags: vec![],
        related: None,
        participants: vec![],
        language: None,
        keys: vec![],
        awaits: vec![],
        parts: vec![],
        key: None,
        group: None,
        keyword: None,
        no_reply: false,
        reply_until: None,
        sent_at: None,
        ..received.clone()
    };
    let replied = |key: Option<ThreadKey>| {
        Event::MessageReplied(Box::new(MessageReplied {
            message: MessageId(8),
            conversation,
            replied_at: NOW,
            key,
            subject: key.map(|_| ThreadKey { digest: Digest(11), scope: ThreadScope::Subject }),
            auto: key.is_none(),
            content: Seq(20),
            way: Some(ReplyWay {
                contact,
                channel: Channel::Email,
                source: SourceId(0),
                from: "support@example.org".into(),
                contact_content: Seq(3),
                answers: key.map(|_| Seq(15)),
                reply_until: key.map(|_| later(86_400_000)),
            }),
        }))
    };
    vec![
        Event::ConversationOpened(Box::new(bare)),
        Event::ConversationOpened(Box::new(opened)),
        Event::ConversationReopened { conversation },
        Event::ConversationResolved { conversation, archive_at: later(86_400_000) },
        Event::ConversationArchived {
            conversation,
            forget_at: later(86_400_000),
            contact_expires_at: later(2 * 86_400_000),
        },
        Event::ConversationForgotten { conversation },
        Event::ConversationMailboxAdded {
            conversation,
            source: SourceId(1),
            keys: vec![key(4, ThreadScope::Theirs)],
        },
        Event::MessageReceived(Box::new(plain)),
        Event::MessageReceived(Box::new(received)),
        Event::MessageIgnored {
            dedupe: Digest(8),
            class: MessageClass::Bounce,
            source: SourceId(0),
            received_at: NOW,
            content: Seq(9),
        },
        replied(None),
        replied(Some(key(3, ThreadScope::Ours))),
    ]
}

fn routing() -> Vec<Event> {
    let (interaction, conversation, agent) = (InteractionId(4), ConversationId(12), AgentId(0));
    let need = |skill, least| Need { skill: SkillId(skill), least: Proficiency::new(least).expect("1 to 5") };
    let verdict = |route, clause, matched| ClauseVerdict { route: RouteId(route), clause, matched };
    let queued = InteractionQueued {
        interaction,
        conversation,
        queue: QueueId(1),
        route: Some(RouteId(0)),
        priority: -50,
        priority_set: false,
        needs: Needs::new(vec![need(1, 3), need(0, 4)]),
        waiting_since: later(-5_000),
        cause: QueueCause::Arrived,
        held_by: None,
        verdicts: vec![verdict(0, "text", true), verdict(1, "subject", false), verdict(1, "address", true)],
        sender: None,
    };
    let default = InteractionQueued {
        route: None,
        needs: Needs::new(vec![]),
        verdicts: vec![],
        cause: QueueCause::OwnerOffline,
        held_by: Some(agent),
        ..queued.clone()
    };
    let rank = RankKey { preferred: 0, load: 2, since: later(-9_000), agent };
    let end = OfferEnd { offer: OfferId(3), interaction, conversation, agent };
    vec![
        Event::InteractionQueued(Box::new(default)),
        Event::InteractionQueued(Box::new(queued)),
        Event::InteractionUnroutable { interaction, conversation },
        Event::OwnerOffline { interaction, conversation, agent },
        Event::InteractionClosed { interaction, conversation, agent: None },
        Event::InteractionClosed { interaction, conversation, agent: Some(agent) },
        Event::OfferMade(Box::new(OfferMade {
            offer: OfferId(3),
            interaction,
            conversation,
            agent,
            queue: QueueId(1),
            channel: Channel::Chat,
            units: 1,
            expires_at: later(30_000),
            rank,
            directed: false,
            reply_until: Some(later(86_400_000)),
        })),
        Event::OfferAccepted(end),
        Event::OfferDeclined { end, cooled_at: later(60_000) },
        Event::OfferExpired { end, cooled_at: later(60_000) },
        Event::OfferRescinded { end, cause: RescindCause::AgentLost },
        Event::OfferCooled { interaction, agent },
    ]
}

fn promises() -> Vec<Event> {
    let (clock, conversation) = (ClockId(5), ConversationId(12));
    let rungs = vec![
        Rung { after_ms: 0, notify: vec!["assignee".into()] },
        Rung { after_ms: 600_000, notify: vec!["role:supervisor".into(), "email:duty@example.org".into()] },
    ];
    let ladder = Ladder { name: "billing".into(), ack_for_ms: 900_000, rungs };
    let promise = |ladder| Promise {
        metric: Metric::FirstReply,
        sla: Some("gold".parse().expect("a plain name")),
        within: Span::minutes(5),
        warnings: [Span::minutes(2), Span::minutes(1)].into(),
        ladder,
    };
    let started = |promise| {
        Event::ClockStarted(Box::new(ClockStarted {
            clock,
            conversation,
            interaction: InteractionId(4),
            cycle: 1,
            started_at: NOW,
            due: later(300_000),
            breach_at: later(302_000),
            promise: Arc::new(promise),
        }))
    };
    let metric = Metric::FirstReply;
    let ended =
        |outcome, cause| Event::ClockEnded { clock, conversation, metric, outcome, ended_at: NOW, cause };
    vec![
        started(promise(None)),
        started(promise(Some(Arc::new(ladder)))),
        Event::ClockWarned { clock, conversation, metric, warning: 1, warned_at: NOW, due: later(60_000) },
        Event::ClockBreached { clock, conversation, metric, breached_at: NOW },
        Event::BreachRetracted { clock, conversation },
        ended(Outcome::Met, None),
        ended(Outcome::MetLate, None),
        ended(Outcome::Cancelled, Some(CancelCause::ResolvedUnanswered)),
        ended(Outcome::Cancelled, Some(CancelCause::PolicyRemoved)),
        Event::EscalationRaised(Box::new(EscalationRaised {
            clock,
            conversation,
            metric,
            rung: 2,
            skipped: vec![1],
            notify: vec!["role:supervisor".into()],
            due: NOW,
            stood: Some(EscalationStood {
                breached_at: later(-60_000),
                within: Span::minutes(30),
                ladder: "duty".into(),
                rungs: 3,
                queue: QueueId(0),
                channel: Channel::Email,
                source: SourceId(0),
                contact: ContactId(1),
                priority: -5,
                waiting_since: later(-90_000),
                agent: Some(AgentId(0)),
                content: Seq(15),
            }),
        })),
        Event::EscalationAcked { clock, conversation, until: later(900_000) },
        Event::EscalationAckExpired { clock, conversation },
        Event::EscalationResolved { clock, conversation },
    ]
}

fn mails() -> Vec<Event> {
    let (mail, attempt) = (MailId(5), 2);
    let reply = MailKind::Reply { conversation: ConversationId(12), message: MessageId(8) };
    let escalation = MailKind::Escalation { clock: ClockId(4), rung: 2 };
    let failed = |retry_at: Option<Timestamp>| {
        Event::MailFailed(Box::new(MailFailed {
            mail,
            attempt,
            code: "relay_refused".into(),
            reason: "the relay answered 451".into(),
            permanent: retry_at.is_none(),
            retry_at,
        }))
    };
    let (message, conversation) = (MessageId(8), ConversationId(12));
    let (state, code) = (DeliveryState::Failed, Some("30003".into()));
    vec![
        Event::MailQueued(MailQueued { mail, kind: reply, cause: Seq(19) }),
        Event::MailQueued(MailQueued { mail, kind: escalation, cause: Seq(19) }),
        Event::MailAttempted { mail, attempt, cause: Seq(19) },
        Event::MailSent { mail, attempt, response: "250 2.0.0 \"queued\"".into(), keys: Vec::new() },
        failed(Some(later(60_000))),
        failed(None),
        Event::MessageDelivery { message, conversation, state, code },
        Event::MessageDelivery { message, conversation, state: DeliveryState::Read, code: None },
    ]
}

fn content() -> Vec<Event> {
    let (message, conversation) = (MessageId(7), ConversationId(12));
    let party = Party { address: "jo@example.org".into(), name: Some("Jo \"the\" 客".into()) };
    let content = Content {
        from: party.clone(),
        to: vec![Party { address: "support@example.org".into(), name: None }],
        reply_to: Some(Party { address: "home@example.org".into(), name: None }),
        external_id: Some("1@example.org".into()),
        references: vec!["0@example.org".into()],
        thread_id: Some("room 7".into()),
        subject: Some("Rachunek \u{1F4B8}".into()),
        text: "line 1\nline 2\ttab \\ \"quoted\"".into(),
        attachments: vec![Attachment {
            filename: Some("bill.pdf".into()),
            content_type: Some("application/pdf".into()),
            size: Some(123),
            url: None,
            dataref: Some("obj/1".into()),
            data_base64: Some("aGk=".into()),
            id: Some("F1".into()),
            kind: Some(FileKind::File),
            content_id: Some("part1@x".into()),
            flags: vec!["encrypted".into()],
        }],
        text_stripped: Some("line 1".into()),
        html_clean: Some("<p>line 1</p>".into()),
        location: Some(Location {
            latitude: 52.25,
            longitude: 21.5,
            title: Some("here".into()),
            address: Some("Warszawa".into()),
        }),
        contacts: vec![ContactCard { name: Some("Ann".into()), phones: vec!["+48225550101".into()] }],
        payload: Some("GO".into()),
        in_reply_to: Some("6".into()),
        flags: vec!["truncated".into()],
    };
    let parts = [
        ContentPart::Message { message, conversation, content: Arc::new(content.clone()) },
        ContentPart::Reply {
            message,
            conversation,
            reply: Arc::new(Reply {
                text: "Done.".into(),
                external_id: Some("c-x.y@example.org".into()),
                ..Reply::default()
            }),
        },
        ContentPart::Contact { contact: ContactId(1), party },
    ];
    let ignored = ContentRecord { prev: Seq(0), part: ContentPart::Ignored { content: Arc::new(content) } };
    let mut events: Vec<Event> =
        parts.map(|part| Event::Content(Box::new(ContentRecord { prev: Seq(11), part }))).into();
    events.push(Event::Content(Box::new(ignored)));
    events
}

/// What agents do with what they hold; some are fuller samples of what stands above.
fn holds() -> Vec<Event> {
    let (interaction, conversation, agent) = (InteractionId(4), ConversationId(12), AgentId(0));
    let hold = Hold { interaction, conversation, agent };
    let changed = |priority, language, tags| {
        Event::ConversationChanged(Box::new(ConversationChanged { conversation, priority, language, tags }))
    };
    let mut sent_on = routing();
    for event in &mut sent_on {
        match event {
            Event::InteractionQueued(queued) => {
                queued.cause = QueueCause::Transferred;
                queued.priority_set = true;
                queued.sender = Some((agent, later(60_000)));
            }
            Event::OfferMade(made) => made.directed = true,
            _ => {}
        }
    }
    sent_on.retain(|event| matches!(event, Event::InteractionQueued(_) | Event::OfferMade(_)));
    let rest = vec![
        Event::InteractionPended { hold, until: None },
        Event::InteractionPended { hold, until: Some(later(3_600_000)) },
        Event::InteractionResumed { hold, cause: ResumeCause::Contact },
        Event::WrapUpStarted { hold, ends_at: later(30_000) },
        Event::WrapUpFinished { hold, cause: WrapUpEnd::AgentOffline },
        changed(None, None, None),
        changed(Some(-5), Some("zh-tw".into()), Some(vec![name("refund"), name("vip")])),
    ];
    [sent_on, rest].concat()
}

/// What people of ours begin.
fn begun() -> Vec<Event> {
    let (conversation, message, agent) = (ConversationId(12), MessageId(9), AgentId(0));
    let level = |level| Proficiency::new(level).expect("1 to 5");
    let capacity = Capacity { units: 1, costs: [1; 4], maxima: [None; 4] };
    let skills = Skills::new(vec![(SkillId(1), level(4))]);
    let to = Party { address: "kim@example.org".into(), name: None };
    let reply = Reply {
        text: "We should talk.".into(),
        to: Some(to),
        subject: Some("Your bill".into()),
        external_id: Some("s-x.y@example.org".into()),
        thread_id: Some("room-3".into()),
        template: true,
    };
    let note = Note { author: name("ana"), text: "Called back, \"busy\".".into() };
    let part = |part| Event::Content(Box::new(ContentRecord { prev: Seq(0), part }));
    vec![
        Event::AgentUpserted { agent, skills, capacity, origin: AgentOrigin::Command },
        Event::InteractionAssigned(Box::new(InteractionAssigned {
            interaction: InteractionId(4),
            conversation,
            agent,
            queue: QueueId(1),
            priority: 50,
            needs: Needs::new(vec![Need { skill: SkillId(1), least: level(3) }]),
            channel: Channel::Email,
            units: 2,
            cause: AssignCause::Started,
        })),
        part(ContentPart::Reply { message, conversation, reply: Arc::new(reply) }),
        Event::ConversationNoted { conversation, note: message, content: Seq(21) },
        part(ContentPart::Note { message, conversation, note: Arc::new(note) }),
    ]
}

fn linked() -> Vec<Event> {
    let (contact, from) = (ContactId(2), ContactId(1));
    let (addresses, expires_at) = (vec![Digest(6), Digest(7)], later(86_400_000));
    let keys = vec![Digest(9), Digest(10)];
    vec![
        Event::ContactUnlinked(Box::new(ContactUnlinked { contact, from, addresses, expires_at })),
        Event::MailSent { mail: MailId(6), attempt: 1, response: "250 Ok 01-02-03".into(), keys },
    ]
}

fn key(digest: u128, scope: ThreadScope) -> ThreadKey {
    ThreadKey { digest: Digest(digest), scope }
}

pub fn later(millis: i64) -> Timestamp {
    Timestamp(NOW.0 + millis)
}
