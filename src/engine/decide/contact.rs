//! Who a contact is, and whether he may be written to. Two contacts are one where their provider says so, never by
//! a guess. A text that asks for no further messages, and for nothing else, wakes nobody: it is shown where it belongs
//! and carried out.

use std::borrow::Cow;

use crate::domain::{
    Channel, ContactId, ConversationId, Digest, InboundMessage, Keyword, MessageId, SourceId, Timestamp,
};

use super::super::command::{OptOutWish, Start};
use super::super::event::{ContactOptedIn, ContactOptedOut, Event, OptCause};
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::{ADDRESSES_MAX, Contact, OptOut, State};
use super::super::threading::sender;
use super::link_contact::fit_together;
use super::receive_message::find_or_create_contact;

/// The word by which a report says that the recipient opted out, as a code and as a flag.
pub(super) const OPTED_OUT: &str = "opted_out";

/// Lets all addresses of one person be one contact's, as far as one of them is known. The oldest contact goes on; who
/// would have too many addresses stays apart.
pub(super) fn identify(recorder: &mut Recorder<'_>, addresses: &[Digest]) {
    let addresses = addresses.get(..ADDRESSES_MAX).unwrap_or(addresses);
    let owner = |address: &Digest| recorder.state.contact_by_address.get(address).copied();
    let mut known: Vec<ContactId> = addresses.iter().filter_map(owner).collect();
    known.sort_unstable();
    known.dedup();
    let Some((person, others)) = known.split_first() else { return };
    let count = |state: &State, id| state.contact(id).map_or(0, |contact| contact.addresses().count());
    for other in others {
        if fit_together(recorder.state, *person, *other) {
            let linked = Event::ContactLinked { contact: *other, into: *person };
            recorder.aside(|recorder| _ = recorder.record(linked));
        }
    }
    for address in addresses {
        let is_new = !recorder.state.contact_by_address.contains_key(address);
        if is_new && count(recorder.state, *person) < ADDRESSES_MAX {
            let added = Event::ContactAddressAdded { contact: *person, address: *address };
            recorder.aside(|recorder| _ = recorder.record(added));
        }
    }
}

/// The addresses of who wrote a message. Of who may not be who he says nothing is believed.
pub(super) fn addresses(message: &InboundMessage) -> Vec<Digest> {
    match message.is_suspect || message.aliases.is_empty() {
        true => Vec::new(),
        false => [&[message.from], message.aliases.as_slice()].concat(),
    }
}

/// A message with the keyword that is carried out: of an opt-out that is in force, and of an opt-in where none is,
/// nothing is. What says nothing but that opens nothing and is owed no answer. An opt-in of who is in is an ordinary
/// text, so that nobody is passed over who begins his matter with it.
pub(super) fn heed<'a>(
    state: &State,
    message: &'a InboundMessage,
    source: SourceId,
) -> Cow<'a, InboundMessage> {
    let from = sender(message);
    let person = state.contact_by_address.get(&from).and_then(|id| state.contact(*id));
    let is_out = person.is_some_and(|person| person.opted_out(source, message.channel, from).is_some());
    let (keyword, opens) = match message.keyword {
        None | Some(Keyword::Help | Keyword::Review) => return Cow::Borrowed(message),
        Some(Keyword::OptOut) => (Some(Keyword::OptOut), false),
        Some(Keyword::OptIn | Keyword::OptInIfOut) if is_out => (Some(Keyword::OptIn), false),
        Some(Keyword::OptIn | Keyword::OptInIfOut) => (None, message.opens),
    };
    Cow::Owned(InboundMessage { keyword, opens, ..message.clone() })
}

/// Carries out what a message asked for, which lies in its place by now.
pub(super) fn carry_out(
    recorder: &mut Recorder<'_>,
    message: &InboundMessage,
    (source, at): (SourceId, Timestamp),
) {
    let wanted = match message.keyword {
        Some(Keyword::OptOut) => true,
        Some(Keyword::OptIn) => false,
        Some(Keyword::OptInIfOut | Keyword::Help | Keyword::Review) | None => return,
    };
    let address = sender(message);
    let contact = find_or_create_contact(recorder, address, message.channel, &message.content.from);
    identify(recorder, &addresses(message));
    let of = Of { contact, source, channel: message.channel, address };
    set(recorder, of, wanted, at, OptCause::Keyword);
}

/// Of whom and where an opt-out is.
#[derive(Clone, Copy)]
struct Of {
    contact: ContactId,
    source: SourceId,
    channel: Channel,
    address: Digest,
}

/// Records that an address is opted out, or in, where that is news.
fn set(recorder: &mut Recorder<'_>, of: Of, is_out: bool, since: Timestamp, cause: OptCause) {
    let Of { contact, source, channel, address } = of;
    let contact = recorder.state.person(contact);
    let Some(person) = recorder.state.contact(contact) else { return };
    let before = person.opted_out(source, channel, address);
    let (was_out, was_asked) = (before.is_some(), before.is_some_and(|out| !out.is_reported()));
    // What is asked for outlasts what a provider says, so it is news while that holds.
    if is_out && (!was_out || cause != OptCause::Report && !was_asked) {
        let fact = ContactOptedOut { contact, source, address, since, cause };
        recorder.record(Event::ContactOptedOut(Box::new(fact)));
    } else if !is_out && (was_out || person.review_since.is_some()) {
        let expires_at = recorder.now().after(recorder.rules.policy.site.contact_keep);
        for address in out_at(person, of) {
            let fact = ContactOptedIn { contact, source, address, cause, expires_at };
            recorder.record(Event::ContactOptedIn(Box::new(fact)));
        }
    }
}

/// The addresses that an opt-in is about: his own, or all of a user with several names at the source.
fn out_at(person: &Contact, of: Of) -> Vec<Digest> {
    let is_his = |address: Digest| address == of.address || of.channel == Channel::Chat;
    let here = person.opt_outs.iter().filter(|out| out.source == of.source && is_his(out.address));
    let addresses: Vec<Digest> = here.map(|out| out.address).collect();
    if addresses.is_empty() { vec![of.address] } else { addresses }
}

/// A person or a backend of ours says whether an address may be written to.
pub(super) fn set_opt_out(recorder: &mut Recorder<'_>, wish: &OptOutWish) -> Result<(), Rejection> {
    let source = recorder.state.names.find_source(wish.source.as_str());
    let source = source.ok_or_else(|| Rejection::UnknownSource(wish.source.clone()))?;
    let at = recorder.asked_at();
    if !wish.opted_out && !recorder.state.contact_by_address.contains_key(&wish.contact) {
        return Ok(());
    }
    let contact = find_or_create_contact(recorder, wish.contact, wish.channel, &wish.to);
    let of = Of { contact, source, channel: wish.channel, address: wish.contact };
    set(recorder, of, wish.opted_out, at, OptCause::Command);
    Ok(())
}

/// Whether a report says that its recipient opted out.
pub(super) fn tells_opt_out(code: Option<&str>, flags: &[String]) -> bool {
    code == Some(OPTED_OUT) || flags.iter().any(|flag| flag == OPTED_OUT)
}

/// What a carrier refused, or its whole recipient, since he opted out there.
#[derive(Clone, Copy)]
pub(super) struct Refused {
    pub(super) source: SourceId,
    pub(super) channel: Channel,
    /// To whom it was.
    pub(super) address: Digest,
    /// When it left, or when the carrier says that it was refused; of some nobody knows.
    pub(super) sent_at: Option<Timestamp>,
}

impl Refused {
    /// A message of ours, with its recipient as far as the carrier tells.
    pub(super) fn message(state: &State, message: MessageId, recipient: Option<Digest>) -> Option<Refused> {
        let outbound = state.outbound(message)?;
        Refused::within(state, outbound.conversation, recipient, Some(outbound.sent_at))
    }

    /// What left in a conversation. A recipient who is nobody's is its contact, named as we do not know him.
    pub(super) fn within(
        state: &State,
        id: ConversationId,
        recipient: Option<Digest>,
        sent_at: Option<Timestamp>,
    ) -> Option<Refused> {
        let conversation = state.conversation(id)?;
        let (_, newest) = state.addressee(conversation)?;
        let is_somebody = |address: &Digest| {
            state.contact_by_address.contains_key(address) || conversation.participants.contains(address)
        };
        let address = recipient.filter(is_somebody).unwrap_or(newest);
        Some(Refused { source: conversation.source, channel: conversation.channel, address, sent_at })
    }
}

/// The recipient of what was refused is opted out, unless he came back since, or wrote in a chat: reports come late,
/// and again and again.
pub(super) fn refused(recorder: &mut Recorder<'_>, refused: Option<Refused>, at: Timestamp) {
    let Some(Refused { source, channel, address, sent_at }) = refused else { return };
    let Some(contact) = recorder.state.contact_by_address.get(&address).copied() else { return };
    let back = recorder.state.contact(contact).and_then(|it| it.opted_in(source, channel, address));
    let is_back = back.is_some_and(|back| sent_at.is_none_or(|sent_at| sent_at <= back));
    let wrote = || recorder.state.heard_at(contact, source, address);
    let has_written = channel == Channel::Chat
        && sent_at.is_some_and(|sent_at| wrote().is_some_and(|wrote_at| sent_at < wrote_at));
    if !is_back && !has_written {
        set(recorder, Of { contact, source, channel, address }, true, at, OptCause::Report);
    }
}

/// Whether an answer may leave a conversation. A template is what a provider takes after its window, too.
pub(super) fn may_answer(
    recorder: &Recorder<'_>,
    id: ConversationId,
    is_template: bool,
) -> Result<(), Rejection> {
    let conversation = recorder.state.open_conversation(id);
    if let Some(out) = recorder.state.opted_out(id) {
        return Err(opted_out(out, conversation.channel));
    }
    if conversation.no_reply {
        return Err(Rejection::NoReplyPossible(id));
    }
    in_window(recorder, conversation.reply_until, is_template)
}

/// The refusal, with what ends it: in a chat, what a provider says is over with whatever he writes.
fn opted_out(out: OptOut, channel: Channel) -> Rejection {
    let is_any = out.is_reported() && channel == Channel::Chat;
    Rejection::OptedOut { since: out.since, writing: if is_any { "there" } else { "START" } }
}

/// Whether we may write to a contact first, and until when freely. `before` is what he and we said last there.
pub(super) fn may_start(
    recorder: &Recorder<'_>,
    start: &Start,
    source: SourceId,
    before: Option<ConversationId>,
) -> Result<Option<Timestamp>, Rejection> {
    let state = &recorder.state;
    let known = state.contact_by_address.get(&start.contact).copied();
    let person = known.and_then(|id| state.contact(id));
    if let Some(out) = person.and_then(|person| person.opted_out(source, start.channel, start.contact)) {
        return Err(opted_out(out, start.channel));
    }
    let of_thread = before.and_then(|id| match state.conversation(id) {
        Some(conversation) => conversation.reply_until,
        None => state.archived.get(id.0)?.reply_until,
    });
    let until = of_thread.max(known.and_then(|id| state.reply_until(id, source)));
    if until.is_none() && start.is_windowed && !start.reply.template {
        return Err(Rejection::TemplateNeeded);
    }
    in_window(recorder, until, start.reply.template)?;
    Ok(until)
}

fn in_window(recorder: &Recorder<'_>, until: Option<Timestamp>, is_template: bool) -> Result<(), Rejection> {
    match until.filter(|until| !is_template && recorder.asked_at() > *until) {
        Some(until) => Err(Rejection::ReplyWindowClosed { until }),
        None => Ok(()),
    }
}
