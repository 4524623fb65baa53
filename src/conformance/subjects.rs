//! The suite `subjects`: the base subject, whether it answers or forwards, and what its prefix hints at.

use serde_json::{Map, Value, json};

use super::{Checked, Files, compare};
use crate::wire::mail::subject::{self, Hint};

/// What a row expects, in the row itself or under `expect`.
pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let expect = row.get("expect").filter(|expect| expect.is_object()).unwrap_or(row);
    let Some(subject) = compare::text(row, "subject") else { return Checked::without("subject") };
    let found = subject::read(subject, &languages(row));
    let hint = found.hint.map(|hint| match hint {
        Hint::AutoReply => "auto_reply",
        Hint::Bounce => "bounce",
        Hint::Receipt => "read_receipt",
        Hint::Calendar => "calendar",
    });
    let produced = json!({
        "base": found.base,
        "is_reply": found.is_reply,
        "is_forward": found.is_forward,
        "hint": hint,
        "key": subject::key(&found.base),
    });
    let told = |name: &&String| expect.get(name.as_str()).is_some();
    let names: Vec<&String> = produced.as_object().into_iter().flat_map(Map::keys).filter(told).collect();
    let of = |from: &Value| {
        names
            .iter()
            .map(|name| ((*name).clone(), from.get(name.as_str()).cloned().unwrap_or_default()))
            .collect::<Map<_, _>>()
    };
    let (expected, got) = (of(expect), of(&produced));
    Checked { pass: !names.is_empty() && expected == got, expected: expected.into(), got: got.into() }
}

/// The languages of the mailbox: `languages`, else what the row calls its `lang`, of which some name several.
fn languages(row: &Value) -> Vec<String> {
    let named = row.get("languages").and_then(Value::as_array).into_iter().flatten();
    let named: Vec<&str> = named.filter_map(Value::as_str).collect();
    let its = row.get("lang").and_then(Value::as_str).into_iter().flat_map(|lang| lang.split(['/', ',']));
    let languages = if row.get("languages").is_some() { named } else { its.collect() };
    languages.into_iter().map(|language| language.trim().to_owned()).collect()
}
