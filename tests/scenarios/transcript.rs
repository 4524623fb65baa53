//! Prints what happened: one line for each event, as `09:04:10  clock t1  warned  first_reply, 60s left`.
//!
//! Not printed: the numbers of names, and content. What a line needs to know of the past it asks a second
//! engine, which is told every record and nothing else.

#[path = "holds.rs"]
mod holds;

use switchboard::domain::{
    AgentId, AgentOrigin, Capacity, Channel, ClockId, MessageClass, Needs, Presence, RankKey, Skills, Span,
    Timestamp,
};
use switchboard::engine::event::{
    ClockStarted, ConversationOpened, EscalationRaised, Event, InteractionQueued, MailKind, MailQueued,
    MessageReceived, OfferEnd, OfferMade, PendedChange, PresenceCause, QueueCause, Recorded,
};
use switchboard::engine::state::State;
use switchboard::engine::{Engine, Rejection};

use super::world::MIDNIGHT;

/// The lines so far.
#[derive(Default)]
pub struct Transcript {
    text: String,
    /// The day that the last line is of.
    day: i64,
    past: Engine,
}

/// What a line says: of what, what, and how.
type Line = (String, String, String);

impl Transcript {
    /// Prints an event.
    pub fn record(&mut self, recorded: &Recorded) {
        let printer = Printer { state: self.past.state(), at: recorded.at };
        if let Some((subject, verb, detail)) = printer.line(recorded) {
            self.say(recorded.at, &subject, &verb, &detail);
        }
        self.past.apply(recorded);
    }

    /// Prints that a command or a message was refused.
    pub fn refused(&mut self, at: Timestamp, subject: &str, rejection: &Rejection) {
        self.say(at, subject, "refused", &format!("{}: {rejection}", rejection.code()));
    }

    /// Prints a line, and before it the day, when that is a new one.
    pub fn say(&mut self, at: Timestamp, subject: &str, verb: &str, detail: &str) {
        let today = day(at);
        if today != self.day {
            if self.day != 0 || today != 1 {
                self.text.push_str(&format!("day {today}\n"));
            }
            self.day = today;
        }
        let line = format!("{}  {subject:<15}  {verb:<11}  {detail}", clock(at));
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// The lines since the last call.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

/// Words for one record, by what was known before it.
struct Printer<'a> {
    state: &'a State,
    at: Timestamp,
}

impl Printer<'_> {
    fn line(&self, recorded: &Recorded) -> Option<Line> {
        let printed = match &recorded.event {
            Event::Named { .. } | Event::Content(_) => return None,
            Event::InputRefused(refused) => (
                format!("input {}", recorded.inseq),
                "refused".into(),
                format!("{}: {}", refused.code, refused.reason),
            ),
            Event::CommandRejected { verb, code, .. } => {
                let actor = self.state.names.actor(recorded.actor);
                ("command".into(), "rejected".into(), format!("{verb} by {actor}: {code}"))
            }
            Event::Positioned => ("site".into(), "positioned".into(), format!("input {}", recorded.inseq)),
            event => self
                .site(event)
                .or_else(|| self.people(event))
                .or_else(|| self.conversation(event))
                .or_else(|| self.routing(event))
                .or_else(|| self.hold(event))
                .or_else(|| self.promise(event))
                .or_else(|| self.outgoing(event))
                .unwrap_or_else(|| panic!("no words for {event:?}")),
        };
        Some(printed)
    }

    fn site(&self, event: &Event) -> Option<Line> {
        let (subject, verb, detail) = match event {
            Event::Led { epoch, .. } => ("site", "led", format!("epoch {epoch}")),
            Event::ClockStepped { from, to } => {
                ("site", "stepped", format!("from {} to {}", self.when(*from), self.when(*to)))
            }
            Event::DedupeShortened { remembered, keys, .. } => {
                ("site", "shortened", format!("{remembered:?}, by {keys} keys"))
            }
            Event::PolicyAdopted { .. } => ("policy", "adopted", String::new()),
            Event::PolicyApplied { .. } => ("policy", "applied", String::new()),
            _ => return None,
        };
        Some((subject.into(), verb.into(), detail))
    }

    fn people(&self, event: &Event) -> Option<Line> {
        let of_agent = |id: &AgentId, verb: &str, detail: String| {
            Some((format!("agent {}", self.agent(*id)), verb.to_owned(), detail))
        };
        match event {
            Event::ContactCreated { contact, channel, .. } => {
                Some((format!("contact {contact}"), "created".into(), format!("by {channel}")))
            }
            Event::ContactExpired { contact } => {
                Some((format!("contact {contact}"), "expired".into(), String::new()))
            }
            Event::ContactAddressAdded { contact, .. } => {
                Some((format!("contact {contact}"), "known".into(), "by another address, too".into()))
            }
            Event::ContactLinked { contact, into } => {
                Some((format!("contact {contact}"), "linked".into(), format!("into {into}")))
            }
            Event::ContactUnlinked(out) => {
                let detail = format!("from {}, with {} addresses", out.from, out.addresses.len());
                Some((format!("contact {}", out.contact), "unlinked".into(), detail))
            }
            Event::ContactOptedOut(out) => {
                let detail = format!("of {}, by {}", self.state.names.source(out.source), word(&out.cause));
                Some((format!("contact {}", out.contact), "opted out".into(), detail))
            }
            Event::ContactOptedIn(into) => {
                let detail = format!("to {}, by {}", self.state.names.source(into.source), word(&into.cause));
                Some((format!("contact {}", into.contact), "opted in".into(), detail))
            }
            Event::AgentUpserted { agent, skills, capacity, origin } => {
                let by = if *origin == AgentOrigin::Command { "; by command" } else { "" };
                of_agent(agent, "upserted", format!("{}; {}{by}", self.skills(skills), units(capacity)))
            }
            Event::AgentRemoved { agent } => of_agent(agent, "removed", String::new()),
            Event::AgentSignedIn { agent } => of_agent(agent, "available", self.load(*agent)),
            Event::PresenceChanged { agent, presence, cause } => {
                let (verb, detail) = match presence {
                    Presence::Available => ("available", self.load(*agent)),
                    Presence::Away(reason) => ("away", reason.clone()),
                    Presence::Draining => ("draining", String::new()),
                    Presence::Offline => ("offline", String::new()),
                };
                let removed = *cause == PresenceCause::Removed;
                of_agent(agent, verb, if removed { "no longer in the rules".into() } else { detail })
            }
            Event::AgentLost { agent, offline_at } => {
                of_agent(agent, "lost", format!("offline at {}", self.when(*offline_at)))
            }
            Event::AgentReturned { agent } => of_agent(agent, "returned", String::new()),
            Event::AgentSignedOut { agent, cause } => {
                let detail = if *cause == PresenceCause::Lost { "lost for too long" } else { "signed out" };
                of_agent(agent, "offline", detail.into())
            }
            Event::AgentReleased { agent } => of_agent(agent, "released", String::new()),
            _ => None,
        }
    }

    fn conversation(&self, event: &Event) -> Option<Line> {
        let (conversation, verb, detail) = match event {
            Event::ConversationOpened(opened) => (opened.conversation, "opened", self.opened(opened)),
            Event::ConversationReopened { conversation } => (*conversation, "reopened", String::new()),
            Event::ConversationResolved { conversation, archive_at } => {
                (*conversation, "resolved", format!("reopens until {}", self.when(*archive_at)))
            }
            Event::ConversationArchived { conversation, forget_at, .. } => {
                (*conversation, "archived", format!("named until {}", self.when(*forget_at)))
            }
            Event::ConversationForgotten { conversation } => (*conversation, "forgotten", String::new()),
            Event::ConversationMailboxAdded { conversation, source, .. } => {
                (*conversation, "listed", format!("at {}, too", self.state.names.source(*source)))
            }
            Event::MessageReceived(received) => {
                return Some((
                    format!("message {}", received.message),
                    "received".into(),
                    received_how(received),
                ));
            }
            Event::MessageIgnored { class, .. } => {
                return Some(("message".into(), "ignored".into(), class_word(*class).into()));
            }
            Event::ConversationTold(told) => (told.conversation, "told", String::new()),
            Event::ConversationNoted { conversation, note, .. } => {
                (*conversation, "noted", format!("as {note}"))
            }
            Event::MessageReplied(replied) => {
                let late = self.late("asked at", replied.replied_at);
                let detail = format!("in {}{late}", replied.conversation);
                return Some((format!("message {}", replied.message), "replied".into(), detail));
            }
            _ => return update(event),
        };
        Some((format!("conversation {conversation}"), verb.into(), detail))
    }

    fn routing(&self, event: &Event) -> Option<Line> {
        let of_offer = |end: &OfferEnd, verb: &str, detail: String| {
            let by = if matches!(verb, "accepted" | "declined") { "by" } else { "to" };
            let detail = format!("{} {by} {}{detail}", end.interaction, self.agent(end.agent));
            Some((format!("offer {}", end.offer), verb.to_owned(), detail))
        };
        let pause = |until: &Timestamp| format!(", not again before {}", self.when(*until));
        match event {
            Event::OfferMade(made) => Some((format!("offer {}", made.offer), "made".into(), self.made(made))),
            Event::OfferAccepted(end) => of_offer(end, "accepted", String::new()),
            Event::OfferDeclined { end, cooled_at } => of_offer(end, "declined", pause(cooled_at)),
            Event::OfferExpired { end, cooled_at } => of_offer(end, "expired", pause(cooled_at)),
            Event::OfferRescinded { end, cause } => of_offer(end, "rescinded", format!(", {}", word(cause))),
            _ => self.interaction(event),
        }
    }

    fn interaction(&self, event: &Event) -> Option<Line> {
        let (interaction, verb, detail) = match event {
            Event::InteractionQueued(queued) => (queued.interaction, "queued", self.queued(queued)),
            Event::InteractionAssigned(assigned) => {
                let (agent, units) = (self.agent(assigned.agent), assigned.units);
                let queue = self.state.names.queue(assigned.queue);
                let detail = format!("to {agent} for {units} units, {}, of {queue}", word(&assigned.cause));
                (assigned.interaction, "assigned", detail)
            }
            Event::InteractionUnroutable { interaction, .. } => {
                (*interaction, "unroutable", "no agent of the site has what it asks".into())
            }
            Event::OwnerOffline { interaction, agent, .. } => {
                (*interaction, "kept", format!("by {}, who is offline", self.agent(*agent)))
            }
            Event::InteractionClosed { interaction, agent, .. } => {
                let by = agent.map_or_else(String::new, |agent| format!("held by {}", self.agent(agent)));
                (*interaction, "closed", by)
            }
            Event::OfferCooled { interaction, agent } => {
                (*interaction, "cooled", format!("{} may be asked again", self.agent(*agent)))
            }
            _ => return None,
        };
        Some((format!("interaction {interaction}"), verb.into(), detail))
    }

    fn promise(&self, event: &Event) -> Option<Line> {
        let (clock, verb, detail) = match event {
            Event::ClockStarted(started) => (started.clock, "started", self.started(started)),
            Event::ClockWarned { clock, warned_at, due, .. } => {
                let left = due.since(*warned_at);
                let late = self.late("due at", *warned_at);
                (*clock, "warned", format!("{}, {} left{late}", self.metric(*clock), length(left)))
            }
            Event::ClockBreached { clock, breached_at, .. } => {
                (*clock, "breached", format!("{}, due {}", self.metric(*clock), self.when(*breached_at)))
            }
            Event::BreachRetracted { clock, .. } => (*clock, "retracted", self.metric(*clock)),
            Event::ClockEnded { clock, outcome, ended_at, cause, .. } => {
                let cause = cause.as_ref().map_or_else(String::new, |cause| format!(", {}", word(cause)));
                let detail = format!("{}{}{cause}", self.metric(*clock), self.late("at", *ended_at));
                return Some((format!("clock {clock}"), word(outcome), detail));
            }
            _ => return self.escalation(event),
        };
        Some((format!("clock {clock}"), verb.into(), detail))
    }

    fn escalation(&self, event: &Event) -> Option<Line> {
        let (clock, verb, detail) = match event {
            Event::EscalationRaised(raised) => {
                (raised.clock, format!("rung {}", raised.rung), self.raised(raised))
            }
            Event::EscalationAcked { clock, until, .. } => {
                (*clock, "acked".into(), format!("further rungs wait until {}", self.when(*until)))
            }
            Event::EscalationAckExpired { clock, .. } => (*clock, "ack expired".into(), String::new()),
            Event::EscalationResolved { clock, .. } => (*clock, "resolved".into(), String::new()),
            _ => return None,
        };
        Some((format!("escalation {clock}"), verb, detail))
    }

    fn outgoing(&self, event: &Event) -> Option<Line> {
        let (mail, verb, detail) = match event {
            Event::MailQueued(MailQueued { mail, kind: MailKind::Reply { message, .. }, .. }) => {
                (mail, "owed", format!("reply {message}"))
            }
            Event::MailQueued(MailQueued { mail, kind: MailKind::Escalation { clock, rung }, .. }) => {
                (mail, "owed", format!("rung {rung} of {clock}"))
            }
            Event::MailAttempted { mail, attempt, .. } => (mail, "attempted", format!("the {attempt}. time")),
            Event::MailSent { mail, response, .. } => (mail, "sent", response.clone()),
            Event::MailFailed(failed) => {
                let retry = failed.retry_at.map(|at| format!(", again at {}", self.when(at)));
                (&failed.mail, "failed", failed.code.clone() + &retry.unwrap_or(", given up".into()))
            }
            Event::MessageDelivery { message, state, code, .. } => {
                let code = code.as_ref().map(|code| format!("code {code}")).unwrap_or_default();
                return Some((format!("message {message}"), word(state), code));
            }
            _ => return None,
        };
        Some((format!("mail {mail}"), verb.into(), detail))
    }

    fn opened(&self, opened: &ConversationOpened) -> String {
        let language = opened.language.as_ref().map_or_else(String::new, |tag| format!(", language {tag}"));
        let before =
            opened.follow_up_of.map_or_else(String::new, |before| format!(", follow-up of {before}"));
        let also: String =
            opened.also.iter().map(|source| format!(", {} too", self.state.names.source(*source))).collect();
        format!("contact {}, {}{also}{language}{before}", opened.contact, opened.channel)
    }

    fn queued(&self, queued: &InteractionQueued) -> String {
        let names = &self.state.names;
        let route = match queued.route {
            Some(route) => format!("by route {}", names.route(route)),
            None => "by default".into(),
        };
        let cause = match queued.cause {
            QueueCause::Arrived => String::new(),
            _ => format!(", {}", word(&queued.cause)),
        };
        let age = self.late("waiting since", queued.waiting_since);
        let needs = self.needs(&queued.needs);
        let sender = queued.sender.map_or_else(String::new, |(agent, until)| {
            format!(", not to {} before {}", self.agent(agent), self.when(until))
        });
        let (queue, priority) = (names.queue(queued.queue), queued.priority);
        format!("{queue}, priority {priority}, {route}{needs}{cause}{age}{sender}")
    }

    fn needs(&self, needs: &Needs) -> String {
        let each = needs
            .iter()
            .map(|need| format!(" {} {}", self.state.names.skill(need.skill), need.least.level()));
        let each: Vec<String> = each.collect();
        if each.is_empty() { String::new() } else { format!(", asks{}", each.join(" and")) }
    }

    fn made(&self, made: &OfferMade) -> String {
        let RankKey { preferred, load, since, .. } = made.rank;
        let preferred = if preferred == 0 { "preferred, " } else { "" };
        let directed = if made.directed { "directed, " } else { "" };
        let (to, until) = (self.agent(made.agent), self.when(made.expires_at));
        let idle = length(self.at.since(since));
        format!(
            "{} to {to} until {until}, {directed}rank {preferred}load {load}, idle {idle}",
            made.interaction
        )
    }

    fn started(&self, started: &ClockStarted) -> String {
        let cycle = if started.cycle > 1 { format!(", cycle {}", started.cycle) } else { String::new() };
        let (metric, due) = (started.promise.metric, self.when(started.due));
        format!("{metric} of {}, due {due}{cycle}", started.conversation)
    }

    fn raised(&self, raised: &EscalationRaised) -> String {
        let skipped: Vec<String> = raised.skipped.iter().map(u32::to_string).collect();
        let skipped = if skipped.is_empty() {
            String::new()
        } else {
            format!(", tells rung {} too", skipped.join(" and "))
        };
        let late = self.late("due at", raised.due);
        format!("to {}{skipped}{late}", raised.notify.join(" and "))
    }

    fn agent(&self, id: AgentId) -> &str {
        self.state.names.agent(id).as_str()
    }

    fn metric(&self, id: ClockId) -> String {
        self.state.clock(id).map_or_else(String::new, |clock| clock.promise.metric.to_string())
    }

    fn skills(&self, skills: &Skills) -> String {
        let each = skills
            .iter()
            .map(|(skill, level)| format!("{} {}", self.state.names.skill(*skill), level.level()));
        let each: Vec<String> = each.collect();
        if each.is_empty() { "no skills".into() } else { each.join(", ") }
    }

    fn load(&self, id: AgentId) -> String {
        let agent = self.state.agent(id);
        let most = agent.profile.as_ref().map_or(0, |profile| profile.capacity.units);
        format!("{}/{most} units", agent.load())
    }

    /// An instant that is not the line's own, with its word; else nothing.
    fn late(&self, word: &str, at: Timestamp) -> String {
        if at == self.at { String::new() } else { format!(", {word} {}", self.when(at)) }
    }

    /// An instant, with its day when that is not the line's own.
    fn when(&self, at: Timestamp) -> String {
        if day(at) == day(self.at) { clock(at) } else { format!("day {} {}", day(at), clock(at)) }
    }
}

/// What is told of messages that are there.
fn update(event: &Event) -> Option<Line> {
    let (message, verb, detail) = match event {
        Event::MessageIdentified(identified) => {
            let echo = identified.echoed_as.map(|echo| format!("told as {echo} before"));
            (identified.message, "identified", echo.unwrap_or_default())
        }
        Event::MessageEdited(touched) => (touched.message, "edited", format!("in {}", touched.conversation)),
        Event::MessageDeleted(touched) => {
            (touched.message, "deleted", format!("in {}", touched.conversation))
        }
        Event::MessageReacted { touched, removed } => {
            let verb = if *removed { "unreacted" } else { "reacted" };
            (touched.message, verb, format!("in {}", touched.conversation))
        }
        Event::MessageExtended(extended) => {
            (extended.message, "extended", format!("in {}", extended.conversation))
        }
        Event::MessageEchoed(echoed) => (echoed.message, "echoed", format!("in {}", echoed.conversation)),
        Event::UpdatePended(pended) => {
            let detail = match &pended.change {
                PendedChange::Edit => "edit".to_owned(),
                PendedChange::Delete => "deletion".to_owned(),
                PendedChange::React { .. } => "reaction".to_owned(),
                PendedChange::Report { state, .. } => format!("report, {}", word(state)),
            };
            return Some(("update".into(), "pended".into(), detail));
        }
        _ => return None,
    };
    Some((format!("message {message}"), verb.into(), detail))
}

fn received_how(received: &MessageReceived) -> String {
    let class = match received.class {
        MessageClass::Human => String::new(),
        class => format!(", {}", class_word(class)),
    };
    let stranger = if received.new_participant { ", new participant" } else { "" };
    let flags: String =
        received.flags.iter().map(|flag| format!(", {}", flag.as_str().replace('_', " "))).collect();
    let keyword = received.keyword.map_or_else(String::new, |keyword| format!(", {}", word(&keyword)));
    let until = received.reply_until.map_or_else(String::new, |at| format!(", answered until {}", clock(at)));
    let nobody = if received.no_reply { ", unanswerable" } else { "" };
    let related = received.related.map_or_else(String::new, |id| format!(", names {id}"));
    format!("in {}{class}{keyword}{until}{nobody}{stranger}{flags}{related}", received.conversation)
}

fn class_word(class: MessageClass) -> &'static str {
    match class {
        MessageClass::Human => "human",
        MessageClass::AutoReply => "auto-reply",
        MessageClass::Automated => "automated",
        MessageClass::Bounce => "bounce",
        MessageClass::ReadReceipt => "read receipt",
        MessageClass::Complaint => "complaint",
        MessageClass::Calendar => "calendar",
        MessageClass::List => "list",
        MessageClass::Bulk => "bulk",
        MessageClass::Loop => "loop",
        MessageClass::System => "system",
    }
}

fn units(capacity: &Capacity) -> String {
    let each = Channel::ALL.map(|channel| {
        let most =
            capacity.maxima[channel.index()].map_or_else(String::new, |most| format!(" (at most {most})"));
        format!("{channel} {}{most}", capacity.costs[channel.index()])
    });
    format!("capacity {}, costs {}", capacity.units, each.join(", "))
}

/// The journal's own word for a cause or outcome.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word.replace('_', " "),
        other => panic!("a cause is one word, not {other:?}"),
    }
}

/// `45s`, `5m`, `1d 2h`: exact, without the units that are zero.
fn length(span: Span) -> String {
    let units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    let mut rest = span.0 / 1000;
    let mut words = Vec::new();
    for (unit, size) in units {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            words.push(format!("{count}{unit}"));
        }
    }
    if words.is_empty() { "0s".to_owned() } else { words.join(" ") }
}

/// The day of the story, from 1.
fn day(at: Timestamp) -> i64 {
    at.day() - MIDNIGHT.day() + 1
}

fn clock(at: Timestamp) -> String {
    let of_day = at.0.rem_euclid(86_400_000);
    let (seconds, millis) = (of_day / 1000, of_day % 1000);
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if millis == 0 { clock } else { format!("{clock}.{millis:03}") }
}
