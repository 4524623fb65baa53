//! What a mail says of its thread: its own id and those that it answers, as keys at each mailbox of ours
//! that it was addressed to; and who else was addressed.

use crate::domain::{Channel, ConversationId, Digest, Name, Thread, ThreadKey, ThreadScope};
use crate::wire::address::canonical_mail;
use crate::wire::digest::Keys;

use super::Mail;

/// At how many mailboxes of ours the keys of one mail are made.
const MAILBOXES_MAX: usize = 16;
/// How many people one mail can let take part.
const OTHERS_MAX: usize = 50;

/// The thread of a mail, and its own key at each mailbox but the first. An id is looked up at the first
/// mailbox before the others, and before the next id. `reported` is the id of the mail of ours that it
/// reports on, which goes before all.
pub(crate) fn thread<'a>(
    keys: &Keys,
    mailboxes: impl Iterator<Item = &'a Name>,
    mail: &Mail,
    reported: Option<&str>,
    (token, subject_token): (Option<ConversationId>, Option<ConversationId>),
) -> (Thread, Vec<ThreadKey>) {
    let mailboxes: Vec<&Name> = mailboxes.take(MAILBOXES_MAX).collect();
    let key = |mailbox: &Name, id: &str| ThreadKey {
        digest: keys.mail_id(mailbox.as_str(), id),
        scope: ThreadScope::Theirs,
    };
    let own = mail.message_id.as_deref();
    // A mail that names itself would join itself.
    let named = mail.fields.parents().into_iter().filter(|id| Some(*id) != own);
    let ids = reported.into_iter().chain(named);
    let mut parents: Vec<ThreadKey> =
        ids.flat_map(|id| mailboxes.iter().map(move |mailbox| key(mailbox, id))).collect();
    // What we issued has one key at all of them.
    parents.dedup();
    let mut own = mailboxes.iter().filter_map(|mailbox| Some(key(mailbox, own?)));
    let thread = Thread { token, subject_token, parents, own: own.next() };
    (thread, own.collect())
}

/// Who was addressed besides us and the sender: the digests of To and Cc, each once. Where the sender wants
/// the answer is not asked: it is he.
pub(crate) fn others(keys: &Keys, mail: &Mail, from: Digest, is_ours: impl Fn(&str) -> bool) -> Vec<Digest> {
    let mut others: Vec<Digest> = Vec::new();
    let addressed = mail.to.iter().chain(&mail.cc).map(|party| canonical_mail(&party.address));
    for address in addressed.filter(|address| address.contains('@') && !is_ours(address)).take(OTHERS_MAX) {
        let digest = keys.address(Channel::Email, &address);
        if digest != from && !others.contains(&digest) {
            others.push(digest);
        }
    }
    others
}
