//! CASES.md against the tree: it lists every case, and every test, row and fixture that it names is there. What ties a
//! case to its tests is this page alone, so a test that is renamed without it would leave a case that nobody holds.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The families of cases, with how many each has.
const FAMILIES: [(&str, usize); 4] = [("E", 58), ("S", 15), ("C", 22), ("P", 15)];

/// One line of the page.
struct Case {
    id: String,
    is_held: bool,
    /// What is said before its tests.
    says: String,
    /// Its tests, each with the rows or fixtures of it that are meant.
    tests: Vec<(String, Vec<String>)>,
}

#[test]
fn every_case_is_listed_once_and_in_order() {
    let listed: Vec<String> = cases().into_iter().map(|case| case.id).collect();
    let wanted: Vec<String> = FAMILIES
        .iter()
        .flat_map(|(family, count)| (1..=*count).map(move |number| format!("{family}{number}")))
        .collect();
    assert_eq!(listed, wanted);
}

#[test]
fn a_case_is_held_by_tests_or_says_what_is_not() {
    for case in cases() {
        assert!(!case.tests.is_empty(), "{} names no test", case.id);
        let excuses = case.says.contains("Not all of it: ");
        assert_eq!(
            case.is_held, !excuses,
            "{} is ticked where nothing is left, and else says what is",
            case.id
        );
    }
}

#[test]
fn every_test_row_and_fixture_of_the_page_is_there() {
    let mut missing = Vec::new();
    for case in cases() {
        for (test, parts) in &case.tests {
            let path: Vec<&str> = test.split("::").collect();
            if !is_test(&path) {
                missing.push(format!("{}: no test `{test}`", case.id));
            }
            let known = |part: &&String| match path[..] {
                ["conformance", suite, _] => rows(suite).contains(part),
                _ => is_fixture(part),
            };
            let absent = parts.iter().filter(|part| !known(part));
            missing.extend(absent.map(|part| format!("{}: `{test}` has no `{part}`", case.id)));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

fn cases() -> Vec<Case> {
    let page = fs::read_to_string(root().join("tests/wire/CASES.md")).expect("the page stands here");
    page.lines().filter(|line| line.starts_with("- [")).map(case).collect()
}

fn case(line: &str) -> Case {
    let (says, held) = line.split_once("Held by ").unwrap_or((line, ""));
    let id = says.split("**").nth(1).expect("a case has its id in bold").to_owned();
    let mut tests: Vec<(String, Vec<String>)> = Vec::new();
    // Texts and names take turns.
    let spans: Vec<&str> = held.split('`').collect();
    for span in spans.chunks_exact(2) {
        let [before, name] = span else { continue };
        let is_part = [" row ", " fixture "].contains(before);
        match tests.last_mut() {
            Some((_, parts)) if is_part => parts.push((*name).to_owned()),
            _ => tests.push(((*name).to_owned(), Vec::new())),
        }
    }
    Case { id, is_held: line.starts_with("- [x]"), says: says.to_owned(), tests }
}

/// Whether there is a function of this name where its path leads.
fn is_test(path: &[&str]) -> bool {
    let Some((name, modules)) = path.split_last() else { return false };
    let file = match modules {
        ["scenarios"] => return root().join(format!("tests/scenarios/cases/{name}.txt")).is_file(),
        ["switchboard", inner @ .., "tests"] => format!("src/{}", inner.join("/")),
        _ => format!("tests/{}", modules.join("/")),
    };
    let wanted = format!("fn {name}(");
    [format!("{file}.rs"), format!("{file}/mod.rs")]
        .iter()
        .filter_map(|file| fs::read_to_string(root().join(file)).ok())
        .any(|text| text.contains(&wanted))
}

/// What the rows of a suite call themselves, else what goes into them.
fn rows(suite: &str) -> Vec<String> {
    let path = root().join(format!("tests/conformance/rows/{suite}.jsonl"));
    let rows = fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    let called = |row: &str| {
        let row: Value = serde_json::from_str(row).expect("a row is JSON");
        let value = ["name", "file", "text", "sender", "raw", "value"].iter().find_map(|key| row.get(*key));
        let value = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        value.map(|file| match file.strip_prefix("email/").and_then(|file| file.strip_suffix(".eml")) {
            Some(stem) => stem.to_owned(),
            None => file,
        })
    };
    rows.lines().filter_map(called).collect()
}

/// Whether a fixture lies there, whatever it ends in.
fn is_fixture(name: &str) -> bool {
    let endings = ["json", "eml"];
    endings.iter().any(|ending| root().join(format!("tests/wire/fixtures/{name}.{ending}")).is_file())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
