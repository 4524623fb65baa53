//! Goal: the seeds of the fuzz targets and the doors that these knock at are what they were made for. Method: the
//! targets, which `make fuzz` builds, are compiled here too and run over each committed seed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use switchboard::domain::Channel;

use crate::targets;

/// What a target is called in `fuzz/fuzz_targets` and `fuzz/corpus`, and what it does.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 9] = [
    ("canonical", targets::canonical),
    ("chat", targets::chat),
    ("concat", targets::concat),
    ("html", targets::html),
    ("mail", targets::mail),
    ("reply", targets::reply),
    ("sms", targets::sms),
    ("subject", targets::subject),
    ("text", targets::text),
];

#[test]
fn every_target_has_its_file_and_its_seeds() {
    let known: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let named = |folder: &str| -> BTreeSet<String> {
        listed(&root().join(folder))
            .iter()
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect()
    };
    assert_eq!(named("fuzz_targets"), known);
    assert_eq!(named("corpus"), known);
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    for name in &known {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
    }
}

#[test]
fn every_seed_ends_within_its_bounds() {
    for (name, target) in TARGETS {
        for path in listed(&root().join("corpus").join(name)) {
            let seed = fs::read(&path).expect("a seed can be read");
            assert!(seed.len() <= 8_192, "{} is no small seed", path.display());
            let whole = std::panic::catch_unwind(|| target(&seed));
            assert!(whole.is_ok(), "{} breaks the target {name}", path.display());
        }
    }
}

/// The first byte chooses, so each format and channel has a seed that begins with its own.
#[test]
fn every_format_has_a_seed() {
    let counts = [
        ("sms", targets::formats(Channel::Sms).len()),
        ("chat", targets::formats(Channel::Chat).len()),
        ("canonical", targets::canonical_channels().len()),
    ];
    for (name, count) in counts {
        let seeds = listed(&root().join("corpus").join(name));
        let chosen: BTreeSet<u8> =
            seeds.iter().filter_map(|path| fs::read(path).ok()?.first().copied()).collect();
        let wanted: BTreeSet<u8> = (b'a'..).take(count).collect();
        assert_eq!(chosen, wanted, "{name}");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the fuzz targets");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}
