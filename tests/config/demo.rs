//! The edits that the demo makes while it runs: one must be taken, the other refused.

use std::fs;
use std::process::Command;

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

/// What the demo changes in the shipped configuration of the server is there to be changed.
#[test]
fn the_demo_finds_what_it_changes_in_the_shipped_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = "\
import importlib.machinery, importlib.util, pathlib, sys
loader = importlib.machinery.SourceFileLoader('demo', sys.argv[1])
demo = importlib.util.module_from_spec(importlib.util.spec_from_loader('demo', loader))
loader.exec_module(demo)
demo.write_configuration(pathlib.Path(sys.argv[2]))
";
    let mut command = Command::new("python3");
    command.args(["-B", "-c", program]).arg(in_project("deploy/demo/run")).arg(folder.path());
    let output = command.output().expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
