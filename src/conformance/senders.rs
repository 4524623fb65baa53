//! The suite `senders`: a sender, his kind and whether he can be answered.

use serde_json::{Value, json};

use crate::wire::sender::classify;

use super::{Checked, Files};

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let sender = row.get("sender").and_then(Value::as_str).unwrap_or_default();
    let region = row.get("default_region").and_then(Value::as_str);
    let kind = classify(sender, region);
    let got = json!({"kind": kind.as_str(), "replyable": kind.is_replyable()});
    Checked::members(row, &["kind", "replyable"], got)
}
