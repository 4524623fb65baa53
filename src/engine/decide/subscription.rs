//! What a provider of a chat says of whether a user may be written to: who left a bot, or blocked it, is written to no
//! more, and who writes there is back. What he asked for himself, or somebody of ours did for him, stands.

use crate::domain::{Channel, Digest, InboundMessage, InboundUpdate, SourceId, Timestamp};

use super::super::event::{ContactOptedIn, Event, OptCause};
use super::super::recorder::Recorder;
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
        back(recorder, from, source);
    }
}

/// Who writes in a chat can be answered there.
pub(super) fn wrote(recorder: &mut Recorder<'_>, message: &InboundMessage, source: SourceId) {
    if message.channel == Channel::Chat && message.opens && !message.is_suspect {
        back(recorder, message.from, source);
    }
}

fn back(recorder: &mut Recorder<'_>, address: Digest, source: SourceId) {
    let Some(contact) = recorder.state.contact_by_address.get(&address).copied() else { return };
    let Some(person) = recorder.state.contact(contact) else { return };
    let told = person.opt_outs.iter().filter(|out| out.source == source && out.cause == OptCause::Report);
    let addresses: Vec<Digest> = told.map(|out| out.address).collect();
    let expires_at = recorder.now().after(recorder.rules.policy.site.contact_keep);
    for address in addresses {
        let fact = ContactOptedIn { contact, source, address, cause: OptCause::Report, expires_at };
        recorder.record(Event::ContactOptedIn(Box::new(fact)));
    }
}
