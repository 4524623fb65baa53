//! The suite `html`: HTML as text, as a reply and as HTML that may be shown.
//!
//! `max_ms` asks for bounded time. No clock is read here: what is held against a bound is the number of
//! steps, which may be a fixed number for each byte ([`STEPS_PER_BYTE_MAX`]), so no input costs more than in
//! proportion to its length.

use serde_json::{Map, Value, json};

use super::{Checked, Files};
use crate::wire::mail::html::{self, STEPS_PER_BYTE_MAX};

/// The most of an input that a row has built.
const BYTES_MAX: usize = 64 * 1_024 * 1_024;

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let Some(input) = input(row) else { return Checked::same(row.clone(), json!("the row has no HTML")) };
    let (text, reply) = (html::text(&input), html::reply(&input));
    let clean = html::clean(&input);
    let shown = clean.as_deref().unwrap_or_default();
    let (spaced, replied) = (collapsed(&text.text), collapsed(&reply));
    let expect = row.get("expect").filter(|expect| expect.is_object()).unwrap_or(row);
    let all = |name: &str, holds: &dyn Fn(&str) -> bool| {
        let words =
            expect.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        words.map(collapsed).all(|word| holds(&word))
    };
    let pass = [
        all("text_contains", &|word| spaced.contains(word)),
        all("text_not_contains", &|word| !spaced.contains(word)),
        all("text_and_clean_html_not_contains", &|word| !spaced.contains(word) && !shown.contains(word)),
        all("clean_html_contains", &|word| shown.contains(word)),
        all("clean_html_not_contains", &|word| !shown.contains(word)),
        all("reply_text_contains", &|word| replied.contains(word)),
        all("reply_text_not_contains", &|word| !replied.contains(word)),
        expect.get("text").and_then(Value::as_str).is_none_or(|wanted| collapsed(wanted) == spaced),
        expect.get("reply_text").and_then(Value::as_str).is_none_or(|wanted| collapsed(wanted) == replied),
        expect.get("max_ms").is_none() || text.steps <= STEPS_PER_BYTE_MAX * (input.len() as u64 + 100),
    ];
    let told = ["name", "html", "html_repeat", "note", "origin"];
    let expected: Map<String, Value> = expect
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !told.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let got = json!({
        "text": cut(&text.text),
        "reply_text": cut(&reply),
        "clean_html": clean.as_deref().map(cut),
        "steps": text.steps,
    });
    Checked { pass: pass.iter().all(|pass| *pass), expected: expected.into(), got }
}

/// As written, or built of a part that repeats.
fn input(row: &Value) -> Option<String> {
    if let Some(html) = row.get("html").and_then(Value::as_str) {
        return Some(html.to_owned());
    }
    let repeat = row.get("html_repeat")?;
    let part = |name: &str| repeat.get(name).and_then(Value::as_str).unwrap_or_default();
    let count = usize::try_from(repeat.get("count")?.as_u64()?).ok()?;
    let body = part("unit")
        .len()
        .checked_mul(count)
        .filter(|bytes| *bytes <= BYTES_MAX)
        .map(|_| part("unit").repeat(count))?;
    Some([part("head"), &body, part("tail")].concat())
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a line of output can bear.
fn cut(text: &str) -> String {
    text.chars().take(2_000).collect()
}
