//! The suite `language`: sentences with their language, or `unknown` where a guess would be one. The languages of the
//! site are those of the corpus, unless a row names its own by `languages`.

use serde_json::{Value, json};

use crate::wire::language::detect;

use super::{Checked, Files, compare};

/// The languages of the site that the rows speak of.
const LANGUAGES: [&str; 4] = ["tl", "zh", "pl", "en"];

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let Some(text) = compare::text(row, "text") else { return Checked::without("text") };
    let own = row.get("languages").and_then(Value::as_array);
    let languages = match own {
        Some(own) => own.iter().filter_map(|tag| Some(tag.as_str()?.to_owned())).collect(),
        None => LANGUAGES.map(str::to_owned).to_vec(),
    };
    let expected = row.get("lang").and_then(Value::as_str).unwrap_or("unknown");
    Checked::same(json!(expected), json!(detect(text, &languages).as_deref().unwrap_or("unknown")))
}
