//! The edits that the demo makes while it runs: one must be taken, the other refused.

use std::fs;

use switchboard::config;
use switchboard::shell::demo::script::Script;

use crate::in_project;

/// Each edit as the operator makes it: what the daemon refuses is put right before the next.
#[test]
fn the_edits_of_the_shipped_script_are_taken_and_refused_as_it_expects() {
    let script = Script::load(&in_project("deploy/demo/script.jsonl")).expect("the shipped script");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("demo.toml");
    fs::copy(in_project("deploy/demo/demo.toml"), &file).expect("it is copied");
    let (mut taken, mut refused, mut sources) = (0, 0, Vec::new());
    for edit in script.edits() {
        let path = folder.path().join(&edit.file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        let former = fs::read(&path).unwrap_or_default();
        fs::write(&path, &edit.text).expect("it is written");
        match config::load(&file) {
            Ok(loaded) => {
                taken += 1;
                sources = loaded.settings.sources.into_iter().map(|source| source.name).collect();
            }
            Err(_) => {
                refused += 1;
                fs::write(&path, former).expect("it is put right");
            }
        }
    }
    assert_eq!((taken, refused), (script.expected.reloads, script.expected.refused_reloads));
    for source in script.letters().filter_map(|letter| letter.source.as_deref()) {
        assert!(sources.iter().any(|known| known.as_str() == source), "{source}");
    }
}
