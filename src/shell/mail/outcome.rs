//! How sending one mail ended, in words for a fact: no address and no text of the mail is in them.

use super::subject::one_line;

/// The longest reason, in bytes.
const REASON_BYTES_MAX: usize = 200;

/// The codes of failures: those that are final, then those that pass.
pub mod code {
    /// An address of the mail is none.
    pub const BAD_ADDRESS: &str = "bad_address";
    /// What the mail was to say is not in the journal any more.
    pub const CONTENT_GONE: &str = "content_gone";
    /// The journal cannot be read as it was written, or no words can be made of it.
    pub const UNREADABLE: &str = "unreadable";
    /// The relay refuses this mail or all of its recipients for good (5xx).
    pub const REJECTED: &str = "rejected";
    /// An address has letters that the relay cannot carry.
    pub const NO_SMTPUTF8: &str = "no_smtputf8";
    /// The relay refuses it for now (4xx); greylisting is this.
    pub const DEFERRED: &str = "deferred";
    /// No connection, or it was cut before the mail was sent.
    pub const UNREACHABLE: &str = "unreachable";
    /// The relay serves nobody just now, or speaks something else.
    pub const RELAY: &str = "relay";
    /// The connection could not be encrypted, or its certificate is not the relay's.
    pub const TLS: &str = "tls";
    /// The relay does not take our user and password, or wants some.
    pub const AUTH: &str = "auth";
    /// The relay did not answer in time, and has not got the mail.
    pub const TIMEOUT: &str = "timeout";
    /// The mail was sent and no answer came: the relay may have it. It is sent again under the same Message-ID.
    pub const UNKNOWN: &str = "unknown";
    /// A fault of ours.
    pub const INTERNAL: &str = "internal";
}

/// How sending one mail ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The relay took it.
    Sent {
        /// What it said, which often has its own id of the mail.
        response: String,
        /// The ids, without brackets, that it wrote over ours.
        ids: Vec<String>,
    },
    /// It did not, as far as we know.
    Failed {
        /// One of [`code`].
        code: &'static str,
        /// A sentence.
        reason: String,
        /// Whether trying again cannot help.
        permanent: bool,
    },
}

impl Outcome {
    /// Taken.
    pub(super) fn sent(response: &str, ids: Vec<String>) -> Outcome {
        Outcome::Sent { response: spoken(response), ids }
    }

    /// Failed, and may go well another time.
    pub(super) fn later(code: &'static str, reason: &str) -> Outcome {
        Outcome::Failed { code, reason: spoken(reason), permanent: false }
    }

    /// Failed for good.
    pub(super) fn never(code: &'static str, reason: &str) -> Outcome {
        Outcome::Failed { code, reason: spoken(reason), permanent: true }
    }
}

/// What a relay said, as it may stand in a fact: one line, without the addresses that relays like to repeat.
pub(super) fn spoken(text: &str) -> String {
    let line = one_line(text, 4 * REASON_BYTES_MAX);
    let words: Vec<&str> =
        line.split(' ').map(|word| if word.contains('@') { "(address)" } else { word }).collect();
    one_line(&words.join(" "), REASON_BYTES_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_relay_says_loses_addresses_and_line_ends() {
        let said = "550 5.1.1 <jo@example.org>: Recipient\r\naddress rejected: jo@example.org, unknown";
        assert_eq!(spoken(said), "550 5.1.1 (address) Recipient address rejected: (address) unknown");
        assert_eq!(spoken(&"x".repeat(999)).len(), REASON_BYTES_MAX);
    }
}
