//! What the site's secret makes: digests that stand for personal things, reply tokens, and Message-IDs of
//! our own. Everything is an HMAC-SHA256 with a label of its own, so that no value can pass for another.
//!
//! Who changes the secret starts anew: no contact, thread, repeated message or token is recognized.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::domain::{Channel, CommandKey, ConversationId, Digest, MailId, Name};

use super::api::Occasion;

/// What every reply token begins with.
pub const TOKEN_PREFIX: &str = "c-";

/// What the Message-ID of a mail begins with that begins a conversation.
const FIRST_PREFIX: &str = "s-";

/// Longer ids are encoded by some mail programs and then not found again.
const MESSAGE_ID_BYTES_MAX: usize = 77;

const MAC_BYTES: usize = 10;
/// 8 bytes of a number and 10 of its MAC make 29 digits in base32.
const TOKEN_DIGITS_MAX: usize = 29;

/// Makes and verifies. Cheap to clone; never printed.
#[derive(Clone)]
pub struct Keys {
    mac: Hmac<Sha256>,
}

/// The secret is too short to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the site's secret has {bytes} bytes; it needs at least {}", Keys::SECRET_BYTES_MIN)]
pub struct SecretTooShort {
    /// How many there are.
    pub bytes: usize,
}

impl Keys {
    /// The shortest secret.
    pub const SECRET_BYTES_MIN: usize = 32;

    /// Keys from the site's secret.
    pub fn new(secret: &[u8]) -> Result<Keys, SecretTooShort> {
        if secret.len() < Keys::SECRET_BYTES_MIN {
            return Err(SecretTooShort { bytes: secret.len() });
        }
        let mac = Hmac::new_from_slice(secret).expect("an HMAC takes a key of any length");
        Ok(Keys { mac })
    }

    /// The digest of a canonical address of a contact.
    pub fn address(&self, channel: Channel, canonical: &str) -> Digest {
        self.digest("address", &[channel.as_str(), canonical])
    }

    /// The digest of what names a thread on a source: for SMS the pair of numbers, for chat the provider's
    /// conversation. `kind` keeps ids of different kinds apart.
    pub fn thread(&self, source: &Name, kind: &str, id: &str) -> Digest {
        self.digest("thread", &[source.as_str(), kind, id])
    }

    /// The digest of a Message-ID within the source that received it. An id that we issued (see
    /// [`Keys::message_id`]) is one thing at every source, since its token already proves it.
    pub fn mail_id(&self, source: &str, id: &str) -> Digest {
        if self.is_issued(id) {
            self.digest("issued-mail-id", &[id])
        } else {
            self.digest("mail-id", &[source, id])
        }
    }

    /// The digest of what makes a message the same when it comes again.
    pub fn dedupe(&self, parts: &[&str]) -> Digest {
        self.digest("dedupe", parts)
    }

    /// The digest of an actor with the id that it gave a command.
    pub fn command(&self, actor: &Name, id: &str) -> CommandKey {
        self.digest("command", &[actor.as_str(), id])
    }

    /// The same for a command of the input stream without an id: its place there is as good.
    pub fn command_at(&self, actor: &Name, inseq: u64) -> CommandKey {
        self.digest("command-at", &[actor.as_str(), &inseq.to_string()])
    }

    /// The same for a request of the API without an id: it is done once, whatever comes of it.
    pub fn command_once(&self, actor: &Name, occasion: Occasion) -> CommandKey {
        let Occasion { epoch, number } = occasion;
        self.digest("command-once", &[actor.as_str(), &epoch.to_string(), &number.to_string()])
    }

    /// The digest of a body, which tells two messages of one id apart.
    pub fn body(&self, body: &[u8]) -> Digest {
        self.digest("body", &[body])
    }

    /// The reply token of a conversation: `c-` and lower-case base32 of its number and a MAC.
    pub fn token(&self, conversation: ConversationId) -> String {
        let number = conversation.0.to_be_bytes();
        // Leading zero bytes are left out, so that the token of a young site is short.
        let zeros = number.iter().take(7).take_while(|byte| **byte == 0).count();
        let bytes = [&number[zeros..], &self.token_mac(conversation)].concat();
        format!("{TOKEN_PREFIX}{}", BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
    }

    /// The conversation of a reply token, in whatever case a relay left it. `None` when we did not make it.
    pub fn verify(&self, token: &str) -> Option<ConversationId> {
        let upper = token.to_ascii_uppercase();
        let digits = upper.strip_prefix("C-").filter(|digits| digits.len() <= TOKEN_DIGITS_MAX)?;
        let bytes = BASE32_NOPAD.decode(digits.as_bytes()).ok()?;
        let (number, mac) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        let canonical = (1..=8).contains(&number.len()) && (number.len() == 1 || number[0] != 0);
        if !canonical {
            return None;
        }
        let number = number.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let conversation = ConversationId(number);
        // In constant time, so that nobody can find a MAC byte by byte.
        self.token_state(conversation).verify_truncated_left(mac).ok()?;
        Some(conversation)
    }

    /// Where the contact's answers go: the source's address with the token, as `support+c-token@x`.
    pub fn reply_address(&self, address: &str, conversation: ConversationId) -> String {
        let token = self.token(conversation);
        match address.rsplit_once('@') {
            Some((local, domain)) => format!("{local}+{token}@{domain}"),
            None => format!("{address}+{token}"),
        }
    }

    /// The Message-ID, without brackets, of the reply that a command sends: the same for the same command,
    /// so a mail that must be sent again is the same mail. A domain that would make it too long loses its
    /// first labels.
    pub fn message_id(&self, conversation: ConversationId, command: CommandKey, domain: &str) -> String {
        let digest = self.digest("message-id", &[command.0.to_be_bytes()]);
        let tail = BASE32_NOPAD.encode(&digest.0.to_be_bytes()[..MAC_BYTES]).to_ascii_lowercase();
        let local = format!("{}.{tail}", self.token(conversation));
        let room = MESSAGE_ID_BYTES_MAX - "<@>".len() - local.len();
        format!("{local}@{}", fitting(domain, room))
    }

    /// The Message-ID, without brackets, of the mail by which a command begins a conversation. It cannot bear
    /// the conversation's token, since nobody knows its number when the command is read, so it proves itself.
    pub fn first_message_id(&self, command: CommandKey, domain: &str) -> String {
        let digest = self.digest("first-message-id", &[command.0.to_be_bytes()]);
        let tail = BASE32_NOPAD.encode(&digest.0.to_be_bytes()[..MAC_BYTES]).to_ascii_lowercase();
        let whole = self.first_state(&tail).finalize().into_bytes();
        let proof = BASE32_NOPAD.encode(&whole[..MAC_BYTES]).to_ascii_lowercase();
        let local = format!("{FIRST_PREFIX}{proof}.{tail}");
        let room = MESSAGE_ID_BYTES_MAX - "<@>".len() - local.len();
        format!("{local}@{}", fitting(domain, room))
    }

    /// The Message-ID, without brackets, of the notice of an escalation: the same at every attempt. Nobody is
    /// expected to answer it, so it names no conversation.
    pub fn notice_id(&self, mail: MailId, domain: &str) -> String {
        let digest = self.digest("notice-id", &[mail.0.to_be_bytes()]);
        let tail = BASE32_NOPAD.encode(&digest.0.to_be_bytes()[..MAC_BYTES]).to_ascii_lowercase();
        let local = format!("{mail}.{tail}");
        let room = MESSAGE_ID_BYTES_MAX - "<@>".len() - local.len();
        format!("{local}@{}", fitting(domain, room))
    }

    /// What stands for a person of whom no address is known: known by this message of its source alone.
    pub fn nobody(&self, source: &Name, message: &str) -> Digest {
        self.digest("nobody", &[source.as_str(), message])
    }

    /// Whether we issued a Message-ID.
    pub(crate) fn is_issued(&self, id: &str) -> bool {
        let Some((begin, rest)) = id.split_once('.') else { return false };
        if begin.starts_with(TOKEN_PREFIX) {
            return self.verify(begin).is_some();
        }
        let tail = rest.split('@').next().unwrap_or(rest);
        let proof = begin.strip_prefix(FIRST_PREFIX).map(str::to_ascii_uppercase);
        let proof = proof.and_then(|proof| BASE32_NOPAD.decode(proof.as_bytes()).ok());
        proof.is_some_and(|proof| {
            proof.len() == MAC_BYTES && self.first_state(tail).verify_truncated_left(&proof).is_ok()
        })
    }

    fn first_state(&self, tail: &str) -> Hmac<Sha256> {
        self.state("first-message-proof", &[tail])
    }

    fn token_mac(&self, conversation: ConversationId) -> [u8; MAC_BYTES] {
        let whole = self.token_state(conversation).finalize().into_bytes();
        std::array::from_fn(|place| whole[place])
    }

    fn token_state(&self, conversation: ConversationId) -> Hmac<Sha256> {
        self.state("token", &[conversation.0.to_be_bytes()])
    }

    fn digest<P: AsRef<[u8]>>(&self, label: &str, parts: &[P]) -> Digest {
        let whole = self.state(label, parts).finalize().into_bytes();
        Digest(whole[..16].iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte)))
    }

    /// Each part goes in with its length, so that no two lists of parts are the same bytes.
    fn state<P: AsRef<[u8]>>(&self, label: &str, parts: &[P]) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        for part in std::iter::once(label.as_bytes()).chain(parts.iter().map(AsRef::as_ref)) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// The last labels of a domain that fit; a reserved name when not even the last one does.
fn fitting(domain: &str, room: usize) -> &str {
    let mut rest = domain;
    while rest.len() > room {
        match rest.split_once('.') {
            Some((_, tail)) => rest = tail,
            None => return "invalid",
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::new(&[7; 32]).expect("long enough")
    }

    #[test]
    fn a_short_secret_is_refused() {
        let fault = Keys::new(&[7; 31]).expect_err("too short");
        assert_eq!(fault.to_string(), "the site's secret has 31 bytes; it needs at least 32");
    }

    #[test]
    fn a_token_is_verified_in_any_case_and_only_as_made() {
        let keys = keys();
        for number in [0, 1, 12, 255, 256, 65_536, u64::MAX] {
            let conversation = ConversationId(number);
            let token = keys.token(conversation);
            assert_eq!(keys.verify(&token), Some(conversation));
            assert_eq!(keys.verify(&token.to_uppercase()), Some(conversation));
            assert_eq!(Keys::new(&[8; 32]).expect("long enough").verify(&token), None);
            for place in 0..token.len() {
                let mut other = token.clone().into_bytes();
                other[place] = if other[place] == b'a' { b'b' } else { b'a' };
                assert_eq!(keys.verify(&String::from_utf8(other).expect("ASCII")), None);
            }
        }
        for wrong in ["", "c", "c-", "c-a", "c-aaaaaaaaaaaaaaaa", &"c-a".repeat(99), "c-łłłł"] {
            assert_eq!(keys.verify(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_issued_id_is_short_repeatable_and_one_thing_at_every_source() {
        let keys = keys();
        let domain = "mail.customer-care.department.of.a.very-long-name.example.org";
        for (number, domain) in [(12, "example.org"), (u64::MAX, domain), (1, &"x".repeat(99))] {
            let id = keys.message_id(ConversationId(number), Digest(5), domain);
            assert_eq!(id, keys.message_id(ConversationId(number), Digest(5), domain));
            assert!(id.len() <= 75, "{id}");
            assert_eq!(keys.mail_id("a", &id), keys.mail_id("b", &id));
        }
        assert_ne!(keys.mail_id("a", "1@x"), keys.mail_id("b", "1@x"));
    }

    #[test]
    fn the_id_of_a_first_mail_proves_itself_and_a_forged_one_does_not() {
        let keys = keys();
        let id = keys.first_message_id(Digest(5), &"x.".repeat(99));
        assert!(id.len() <= 75, "{id}");
        assert_eq!(keys.mail_id("a", &id), keys.mail_id("b", &id));
        assert_ne!(id, keys.first_message_id(Digest(6), "example.org"));
        let forged = id.replacen("s-a", "s-b", 1).replacen("s-", "s-a", 1);
        assert_ne!(keys.mail_id("a", &forged), keys.mail_id("b", &forged));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let keys = keys();
        assert_ne!(keys.dedupe(&["ab", "c"]), keys.dedupe(&["a", "bc"]));
        assert_ne!(keys.dedupe(&["a"]), keys.dedupe(&["a", ""]));
        let ana: Name = "ana".parse().expect("a name");
        assert_ne!(keys.command(&ana, "5"), keys.command_at(&ana, 5));
    }

    #[test]
    fn answers_go_to_the_mailbox_with_the_token() {
        let keys = keys();
        let token = keys.token(ConversationId(12));
        let address = keys.reply_address("support@example.org", ConversationId(12));
        assert_eq!(address, format!("support+{token}@example.org"));
    }
}
