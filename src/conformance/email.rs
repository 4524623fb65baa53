//! The suite `email`: raw mails with what they say, and bounces with whom they are about.

use serde_json::{Value, json};

use super::{Checked, Files, bounces};

pub(super) fn check(row: &Value, files: &Files<'_>) -> Checked {
    if bounces::is_one(row) {
        return bounces::check(row, files);
    }
    Checked::same(row.clone(), json!(null))
}
