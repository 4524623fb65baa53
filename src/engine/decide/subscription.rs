//! What a provider of a chat says of whether a user may be written to: who left a bot, or blocked it, is written to no
//! more, and who writes there is back. What he asked for himself, or somebody of ours did for him, stands.

use crate::domain::{Channel, ContactId, Digest, InboundMessage, InboundUpdate, SourceId, Timestamp};

use super::super::event::{ContactOptedIn, Event, OptCause};
use super::super::recorder::Recorder;
use super::super::state::OptOut;
use super::contact::{self, Refused};

/// How an update is flagged by which a user left, or came back.
const OPTED_OUT: &str = "opted_out";
const OPTED_IN: &str = "opted_in";

/// Takes what a provider tells of a user. Of who never wrote there is nothing to keep.
pub(super) fn told(recorder: &mut Recorder<'_>, update: &InboundUpdate, at: Timestamp) {
    let says = |word: &str| update.content.flags.iter().any(|flag| flag == word);
    let Some(source) = recorder.state.names.find_source(update.source.as_str()) else { return };
    if says(OPTED_OUT) {
        let left = update.from.map(|address| Refused {
            source,
            channel: update.channel,
            address,
            sent_at: Some(update.sent_at.unwrap_or(at)),
        });
        contact::refused(recorder, left, at);
    } else if says(OPTED_IN)
        && let Some(from) = update.from
    {
        back(recorder, from, &[], source);
    }
}

/// Who writes in a chat can be answered there.
pub(super) fn wrote(recorder: &mut Recorder<'_>, message: &InboundMessage, source: SourceId) {
    if message.channel == Channel::Chat && message.opens && !message.is_suspect {
        back(recorder, message.from, &message.aliases, source);
    }
}

/// Ends what a provider said of an address, or of another name of the same user. What it said of somebody else whom
/// somebody of ours linked with him stands, and he himself is written to all the same.
fn back(recorder: &mut Recorder<'_>, address: Digest, aliases: &[Digest], source: SourceId) {
    let Some(contact) = recorder.state.contact_by_address.get(&address).copied() else { return };
    let Some(person) = recorder.state.contact(contact) else { return };
    let is_his = |out: &&OptOut| out.address == address || aliases.contains(&out.address);
    let told = person.opt_outs.iter().filter(|out| out.source == source && out.is_reported());
    let addresses: Vec<Digest> = told.filter(is_his).map(|out| out.address).collect();
    for address in addresses {
        opt_in(recorder, contact, source, address);
    }
    let left = recorder.state.contact(contact).and_then(|it| it.opted_out(source, Channel::Chat, address));
    if left.is_some_and(|out| out.is_reported()) {
        opt_in(recorder, contact, source, address);
    }
}

fn opt_in(recorder: &mut Recorder<'_>, contact: ContactId, source: SourceId, address: Digest) {
    let expires_at = recorder.now().after(recorder.rules.policy.site.contact_keep);
    let fact = ContactOptedIn { contact, source, address, cause: OptCause::Report, expires_at };
    recorder.record(Event::ContactOptedIn(Box::new(fact)));
}
