//! The suite `optout`: a text, the language of the keyword lists, and what the text asks for.

use serde_json::{Value, json};

use crate::domain::Keyword;
use crate::wire::keyword::asked;

use super::{Checked, Files, compare};

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let Some(text) = compare::text(row, "text") else { return Checked::without("text") };
    let language = row.get("lang").and_then(Value::as_str).unwrap_or("en").to_owned();
    // A row may say that the contact is not opted out: then a word as YES is ordinary.
    let told = |name: &str| row.get(name).and_then(Value::as_bool);
    let state = row.get("state").and_then(Value::as_str).map(|state| state.contains("out"));
    let is_out = told("opted_out").or_else(|| told("opted_in").map(|is_in| !is_in)).or(state).unwrap_or(true);
    let asked = asked(text, &[language]).filter(|asked| is_out || asked.keyword != Keyword::OptInIfOut);
    let action = asked.map_or("none", |asked| action(asked.keyword));
    let got = json!({"action": action, "keyword": asked.and_then(|asked| asked.word)});
    Checked::members(row, &["action", "keyword"], got)
}

/// The word of a keyword in rows.
pub(super) fn action(keyword: Keyword) -> &'static str {
    match keyword {
        Keyword::OptOut => "opt_out",
        Keyword::OptIn | Keyword::OptInIfOut => "opt_in",
        Keyword::Help => "help",
        Keyword::Review => "review",
    }
}
