//! The suite `email`: raw mails with what they say, and bounces with whom they are about.

use serde_json::{Value, json};

use super::{Checked, Files, bounces};

pub(super) fn check(row: &Value, files: &Files<'_>) -> Checked {
    if row.get("results").is_some() || row.get("permanent").is_some() {
        return bounces::check(row, files);
    }
    Checked::same(row.clone(), json!(null))
}
