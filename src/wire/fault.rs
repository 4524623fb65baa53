//! What is wrong with a JSON text, told without repeating any of it.

use serde_json::Error;
use serde_json::error::Category;

use crate::domain::NameError;

/// A sentence on a fault, safe to publish: of serde's own text it keeps only what our types wrote into it
/// (which member is missing, what was expected) and the place.
pub(crate) fn sentence(fault: &Error) -> String {
    // A fault in a value that was read before has no place.
    let place = match fault.line() {
        0 => String::new(),
        line => format!(" at line {line} column {}", fault.column()),
    };
    match fault.classify() {
        Category::Data => format!("{}{place}", data_fault(&fault.to_string())),
        Category::Eof => format!("the JSON text ends too early{place}"),
        Category::Io | Category::Syntax => format!("not JSON{place}"),
    }
}

/// `missing field` and `duplicate field` name members of our types alone; all else that serde writes may
/// quote the input before the last `expected`, and nothing of it after.
fn data_fault(text: &str) -> String {
    let known = ["missing field `", "duplicate field `"];
    if let Some((known, rest)) = known.iter().find_map(|known| Some((known, text.strip_prefix(known)?))) {
        let member = rest.split('`').next().unwrap_or_default();
        return format!("{}{member}`", known.replace("field", "member"));
    }
    let unknown = text.starts_with("unknown field `");
    if unknown && text.ends_with("there are no fields") {
        return "there is a member, and this takes none".to_owned();
    }
    if text.starts_with("a name has ") {
        return NameError.to_string();
    }
    let what = if unknown { "a member is not known" } else { "a value has the wrong form" };
    match text.rsplit_once("expected ") {
        Some((_, expected)) => {
            let expected = expected.split(" at line ").next().unwrap_or_default();
            format!("{what}: expected {expected}")
        }
        None => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Sample {
        #[expect(dead_code, reason = "only its form is tried")]
        number: u32,
    }

    fn check(text: &str, expected: &str) {
        let fault = serde_json::from_str::<Sample>(text).expect_err("the text is wrong on purpose");
        assert_eq!(sentence(&fault), expected);
    }

    #[test]
    fn a_fault_names_the_member_and_the_place_but_quotes_nothing() {
        check("{}", "missing member `number` at line 1 column 2");
        check(r#"{"number":"secret"}"#, "a value has the wrong form: expected u32 at line 1 column 18");
        check(r#"{"number":"#, "the JSON text ends too early at line 1 column 10");
        check("secret", "not JSON at line 1 column 1");
    }
}
