//! The pen: what `decide` records is applied at once and kept for the journal.

use crate::domain::{ActorId, ContactId, ConversationId, Name, NameKind, Names, Seq, Timestamp};

use super::dirty::Dirty;
use super::event::{CommandCause, ContentPart, ContentRecord, Event, Recorded};
use super::evolve::evolve;
use super::rules::Rules;
use super::state::State;

/// The most events of one command. A larger act goes on as due work.
pub const STEP_EVENTS_MAX: usize = 256;

/// At this many events a loop over many things stops and leaves the rest as due work; what one thing may
/// still record fits between this and [`STEP_EVENTS_MAX`].
pub(super) const SLICE_EVENTS: usize = 192;

/// Records what one command leads to.
pub(super) struct Recorder<'a> {
    pub(super) state: &'a mut State,
    pub(super) rules: &'a Rules,
    pub(super) dirty: &'a mut Dirty,
    events: &'a mut Vec<Recorded>,
    now: Timestamp,
    asked_at: Timestamp,
    inseq: u64,
    actor: Name,
    /// The number of that name, once it was looked up.
    actor_id: Option<ActorId>,
    /// Whether what is recorded now is the command's own, and which command that is.
    answering: bool,
    cause: Option<CommandCause>,
    answer: Option<Seq>,
}

/// From where a recorder begins.
pub(super) struct Origin {
    pub(super) now: Timestamp,
    /// When the command was asked, at most now: promises are judged at this instant.
    pub(super) asked_at: Timestamp,
    pub(super) inseq: u64,
    pub(super) actor: Name,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(
        state: &'a mut State,
        rules: &'a Rules,
        dirty: &'a mut Dirty,
        events: &'a mut Vec<Recorded>,
        origin: Origin,
    ) -> Recorder<'a> {
        let Origin { now, asked_at, inseq, actor } = origin;
        Recorder {
            state,
            rules,
            dirty,
            events,
            now,
            asked_at,
            inseq,
            actor,
            actor_id: None,
            answering: false,
            cause: None,
            answer: None,
        }
    }

    /// The instant of every record of this command.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// When the command was asked: now, or when it entered the input stream.
    pub(super) fn asked_at(&self) -> Timestamp {
        self.asked_at
    }

    /// From here on the site itself records: for who has no number and gets none.
    pub(super) fn as_site(&mut self) {
        self.actor = Names::default().actor(Names::SITE).clone();
        self.actor_id = None;
    }

    /// Who asks.
    pub(super) fn actor(&self) -> &Name {
        &self.actor
    }

    /// Whether a loop over many things should stop here.
    pub(super) fn is_full(&self) -> bool {
        self.events.len() >= SLICE_EVENTS
    }

    /// How many events this step has recorded.
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// From here on the first fact is the answer of the command, and bears its key.
    pub(super) fn begin_answer(&mut self, cause: Option<CommandCause>) {
        self.cause = cause;
        self.answering = true;
    }

    /// What follows is no longer the command's own. Where its answer lies, when it recorded one.
    pub(super) fn end_answer(&mut self) -> Option<Seq> {
        self.answering = false;
        self.answer
    }

    /// Records what was due before the command and is not its own.
    pub(super) fn aside(&mut self, settle: impl FnOnce(&mut Self)) {
        let answering = std::mem::replace(&mut self.answering, false);
        settle(self);
        self.answering = answering;
    }

    /// Records that something happened.
    pub(super) fn record(&mut self, event: Event) -> Seq {
        let actor = self.actor_id();
        self.write(actor, event)
    }

    /// The site gives names their numbers: not what a command is answered.
    pub(super) fn name(&mut self, kind: NameKind, names: Vec<Name>) {
        let first = self.state.names.count(kind);
        self.write(Names::SITE, Event::Named { kind, first, names });
    }

    /// Records a fact that points at its content, and the content behind it. `fact` is given the place
    /// of the content. Where the fact lies.
    pub(super) fn record_with_content(&mut self, fact: impl FnOnce(Seq) -> Event, part: ContentPart) -> Seq {
        let prev = self.content_before(&part);
        let actor = self.actor_id();
        let place = self.state.seq.next().next();
        let cause = self.write(actor, fact(place));
        let written = self.write(actor, Event::Content(Box::new(ContentRecord { prev, part })));
        debug_assert_eq!(written, place, "content lies right behind its fact");
        cause
    }

    fn write(&mut self, actor: ActorId, event: Event) -> Seq {
        let seq = self.state.seq.next();
        let is_answer = self.answering && self.answer.is_none() && !matches!(event, Event::Named { .. });
        let command = if is_answer { self.cause.take() } else { None };
        if is_answer {
            self.answer = Some(seq);
        }
        let recorded = Recorded { seq, at: self.now, inseq: self.inseq, actor, command, event };
        evolve(self.state, &recorded);
        self.dirty.note(&recorded.event, self.state);
        self.events.push(recorded);
        seq
    }

    /// Before an actor's first record the site gives his name a number.
    fn actor_id(&mut self) -> ActorId {
        let known = self.actor_id.or_else(|| self.state.names.find_actor(self.actor.as_str()));
        self.actor_id = known;
        if let Some(id) = known {
            return id;
        }
        let id = ActorId(self.state.names.count(NameKind::Actor));
        self.name(NameKind::Actor, vec![self.actor.clone()]);
        id
    }

    /// The newest content of whom or what this is of; zero where it is the first, or of nothing that lasts.
    fn content_before(&self, part: &ContentPart) -> Seq {
        let of_conversation =
            |id: &ConversationId| self.state.conversation(*id).map_or(Seq(0), |known| known.content);
        match part {
            ContentPart::Message { conversation, .. }
            | ContentPart::Reply { conversation, .. }
            | ContentPart::Note { conversation, .. }
            | ContentPart::Echo { conversation, .. }
            | ContentPart::Adopted { conversation, .. } => of_conversation(conversation),
            ContentPart::Update { conversation, .. } => conversation.as_ref().map_or(Seq(0), of_conversation),
            ContentPart::Contact { contact, .. } => self.content_of_contact(*contact),
            ContentPart::Ignored { .. } => Seq(0),
        }
    }

    pub(super) fn content_of_contact(&self, id: ContactId) -> Seq {
        self.state.contact(id).map_or(Seq(0), |contact| contact.content)
    }
}
