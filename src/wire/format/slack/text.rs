//! The text of a message: what is written, or what a program put into blocks and attachments alone.

use serde_json::Value;

use super::super::pick;

/// The text; where there is none, what stands in its blocks and attachments.
pub(super) fn of(inner: &Value) -> Option<String> {
    let built = || {
        let blocks = pick::list(inner, "blocks").iter().filter_map(block);
        let attached = pick::list(inner, "attachments").iter().filter_map(attached);
        let all: Vec<String> = blocks.chain(attached).collect();
        (!all.is_empty()).then(|| all.join("\n"))
    };
    pick::text(inner, "text").or_else(built).map(|text| unescape(&text))
}

/// What one block says: its text, its fields, its elements.
fn block(block: &Value) -> Option<String> {
    let text = pick::text(block, "text.text").or_else(|| pick::text(block, "title.text"));
    let fields = pick::list(block, "fields").iter().filter_map(|field| pick::text(field, "text"));
    let elements = pick::list(block, "elements").iter();
    // A row of buttons says nothing.
    let elements = elements.filter(|_| pick::text(block, "type").as_deref() != Some("actions"));
    let parts: Vec<String> = text.into_iter().chain(fields).chain(elements.filter_map(line)).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// An element of a context, or a line of rich text. JSON is not nested deeper than its reader allows.
fn line(element: &Value) -> Option<String> {
    let inner = pick::list(element, "elements");
    if inner.is_empty() {
        return word(element);
    }
    let is_list = pick::text(element, "type").as_deref() == Some("rich_text_list");
    let words: Vec<String> = inner.iter().filter_map(line).collect();
    (!words.is_empty()).then(|| words.join(if is_list { "\n" } else { "" }))
}

/// A piece of a line, in the words by which Slack writes it within a text.
fn word(element: &Value) -> Option<String> {
    let of = |name| pick::text(element, name);
    match of("type").as_deref() {
        Some("link") => of("text").or_else(|| of("url")),
        Some("user") => of("user_id").map(|id| format!("<@{id}>")),
        Some("channel") => of("channel_id").map(|id| format!("<#{id}>")),
        Some("broadcast") => of("range").map(|range| format!("<!{range}>")),
        Some("emoji") => of("name").map(|name| format!(":{name}:")),
        _ => of("text"),
    }
}

fn attached(attached: &Value) -> Option<String> {
    let written = ["fallback", "text", "title"].iter().find_map(|name| pick::text(attached, name));
    written.or_else(|| {
        let blocks: Vec<String> = pick::list(attached, "blocks").iter().filter_map(block).collect();
        (!blocks.is_empty()).then(|| blocks.join("\n"))
    })
}

/// The three characters that Slack escapes. `&amp;lt;` is `&lt;`: nothing is read twice.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let known = [("amp;", '&'), ("lt;", '<'), ("gt;", '>')];
        match known.iter().find_map(|(name, char)| Some((after.strip_prefix(name)?, *char))) {
            Some((behind, char)) => {
                plain.push(char);
                rest = behind;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn what_is_escaped_is_read_once() {
        assert_eq!(unescape("a &lt;b&gt; &amp;amp; &amp;lt; &quot; &"), "a <b> &amp; &lt; &quot; &");
    }
}
