//! What may be asked, in the imperative. A command is judged once, in `decide/` by the file of its name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{
    Capacity, Channel, ClockId, CommandKey, Content, ConversationId, DeliveryState, Digest, Endpoint,
    InboundMessage, InboundUpdate, MailId, MessageId, Name, OfferId, Party, Presence, Proficiency, Reply,
    ThreadKey, Timestamp,
};
use crate::policy::Policy;

pub use super::contacts::ContactRef;
pub use super::hold::{Changes, TAGS_MAX, TransferTo, WrapUpOf};
pub use super::mail::MailOutcome;

/// A command with who asks, from where, and when.
#[derive(Clone, Debug)]
pub struct Order {
    /// Who asks: proven by the subject that he may publish on, never by a payload.
    pub actor: Name,
    /// Which door it came by.
    pub door: Door,
    /// The digest of the actor and the id that he gave the command: the same one has one effect.
    pub key: Option<CommandKey>,
    /// The conversation's version that he has seen; another one refuses the command.
    pub if_version: Option<u32>,
    /// What he asks.
    pub command: Command,
}

/// Which door a command came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Request and reply: judged at now; a rejection is an answer and leaves nothing.
    Api,
    /// The input stream: durable, judged at the instant that it entered there, so that what was asked in
    /// time counts although the daemon was down; a rejection is recorded, since nobody waits for it.
    Input {
        /// Its place in the input stream.
        inseq: u64,
        /// When it entered there.
        stored_at: Timestamp,
    },
    /// A piece of such an input, with more of it to come: until the last one, which comes by
    /// [`Door::Input`], the input is not consumed, so that after a crash between the two all of it is read again.
    Piece {
        /// The place of the input in its stream.
        inseq: u64,
        /// When it entered there.
        stored_at: Timestamp,
    },
    /// The daemon itself.
    Site,
}

/// What may be asked.
#[derive(Clone, Debug)]
pub enum Command {
    /// Take a message in.
    ReceiveMessage(Box<InboundMessage>),
    /// Take what a channel tells of a message or a conversation that is there.
    ReceiveUpdate(Box<InboundUpdate>),
    /// Record that an input could not be understood; it lies in DEAD.
    RefuseInput(RefusedInput),
    /// Sign the actor in, available.
    SignIn,
    /// Change the presence of the actor, who is signed in.
    ChangePresence(Presence),
    /// Sign the actor out.
    SignOut,
    /// Note that an agent's desktops have fallen silent.
    LoseAgent(Name),
    /// Note that an agent's desktop is heard again.
    ReturnAgent(Name),
    /// Take what is offered.
    AcceptOffer(OfferId),
    /// Leave what is offered to others.
    DeclineOffer(OfferId),
    /// Answer the contact.
    Reply {
        /// Where.
        conversation: ConversationId,
        /// What.
        reply: Arc<Reply>,
        /// The key by which the contact's answer will name it.
        own: Option<ThreadKey>,
    },
    /// Write to a contact first.
    Start(Box<Start>),
    /// Leave a note for the others; the contact never sees it.
    Note {
        /// Where.
        conversation: ConversationId,
        /// The plain text.
        text: Arc<str>,
    },
    /// Put work of the channel `work` into its queue.
    CreateWork(Box<NewWork>),
    /// Add or change an agent whom no file names.
    UpsertAgent(Box<WantedAgent>),
    /// Say whether an address of a contact gets messages of a source.
    SetOptOut(Box<OptOutWish>),
    /// Say that two contacts, or a contact and an address, are one person's.
    LinkContacts(Box<[ContactRef; 2]>),
    /// Say that a contact who was linked, or an address, is somebody of his own.
    UnlinkContact(Box<ContactRef>),
    /// Say that the contact is served.
    Resolve(ConversationId),
    /// Return a conversation to its own place in its queue.
    Requeue(ConversationId),
    /// Park a conversation until its contact writes.
    Pend {
        /// Which.
        conversation: ConversationId,
        /// It goes on then at the latest.
        until: Option<Timestamp>,
    },
    /// Go on with a conversation that was parked.
    Resume(ConversationId),
    /// Send a conversation to another queue or to an agent.
    Transfer {
        /// Which.
        conversation: ConversationId,
        /// Where to.
        to: TransferTo,
    },
    /// Change what is said of a conversation.
    Set {
        /// Which.
        conversation: ConversationId,
        /// What.
        changes: Box<Changes>,
    },
    /// Say that the work after a conversation is done.
    FinishWrapUp(WrapUpOf),
    /// Hold the further rungs of an escalation back.
    AckEscalation(ClockId),
    /// Tell how far an outbound message came.
    ReportDelivery {
        /// Which.
        message: MessageId,
        /// How far.
        state: DeliveryState,
        /// The carrier's word for it, without content.
        code: Option<String>,
        /// The source that it left by, where that was said: of another's message nothing is told.
        source: Option<Name>,
        /// By which its provider will name it, at each source that it may have left by.
        keys: Vec<(Name, Digest)>,
    },
    /// Tell what became of an attempt to send a mail.
    EndMail {
        /// Which mail.
        mail: MailId,
        /// Which attempt, from 1.
        attempt: u32,
        /// What became of it.
        outcome: MailOutcome,
    },
    /// Do one slice of what is due.
    PassTime,
    /// Take these rules from now on.
    AdoptPolicy(Arc<Policy>),
    /// Begin to lead: the first record of every epoch.
    Lead {
        /// Higher than every epoch before.
        epoch: u64,
        /// Which process leads.
        instance: String,
        /// Its version.
        version: String,
    },
    /// Record how far the input was consumed.
    MarkPosition,
    /// Take a step of the wall clock that was held back.
    StepClock {
        /// Where the clock stood.
        from: Timestamp,
        /// Where it goes on.
        to: Timestamp,
    },
}

/// The first message of a conversation, from us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The way out, which is also the way in of the answer; never of the channel `work`.
    pub source: Name,
    /// Its channel.
    pub channel: Channel,
    /// Our address that it is written from.
    pub from: Endpoint,
    /// The digest of the contact's address, as a message of his would have it.
    pub contact: Digest,
    /// The contact, clear.
    pub to: Party,
    /// The key by which his answer joins.
    pub own: Option<ThreadKey>,
    /// Where the channel itself names threads: those in which he may have an open conversation already.
    pub threads: Vec<ThreadKey>,
    /// The digest of its base subject, where that says something, as an answer of the contact would have it.
    pub subject: Option<Digest>,
    /// The provider takes free text only within a window that a message of the contact opens.
    pub is_windowed: bool,
    /// Where it waits if it is given back; else the site's default queue.
    pub queue: Option<Name>,
    /// His language, as a lower-case BCP 47 tag.
    pub language: Option<Arc<str>>,
    /// What is written.
    pub reply: Arc<Reply>,
}

/// Work that somebody of ours brings in. The work of gateways comes as messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWork {
    /// The way in, of the channel `work`.
    pub source: Name,
    /// Our address there.
    pub to: Endpoint,
    /// The digest of the address of whom it is about; without one nobody else is taken for him.
    pub contact: Option<Digest>,
    /// What makes it the same work when it is asked again.
    pub dedupe: Digest,
    /// Its language, as a lower-case BCP 47 tag.
    pub language: Option<Arc<str>>,
    /// What must not enter the state.
    pub content: Arc<Content>,
}

/// Whether an address gets messages of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptOutWish {
    /// The way out; never of the channel `work`.
    pub source: Name,
    /// Its channel.
    pub channel: Channel,
    /// The digest of the address, as a message of the contact would have it.
    pub contact: Digest,
    /// The contact, clear: he may not be known before.
    pub to: Party,
    /// He gets none.
    pub opted_out: bool,
}

/// An agent as a command sets him: checked as one of the files is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedAgent {
    /// Who.
    pub agent: Name,
    /// What he can do, each skill once; at most [`Skills::MOST`](crate::domain::Skills::MOST).
    pub skills: BTreeMap<Name, Proficiency>,
    /// How much he can hold.
    pub capacity: Capacity,
}

/// An input that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedInput {
    /// The subject that it came by.
    pub subject: String,
    /// The channel, where the subject names one.
    pub channel: Option<Channel>,
    /// Why, as a code of one word.
    pub code: String,
    /// Why, as a sentence without content.
    pub reason: String,
}

impl Command {
    /// Its word, as in subjects and logs.
    pub fn verb(&self) -> &'static str {
        match self {
            Command::ReceiveMessage(_) => "message.receive",
            Command::ReceiveUpdate(_) => "update.receive",
            Command::RefuseInput(_) => "input.refuse",
            Command::SignIn => "agent.sign_in",
            Command::ChangePresence(_) => "agent.presence",
            Command::SignOut => "agent.sign_out",
            Command::LoseAgent(_) => "agent.lose",
            Command::ReturnAgent(_) => "agent.return",
            Command::AcceptOffer(_) => "offer.accept",
            Command::DeclineOffer(_) => "offer.decline",
            Command::Reply { .. } => "conversation.reply",
            Command::Start(_) => "conversation.start",
            Command::Note { .. } => "conversation.note",
            Command::CreateWork(_) => "work.create",
            Command::UpsertAgent(_) => "agent.upsert",
            Command::SetOptOut(_) => "contact.set_opt_out",
            Command::LinkContacts(_) => "contact.link",
            Command::UnlinkContact(_) => "contact.unlink",
            Command::Resolve(_) => "conversation.resolve",
            Command::Requeue(_) => "conversation.requeue",
            Command::Pend { .. } => "conversation.pend",
            Command::Resume(_) => "conversation.resume",
            Command::Transfer { .. } => "conversation.transfer",
            Command::Set { .. } => "conversation.set",
            Command::FinishWrapUp(_) => "wrap_up.finish",
            Command::AckEscalation(_) => "escalation.ack",
            Command::ReportDelivery { .. } => "message.report",
            Command::EndMail { .. } => "mail.end",
            Command::PassTime => "time.pass",
            Command::AdoptPolicy(_) => "policy.adopt",
            Command::Lead { .. } => "site.lead",
            Command::MarkPosition => "site.mark_position",
            Command::StepClock { .. } => "site.step_clock",
        }
    }
}
