//! HTML: own rows, the corpus, and hostile input whose cost is counted.

use serde_json::{Value, json};
use switchboard::conformance::Suite;

use crate::walk;

#[test]
fn own_rows() {
    walk::own(Suite::Html);
}

#[test]
fn corpus() {
    walk::corpus(Suite::Html, "email/own/html.jsonl");
}

/// Goal: no shape costs more than in proportion to its length. Method: each is built at a size and at its
/// double, and the steps that are told may double too.
#[test]
fn twice_the_html_takes_at_most_twice_the_steps() {
    let shapes = [
        "<div>",
        "<span></span>",
        "<b><i>x",
        "</p>",
        "<p>a",
        "<table><tr><td>",
        "<!--",
        "<a href='",
        "<script>",
        "<ul><li>",
        "&amp;",
        "<",
        "<blockquote>",
        "<font color=1><p>",
        "<a href=https://shop.example/x>go",
        "<a href=https://shop.example/x>go</a>",
        "<blockquote type=cite>x",
        "<!-- > >",
    ];
    for unit in shapes {
        let once = steps(unit, 2_000);
        let twice = steps(unit, 4_000);
        assert!(twice <= once * 2 + once / 4, "{unit}: {once} steps, then {twice}");
    }
}

/// Goal: 40,000 elements within each other are read, and their text is not lost.
#[test]
fn deep_html_keeps_its_text() {
    let deep = json!({ "unit": "<div>", "count": 40_000, "tail": "deep" });
    let row = json!({ "html_repeat": deep, "text_contains": ["deep"], "max_ms": 1 });
    assert!(passes(&row));
}

/// Goal: a tag of ten megabytes is passed over.
#[test]
fn a_huge_tag_keeps_what_follows() {
    let html = format!("<a title=\"{}\">end</a>", "x".repeat(10_000_000));
    assert!(passes(&json!({ "html": html, "text_contains": ["end"], "max_ms": 1 })));
}

fn passes(row: &Value) -> bool {
    Suite::Html.run(row.to_string(), &|_| None).iter().all(|outcome| outcome.pass)
}

fn steps(unit: &str, count: usize) -> u64 {
    let row = json!({ "html_repeat": { "unit": unit, "count": count, "tail": "end" }, "max_ms": 1 });
    let outcomes = Suite::Html.run(row.to_string(), &|_| None);
    assert!(outcomes[0].pass, "{unit} stays within the bound");
    outcomes[0].got["steps"].as_u64().expect("the suite tells steps")
}
