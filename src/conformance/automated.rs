//! The suite `automated`: whether a person wrote a mail, may a robot answer, may it open a conversation. Our own address
//! is [`mailbox::OUR_ADDRESS`] unless the row has `ours`.

use serde_json::{Value, json};

use crate::wire::mail::addressing::Envelope;

use super::{Checked, Files, mailbox};

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    if row.get("headers").is_none() {
        return Checked::without("headers");
    }
    let ours = row.get("ours").and_then(Value::as_str).unwrap_or(mailbox::OUR_ADDRESS);
    let mail_from = row.get("mail_from").and_then(Value::as_str);
    let names = ["class", "may_auto_reply", "opens_conversation"];
    let expected: Value =
        names.iter().filter_map(|name| Some(((*name).to_owned(), row.get(*name)?.clone()))).collect();
    let Some(source) = mailbox::source("support", &[ours]) else {
        return Checked::same(expected, json!(null));
    };
    let envelope = Envelope { mail_from, rcpt_to: &[ours] };
    let Some(letter) = mailbox::letter(&mailbox::raw(row), envelope, &[&source]) else {
        return Checked::same(expected, json!("not a mail"));
    };
    let got = json!({
        "class": letter.verdict.class,
        "may_auto_reply": letter.verdict.may_auto_reply,
        "opens_conversation": letter.opens,
        "reason": letter.verdict.reason,
    });
    let pass = names.iter().all(|name| expected.get(name).is_none_or(|wanted| got.get(name) == Some(wanted)));
    Checked { pass, expected, got }
}
