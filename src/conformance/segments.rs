//! The suite `segments`: a text, its encoding, units and messages.

use serde_json::{Value, json};

use crate::wire::segments::{Segments, count};

use super::{Checked, Files, compare};

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let Some(text) = compare::text(row, "text") else { return Checked::without("text") };
    let Segments { encoding, units, count } = count(text);
    let got = json!({"encoding": encoding, "units": units, "segments": count});
    Checked::members(row, &["encoding", "units", "segments"], got)
}
