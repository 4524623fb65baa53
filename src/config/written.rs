//! Values as TOML has them, for what is printed: the effective configuration and the page of defaults.

use serde_json::Value;

use super::tree::spell_key;

/// One value on one line.
pub(super) fn value(value: &Value) -> String {
    match value {
        // TOML has no null; nothing of ours has one.
        Value::Null => "\"\"".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => self::text(text),
        Value::Array(list) => format!("[{}]", list.iter().map(self::value).collect::<Vec<_>>().join(", ")),
        Value::Object(table) if table.is_empty() => "{}".to_owned(),
        Value::Object(table) => {
            let pairs = table.iter().map(|(key, item)| format!("{} = {}", spell_key(key), self::value(item)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text in quotes. What JSON escapes, TOML reads likewise; the one sign that only TOML wants escaped is DEL.
fn text(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

/// The lines of a comment, at most so many columns wide.
pub(super) fn comment(text: &str, columns: usize) -> String {
    let mut lines = vec!["#".to_owned()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a first line");
        if line.chars().count() + 1 + word.chars().count() > columns && line != "#" {
            lines.push(format!("# {word}"));
        } else {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_reads_back_as_it_was() {
        for (written, toml) in [
            (json!("a\"b\\c\n\u{7f}é"), "\"a\\\"b\\\\c\\n\\u007Fé\""),
            (json!([1, true, "x"]), "[1, true, \"x\"]"),
            (json!({"a": 1, "b c": "x"}), "{ a = 1, \"b c\" = \"x\" }"),
            (json!({}), "{}"),
        ] {
            assert_eq!(value(&written), toml);
        }
    }

    #[test]
    fn a_comment_is_broken_between_words() {
        assert_eq!(comment("one two three", 9), "# one two\n# three\n");
        assert_eq!(comment("unbreakable", 3), "# unbreakable\n");
    }
}
