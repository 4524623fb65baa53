//! Findings for eyes, editors and machines: drawn as the compiler of Rust draws them, as JSON, as SARIF 2.1.0.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use super::finding::{Code, Finding, Severity};

/// Each finding with the line that it points at. Colours are the terminal's escapes.
pub fn pretty(findings: &[Finding], colours: bool) -> String {
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    let drawn = findings.iter().map(|finding| renderer.render(&[drawing(finding)]).to_string() + "\n\n");
    drawn.collect()
}

fn drawing(finding: &Finding) -> Group<'_> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&finding.fact).id(finding.code.as_str());
    let mut group = match (finding.line, finding.column, &finding.excerpt) {
        (Some(line), Some(column), Some(excerpt)) => {
            let mark = AnnotationKind::Primary.span(excerpt.span.clone());
            let snippet = Snippet::source(&excerpt.text).line_start(line).annotation(mark);
            if excerpt.is_whole {
                title.element(snippet.path(&finding.file))
            } else {
                // The drawing would count columns from the cut.
                let origin = Origin::path(&finding.file).line(line).char_column(column);
                title.element(origin).element(snippet)
            }
        }
        _ => title.element(Origin::path(&finding.file)),
    };
    if !finding.at.is_empty() {
        group = group.element(Level::NOTE.message(format!("at {}", finding.at)));
    }
    match &finding.hint {
        Some(hint) => group.element(Level::HELP.message(hint)),
        None => group,
    }
}

/// The findings as a log of SARIF 2.1.0, as code scanners and editors take in.
pub fn sarif(findings: &[Finding]) -> Value {
    let rule = |code: &Code| json!({"id": code.as_str(), "shortDescription": {"text": code.meaning()}});
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "switchboard",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": Code::ALL.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

fn result(finding: &Finding) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let text = match &finding.hint {
        Some(hint) => format!("{}\n{hint}", finding.fact),
        None => finding.fact.clone(),
    };
    json!({
        "ruleId": finding.code.as_str(),
        "ruleIndex": Code::ALL.iter().position(|code| *code == finding.code),
        "level": level,
        "message": {"text": text},
        "locations": [location(finding)],
    })
}

/// A place in a file; for a variable or a flag only its name and the key.
fn location(finding: &Finding) -> Value {
    let mut place = json!({});
    if !finding.is_single() {
        place["physicalLocation"] = json!({"artifactLocation": {"uri": uri(&finding.file)}});
        if let (Some(line), Some(column)) = (finding.line, finding.column) {
            place["physicalLocation"]["region"] = json!({"startLine": line, "startColumn": column});
        }
    }
    let name = if finding.at.is_empty() { &finding.file } else { &finding.at };
    place["logicalLocations"] = json!([{"fullyQualifiedName": name}]);
    place
}

/// A path as a reference: what a URI does not take is escaped.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
