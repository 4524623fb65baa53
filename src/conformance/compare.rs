//! Comparing what a row expects with what came out.

use serde_json::Value;

use super::Checked;

impl Checked {
    /// Passes where each of these members of the row is the same in what came out. What the row leaves out is not
    /// compared.
    pub(crate) fn members(row: &Value, names: &[&str], got: Value) -> Checked {
        let told = names.iter().filter_map(|name| Some(((*name).to_owned(), row.get(name)?.clone())));
        let expected = Value::Object(told.collect());
        Checked { pass: covers(&expected, &got), expected, got }
    }
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
