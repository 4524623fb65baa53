//! What is made from the types: the schema, the page of defaults, and the effective configuration.

use std::path::Path;

use serde_json::Value;
use switchboard::config::{self, Draft, Finding, Report, Severity, Show};

use crate::{LEAST, expect_file, in_project, read, toml_files};

#[test]
fn the_schema_is_published() {
    let schema = format!("{:#}\n", config::schema(Draft::Seven));
    expect_file(&in_project("deploy/schema/config.json"), &schema);
}

#[test]
fn every_good_file_is_valid_by_both_drafts_of_the_schema() {
    let mut files = toml_files("tests/config/good");
    files.extend([in_project("config/switchboard.toml"), in_project("deploy/demo/demo.toml")]);
    for draft in [Draft::Seven, Draft::Of2020] {
        let validator = jsonschema::validator_for(&config::schema(draft)).expect("it is a schema");
        for path in &files {
            let written = written(path);
            let faults: Vec<String> = validator
                .iter_errors(&written)
                .map(|fault| format!("{}: {fault}", fault.instance_path))
                .collect();
            assert!(faults.is_empty(), "{}: {faults:?}", path.display());
        }
        for wrong in [
            serde_json::json!({"site": {"prefx": "a"}}),
            serde_json::json!({"queue": {"general": {"priority": "high"}}}),
            serde_json::json!({"log": {"level": "loud"}}),
            serde_json::json!({"presence": {"lease": "1d"}}),
            serde_json::json!({"sit": {}}),
        ] {
            assert!(!validator.is_valid(&wrong), "{wrong}");
        }
    }
}

/// A file as it is written, without any default.
fn written(path: &Path) -> Value {
    let loaded = config::load(path).unwrap_or_else(|report| panic!("{report}"));
    loaded.origins.to_json(Show { only_changed: true, ..Show::default() })
}

#[test]
fn the_shipped_file_names_its_schema() {
    let shipped = read(&in_project("config/switchboard.toml"));
    let first = shipped.lines().next().expect("it has a line");
    let path = first.strip_prefix("#:schema ").expect("editors find the schema by the first line");
    assert!(in_project("config").join(path).exists(), "{path}");
}

#[test]
fn the_shipped_file_says_defaults_where_it_sets_the_site_up() {
    let loaded = config::load(&in_project("config/switchboard.toml")).expect("it loads");
    let of_site = |key: &str| ["site.", "presence.", "nats.", "log."].iter().any(|at| key.starts_with(at));
    let entries = loaded.origins.entries();
    let changed = entries.iter().filter(|entry| of_site(&entry.key) && entry.changed);
    let changed: Vec<&str> = changed.map(|entry| entry.key.as_str()).collect();
    assert_eq!(changed, ["site.default_queue"]);
    assert!(entries.iter().filter(|entry| of_site(&entry.key) && entry.origin != "default").count() >= 18);
}

#[test]
fn what_the_shipped_file_sets_aside_can_be_taken_in() {
    let is_toml = |line: &str| {
        let key = line.split(" = ").next().unwrap_or_default();
        line.starts_with('[') || (line.contains(" = ") && !key.is_empty() && !key.contains(' '))
    };
    let shipped = read(&in_project("config/switchboard.toml"));
    let mut taken_in = 0;
    let text: String = shipped
        .lines()
        .map(|line| match line.strip_prefix("# ").filter(|rest| is_toml(rest)) {
            Some(rest) => {
                taken_in += 1;
                format!("{rest}\n")
            }
            None => format!("{line}\n"),
        })
        .collect();
    let loaded = config::load_str("x.toml", &text).unwrap_or_else(|report| panic!("{report}"));
    assert!(taken_in > 15 && loaded.settings.smtp.is_some() && loaded.settings.http.is_some(), "{taken_in}");
    assert_eq!(loaded.warnings, []);
}

#[test]
fn the_page_of_defaults_is_the_least_file_spelled_out() {
    let page =
        config::load_str("etc/x.toml", &config::defaults()).unwrap_or_else(|report| panic!("{report}"));
    let least = config::load_str("etc/x.toml", LEAST).expect("it loads");
    assert_eq!(page.warnings, []);
    assert_eq!(page.policy.digest, least.policy.digest);
    assert_eq!(page.settings, least.settings);
    // So what is said to be a default is one, and is not shown as changed.
    let changed: Vec<String> =
        page.origins.entries().into_iter().filter(|entry| entry.changed).map(|entry| entry.key).collect();
    assert_eq!(changed, ["site.default_queue"]);
}

#[test]
fn what_the_page_sets_aside_can_be_taken_in() {
    let taken_in: String = config::defaults()
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with([' ', ':']) => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    // Only the ways to prove oneself exclude each other: three connections, and the keys of a webhook.
    let faults = |outcome: Result<config::Loaded, Report>| match outcome {
        Ok(loaded) => loaded.warnings,
        Err(report) => report.findings,
    };
    let findings = faults(config::load_str("x.toml", &taken_in));
    let errors: Vec<&Finding> = findings.iter().filter(|one| one.severity == Severity::Error).collect();
    assert!(errors.iter().all(|error| error.code == config::Code::BadAuth), "{errors:?}");
    let of_webhook = errors.iter().filter(|error| error.at.starts_with("source.example.webhook")).count();
    assert_eq!((errors.len() - of_webhook, of_webhook), (3, 9), "{errors:?}");
}

#[test]
fn what_is_shown_loads_as_the_same_configuration() {
    for path in toml_files("tests/config/good") {
        let loaded = config::load_str("etc/x.toml", &read(&path)).expect("it loads");
        for show in [
            Show::default(),
            Show { only_changed: true, ..Show::default() },
            Show { origin: true, beaten: true, only_changed: false },
        ] {
            let shown = loaded.origins.to_toml(show);
            let again =
                config::load_str("etc/x.toml", &shown).unwrap_or_else(|report| panic!("{report}\n{shown}"));
            assert_eq!(again.policy.digest, loaded.policy.digest, "{shown}");
            assert_eq!(again.settings, loaded.settings, "{shown}");
        }
    }
}

#[test]
fn the_drawing_marks_the_line_and_hides_secrets() {
    let long = format!("{LEAST}[notice]\ntext = \"{}\"\nsubjcet = 1\n[nats.door]\n", "long ".repeat(200));
    let text = format!("{long}password = \"hunter2\"\nuser = \"a\"\n");
    let report = config::load_str("x.toml", &text).expect_err("it has faults");
    let drawn = config::pretty(&report.findings, false);
    assert!(drawn.contains("password = *********"), "{drawn}");
    assert!(drawn.contains("--> x.toml:8:1"), "{drawn}");
    assert!(drawn.contains("error[secret-inline]"), "{drawn}");
    assert!(!drawn.contains("hunter2") && !drawn.contains('\u{1b}'), "{drawn:?}");
    assert!(config::pretty(&report.findings, true).contains('\u{1b}'), "colours are escapes");

    let report = config::load_str("x.toml", "x = \"\u{1b}[2J\"\n").expect_err("it is not TOML");
    let drawn = config::pretty(&report.findings, false);
    assert!(drawn.contains("x = \"") && !drawn.contains('\u{1b}'), "{drawn:?}");
}

#[test]
fn sarif_names_a_rule_for_each_result_and_places_by_line_and_column() {
    let report = config::load_str("a b.toml", "[site]\nprefx = 1\n").expect_err("it has faults");
    let log = config::sarif(&report.findings);
    assert_eq!(
        (&log["version"], &log["runs"][0]["tool"]["driver"]["name"]),
        (&"2.1.0".into(), &"switchboard".into())
    );
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("a list");
    let results = log["runs"][0]["results"].as_array().expect("a list");
    assert_eq!(results.len(), report.findings.len());
    for (result, finding) in results.iter().zip(&report.findings) {
        let index =
            result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok()).expect("a place");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(rules[index]["shortDescription"]["text"].as_str().is_some_and(|text| text.len() > 10));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b.toml");
        assert_eq!(place["region"]["startLine"].as_u64(), finding.line.map(|line| line as u64));
        assert!(result["message"]["text"].as_str().is_some_and(|text| text.starts_with(&finding.fact)));
    }
}
