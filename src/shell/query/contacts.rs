//! Contacts as queries show them: what is known of one person, over all channels.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::{ContactId, ConversationId, Digest, Name, Role};
use crate::engine::Engine;
use crate::engine::state::{Contact, State};
use crate::wire::{answer_ok, format_instant};

use super::super::answer::Answer;
use super::super::join::Join;
use super::Answered;
use super::conversations::{Outline, outline};

/// How many conversations one answer tells: the newest.
const CONVERSATIONS_MAX: usize = 50;

#[derive(Serialize)]
struct ContactAnswer<'a> {
    contact: ContactView<'a>,
}

#[derive(Serialize)]
struct ContactView<'a> {
    contact: ContactId,
    /// Who turned out to be him.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    linked: Vec<ContactId>,
    /// The digests of his addresses, the one that made him known first.
    addresses: Vec<Digest>,
    opt_outs: Vec<OptOutView<'a>>,
    /// A text of his may have asked for no further messages: a person should look.
    #[serde(skip_serializing_if = "Option::is_none")]
    review_since: Option<String>,
    /// The agent who had him last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_agent: Option<&'a Name>,
    /// Those of his conversations, the newest first.
    languages: Vec<&'a str>,
    /// The newest that are not archived, the newest first.
    conversations: Vec<Outline<'a>>,
    /// There are more of them.
    more: bool,
    /// When he is forgotten.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

#[derive(Serialize)]
struct OptOutView<'a> {
    source: &'a Name,
    address: Digest,
    since: String,
}

/// What is known of a contact. His clear address and name go to who leads or serves; an agent sees them where he has a
/// conversation of his.
pub(super) fn get_contact(engine: &Engine, actor: &Name, id: ContactId) -> Answered {
    let state = engine.state();
    let Some(contact) = state.contact(id) else {
        return Answered::Ready(Answer::no(state.seq, "unknown_contact", "the contact is forgotten"));
    };
    let body = answer_ok(state.seq, &ContactAnswer { contact: view(state, id, contact) });
    if engine.role_of(actor) == Some(Role::Agent) {
        return Answered::Ready(Answer::yes(body));
    }
    let body: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
    Answered::Join(Join { body, conversation: None, contact: contact.content })
}

fn view<'a>(state: &'a State, id: ContactId, contact: &'a Contact) -> ContactView<'a> {
    let kin = state.kin_of(id);
    let newest = kin.iter().flat_map(|id| state.conversations_of(*id).take(CONVERSATIONS_MAX + 1));
    let mut newest: Vec<ConversationId> = newest.collect();
    newest.sort_unstable_by(|one, other| other.cmp(one));
    let more = newest.len() > CONVERSATIONS_MAX;
    newest.truncate(CONVERSATIONS_MAX);
    let mut languages: Vec<&str> = Vec::new();
    for conversation in newest.iter().filter_map(|id| state.conversation(*id)) {
        let language = conversation.language.as_deref();
        languages.extend(language.filter(|language| !languages.contains(language)));
    }
    let opt_outs = contact.opt_outs.iter().map(|out| OptOutView {
        source: state.names.source(out.source),
        address: out.address,
        since: format_instant(out.since),
    });
    let outlines = newest.iter().filter_map(|id| Some(outline(state, *id, state.conversation(*id)?)));
    ContactView {
        contact: id,
        linked: kin.into_iter().skip(1).collect(),
        addresses: contact.addresses().collect(),
        opt_outs: opt_outs.collect(),
        review_since: contact.review_since.map(format_instant),
        last_agent: contact.last_agent.map(|agent| state.names.agent(agent)),
        languages,
        conversations: outlines.collect(),
        more,
        expires_at: contact.expire_at.map(format_instant),
    }
}
