//! Comparing what a row expects with what came out.

use serde_json::{Value, json};

use super::Checked;

impl Checked {
    /// Passes where each of these members of the row is the same in what came out. What the row leaves out is not
    /// compared.
    pub(crate) fn members(row: &Value, names: &[&str], got: Value) -> Checked {
        let told = names.iter().filter_map(|name| Some(((*name).to_owned(), row.get(name)?.clone())));
        let expected = Value::Object(told.collect());
        // A row that expects nothing was written for something else.
        let expects = names.iter().any(|name| row.get(name).is_some());
        Checked { pass: expects && covers(&expected, &got), expected, got }
    }

    /// A row without what the suite reads: it holds nothing that can be checked.
    pub(crate) fn without(member: &str) -> Checked {
        Checked { pass: false, expected: Value::Null, got: json!(format!("the row has no `{member}`")) }
    }
}

/// A member of a row that is text.
pub(super) fn text<'a>(row: &'a Value, member: &str) -> Option<&'a str> {
    row.get(member).and_then(Value::as_str)
}

/// Whether everything that is expected is there; further members of objects do not matter.
pub(super) fn covers(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            expected.iter().all(|(name, value)| covers(value, got.get(name).unwrap_or(&Value::Null)))
        }
        (Value::Array(expected), Value::Array(got)) => {
            expected.len() == got.len() && expected.iter().zip(got).all(|(one, other)| covers(one, other))
        }
        (expected, got) => expected == got,
    }
}
