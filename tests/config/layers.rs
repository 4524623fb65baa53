//! Several layers: each folder of `layers/` is a case, with `vendor/`, `etc/` (a file with its drop-ins),
//! `env` and `flags`, a line for each. `expected` is what is in force with its origins, or the report.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use switchboard::config::{self, Code, Layers, Show};

use crate::{LEAST, expect_file, in_project, read};

#[test]
fn each_case_is_as_expected() {
    let mut cases = 0;
    for entry in fs::read_dir(in_project("tests/config/layers")).expect("the folder is there") {
        let case = entry.expect("it can be listed").path();
        expect_file(&case.join("expected"), &outcome(&case));
        cases += 1;
    }
    assert!(cases >= 12, "cases: {cases}");
}

/// What is in force, or why nothing is; paths begin in the folder of the case.
fn outcome(case: &Path) -> String {
    let text = match config::load_layers(&layers(case)) {
        Ok(loaded) => {
            let warnings: String = loaded.warnings.iter().map(|warning| format!("{warning}\n")).collect();
            let show = Show { origin: true, beaten: true, only_changed: true };
            warnings + &loaded.origins.to_toml(show)
        }
        Err(report) => report.to_string(),
    };
    assert!(!text.contains("hunter2"), "{text}");
    text.replace(&format!("{}/", case.display()), "")
}

fn layers(case: &Path) -> Layers {
    let lines = |name: &str| -> Vec<String> {
        let text = fs::read_to_string(case.join(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    };
    let variable = |line: &String| {
        let (name, value) = line.split_once('=').expect("a variable has a value");
        (OsString::from(name), OsString::from(value))
    };
    let file = ["switchboard.toml", "north.toml"].map(|name| case.join("etc").join(name));
    let file = file.iter().find(|file| file.exists()).expect("the case has a file");
    Layers {
        vendor: Some(case.join("vendor")),
        environment: lines("env").iter().map(variable).collect(),
        flags: lines("flags"),
        ..Layers::of(file)
    }
}

#[test]
fn the_vendor_s_files_belong_to_the_default_file_alone() {
    assert!(Layers::of(Path::new(config::FILE_DEFAULT)).vendor.is_some());
    assert_eq!(Layers::discover(None, &[]).file, Path::new(config::FILE_DEFAULT));
    assert!(Layers::discover(None, &[]).vendor.is_some());
    assert_eq!(Layers::of(Path::new("switchboard.toml")).vendor, None);
}

#[test]
fn a_file_that_cannot_be_read_is_a_fault_in_every_layer() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("switchboard.toml");
    let drop_ins = dir.path().join("conf.d");
    fs::create_dir(&drop_ins).expect("a folder");
    fs::write(drop_ins.join("10-latin1.toml"), b"[site]\nprefix = \"caf\xe9\"\n").expect("it is written");
    std::os::unix::fs::symlink("nowhere", drop_ins.join("20-dangling.toml")).expect("a link");
    let codes = || {
        let report = config::load(&file).expect_err("it has faults");
        report.findings.iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(), [Code::NotUtf8, Code::Unreadable, Code::Unreadable]);
    fs::write(&file, LEAST).expect("it is written");
    assert_eq!(codes(), [Code::NotUtf8, Code::Unreadable]);
}

#[test]
fn a_variable_that_is_not_utf8_is_a_fault() {
    use std::os::unix::ffi::OsStringExt;
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("switchboard.toml");
    fs::write(&file, LEAST).expect("it is written");
    let value = OsString::from_vec(b"caf\xe9".to_vec());
    let environment = vec![("SWITCHBOARD__SITE__INSTANCE".into(), value)];
    let report =
        config::load_layers(&Layers { environment, ..Layers::of(&file) }).expect_err("it has a fault");
    assert_eq!(report.findings[0].code, Code::NotUtf8);
    assert_eq!(report.findings[0].file, "env:SWITCHBOARD__SITE__INSTANCE");
}

#[test]
fn each_value_has_its_origin_and_a_default_has_none() {
    let file = in_project("config/switchboard.toml");
    let flags = vec!["log.level=debug".to_owned()];
    let loaded = config::load_layers(&Layers { flags, ..Layers::of(&file) }).expect("it loads");
    assert_eq!(loaded.origins.get("log.level").as_deref(), Some("flag:log.level"));
    let [beaten] = loaded.origins.beaten("log.level").try_into().expect("the file's value alone");
    let line = read(&file).lines().position(|line| line.starts_with("level = ")).expect("it is there") + 1;
    assert_eq!(beaten, format!("{}:{line}:9", file.display()));
    assert_eq!(loaded.origins.get("site.instance"), None);
    let entry = |key: &str| loaded.origins.entries().into_iter().find(|entry| entry.key == key);
    let offer = entry("queue.general.offer_timeout.email").expect("a default is in force too");
    assert_eq!((offer.origin.as_str(), offer.changed), ("default", false));
    assert!(entry("log.level").expect("it is in force").changed);
}
