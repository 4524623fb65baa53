//! The walls, the sizes, the words: what the compiler does not check and a reader relies on.
//!
//! Each rule is one test over the files as they are; `tidy/planted.rs` sees each rule catch an offence.
//! An offence says where, what is the case, and the way out.

#[path = "tidy/code.rs"]
mod code;
#[path = "tidy/manifest.rs"]
mod manifest;
#[path = "tidy/planted.rs"]
mod planted;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/walls.rs"]
mod walls;

use std::fmt;
use std::fs;
use std::path::Path;

/// The manifest, to know a crate's name when a path begins with it.
const CARGO_TOML: &str = include_str!("../Cargo.toml");

/// Something out of place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Offence {
    rule: Rule,
    path: String,
    line: usize,
    /// What is the case.
    fact: String,
    /// What to do instead.
    way_out: String,
}

/// What is asked; each is one test below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Readable,
    Walls,
    Guests,
    Purity,
    Clock,
    Prints,
    Sizes,
    Markers,
    SetAside,
    Opening,
    Words,
    Reasons,
    CodeMap,
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; {}", self.path, self.line, self.fact, self.way_out)
    }
}

/// Everything out of place in one file. Which rules it is held to depends on its path alone.
fn offences(path: &str, text: &str) -> Vec<Offence> {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "rs" => code::check(path, text),
        "toml" => manifest::check(path, text),
        _ => Vec::new(),
    }
}

#[test]
fn every_file_can_be_read() {
    assert!(files().iter().any(|path| path == "src/lib.rs"), "run from the root of the checkout");
    none(Rule::Readable);
}

#[test]
fn a_room_imports_only_the_rooms_below_it() {
    none(Rule::Walls);
}

#[test]
fn a_room_names_only_the_outside_crates_that_are_its_guests() {
    none(Rule::Guests);
}

#[test]
fn every_guest_of_a_room_is_a_dependency() {
    let known: Vec<String> =
        manifest::dependencies(CARGO_TOML).iter().map(|(_, name)| name.replace('-', "_")).collect();
    for room in &walls::ROOMS {
        for guest in room.outside.iter().filter(|guest| **guest != "std") {
            assert!(known.iter().any(|name| name == guest), "`{guest}` of `{}` is no dependency", room.name);
        }
    }
}

/// The targets of fuzz/ are a workspace of their own: what the daemon needs must be in their lock file, too.
#[test]
fn the_lock_of_the_fuzz_targets_knows_every_dependency() {
    let lock = fs::read_to_string("fuzz/Cargo.lock").expect("the lock file of fuzz/");
    let ours =
        lock.split("[[package]]").find(|one| one.contains("\nname = \"switchboard\"\n")).expect("our entry");
    for (_, name) in manifest::dependencies(CARGO_TOML.split("[dev-dependencies]").next().unwrap_or_default())
    {
        let known = [format!("\"{name}\""), format!("\"{name} ")];
        assert!(
            known.iter().any(|known| ours.contains(known)),
            "fuzz/Cargo.lock has no `{name}`; `cargo update --workspace` in fuzz/ adds it"
        );
    }
}

#[test]
fn a_pure_room_has_no_async_clock_chance_environment_file_or_lock() {
    none(Rule::Purity);
}

#[test]
fn only_the_clock_reads_the_clock() {
    none(Rule::Clock);
}

#[test]
fn only_cli_prints() {
    none(Rule::Prints);
}

#[test]
fn a_file_has_at_most_450_lines_and_a_function_60() {
    none(Rule::Sizes);
}

#[test]
fn nothing_unfinished_is_left_behind() {
    none(Rule::Markers);
}

#[test]
fn a_lint_is_set_aside_only_as_expected_and_with_a_reason() {
    none(Rule::SetAside);
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    none(Rule::Opening);
}

#[test]
fn the_words_are_the_glossary_s() {
    none(Rule::Words);
}

#[test]
fn every_dependency_and_every_lint_gives_its_reason() {
    none(Rule::Reasons);
}

/// The page is asked for once it stands; until then there is nothing that could be wrong.
#[test]
fn the_code_map_names_every_room() {
    let Ok(page) = fs::read_to_string("src/ARCHITECTURE.md") else { return };
    let rooms = files().iter().filter_map(|path| room_of(path)).collect::<Vec<_>>();
    let missing = unnamed_rooms(&page, &rooms);
    assert!(missing.is_empty(), "{}", lines(&missing));
}

/// The folder of `src` that a file lies in.
fn room_of(path: &str) -> Option<String> {
    path.strip_prefix("src/")?.split_once('/').map(|(room, _)| room.to_owned())
}

/// The rooms that the page names neither as `room` nor as room/.
fn unnamed_rooms(page: &str, rooms: &[String]) -> Vec<Offence> {
    let mut missing: Vec<&String> = rooms
        .iter()
        .filter(|room| !page.contains(&format!("`{room}`")) && !page.contains(&format!("{room}/")))
        .collect();
    missing.dedup();
    let offence = |room: &String| Offence {
        rule: Rule::CodeMap,
        path: "src/ARCHITECTURE.md".into(),
        line: 1,
        fact: format!("room `{room}` is not on the code map"),
        way_out: "say in a sentence what it is for and what it does without".into(),
    };
    missing.into_iter().map(offence).collect()
}

/// Fails with every offence of one rule, over all files.
fn none(rule: Rule) {
    let mut found = Vec::new();
    for path in files() {
        let text = fs::read_to_string(&path).unwrap_or_else(|fault| panic!("cannot read {path}: {fault}"));
        found.extend(offences(&path, &text).into_iter().filter(|offence| offence.rule == rule));
    }
    assert!(found.is_empty(), "\n{}\n", lines(&found));
}

fn lines(offences: &[Offence]) -> String {
    offences.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Every file that a rule looks at, in the order of their paths.
fn files() -> Vec<String> {
    let mut found = vec!["Cargo.toml".to_owned(), ".clippy.toml".to_owned()];
    for folder in ["src", "tests", "benches", "config"] {
        collect(Path::new(folder), &mut found);
    }
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a folder of the checkout can be listed").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "toml") {
            found.push(path.to_str().expect("names in the checkout are text").replace('\\', "/"));
        }
    }
}
