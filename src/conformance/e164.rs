//! The suite `e164`: a number as written and the region of its source, as libphonenumber reads them.

use serde_json::{Value, json};

use crate::wire::number::{self, NotANumber};

use super::{Checked, Files, compare};

/// The members that rows tell.
const MEMBERS: [&str; 6] = ["e164", "valid", "region", "type", "ext", "error"];

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let Some(raw) = compare::text(row, "raw") else { return Checked::without("raw") };
    let region = row.get("default_region").and_then(Value::as_str);
    let got = match number::read(raw, region) {
        Ok(number) => json!({
            "e164": number.is_possible.then_some(number.e164),
            "valid": number.is_valid,
            "region": number.region,
            "type": number.kind,
            "ext": number.extension,
        }),
        Err(fault) => json!({"e164": null, "valid": false, "type": "UNKNOWN", "error": code(fault)}),
    };
    Checked::members(row, &MEMBERS, got)
}

/// The number of a fault in libphonenumber.
fn code(fault: NotANumber) -> &'static str {
    match fault {
        NotANumber::Country => "0",
        NotANumber::Form => "1",
        NotANumber::AfterPrefix => "2",
        NotANumber::Short => "3",
        NotANumber::Long => "4",
    }
}
