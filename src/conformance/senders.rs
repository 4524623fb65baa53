//! The suite `senders`: a sender, his kind and whether he can be answered.

use serde_json::{Value, json};

use crate::wire::sender::classify;

use super::{Checked, Files, compare};

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let Some(sender) = compare::text(row, "sender") else { return Checked::without("sender") };
    let region = row.get("default_region").and_then(Value::as_str);
    let kind = classify(sender, region);
    let got = json!({"kind": kind.as_str(), "replyable": kind.is_replyable()});
    Checked::members(row, &["kind", "replyable"], got)
}
