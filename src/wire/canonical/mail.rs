//! What only mail has, beside the canonical message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::DeliveryState;

/// What only mail has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MailFacts {
    /// The sources of ours that were meant, the first in To before the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mailboxes: Vec<String>,
    /// What stood behind the plus of our address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Whether an automatic answer may be sent to it.
    pub may_auto_reply: bool,
    /// Whether it may open a conversation.
    pub opens_conversation: bool,
    /// The subject says that it answers.
    pub is_reply: bool,
    /// The subject or the text says that it was passed on.
    pub is_forward: bool,
    /// The method of a calendar part, as `REQUEST`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// Of which message of ours it tells: the Message-ID in what was returned, or the token of its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_of: Option<String>,
    /// What became of each recipient.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<MailRecipient>,
    /// What our own server says of the sender: `pass`, `fail`, or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dmarc: Option<String>,
    /// The whole mail, in base64: a gateway may send it in the place of all else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// The envelope of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub envelope: Option<MailEnvelope>,
}

/// What became of one recipient of a mail of ours (RFC 3464).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MailRecipient {
    /// To whom it was sent.
    pub address: String,
    /// How far it came.
    pub state: DeliveryState,
    /// The enhanced status, as `5.1.1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The reply code of SMTP, as `550`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp_code: Option<String>,
    /// Why, as one word: `user_unknown`, `mailbox_full`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// It was read from prose, so it may be wrong.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_guess: bool,
}

/// By whom and to whom a mail was handed over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MailEnvelope {
    /// The sender; empty is the null sender.
    pub mail_from: Option<String>,
    /// The recipients.
    pub rcpt_to: Vec<String>,
}
