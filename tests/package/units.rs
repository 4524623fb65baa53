//! The units: nothing that systemd does not know, hardened as far as the daemon lets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fetched::fetched;
use crate::{root, succeeds};

/// Every unit.
const UNITS: [&str; 4] = [
    "switchboard.service",
    "switchboard@.service",
    "switchboard-gateway.service",
    "switchboard-gateway@.service",
];
/// The most exposure, in tenths, of which systemd says ten is everything.
const EXPOSURE_MAX: &str = "20";

#[test]
fn systemd_knows_every_line_of_the_units() {
    let Some(analyze) = fetched("systemd.sh", None) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let units = copies(folder.path());
    let said = succeeds(Command::new(&analyze).args(["verify", "--man=no"]).args(&units));
    assert_eq!(ours(&said), "", "{said}");
    // The judge judges: a line that nobody knows is told.
    let bad = folder.path().join("bad.service");
    let text = fs::read_to_string(&units[0]).expect("a unit");
    fs::write(&bad, text.replace("[Service]\n", "[Service]\nWatchdogSeconds=30\n")).expect("a unit");
    let output = Command::new(&analyze).args(["verify", "--man=no"]).arg(&bad).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(ours(&said).contains("WatchdogSeconds"), "{said}");
}

#[test]
fn the_units_expose_little() {
    let Some(analyze) = fetched("systemd.sh", None) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    for unit in copies(folder.path()) {
        let threshold = format!("--threshold={EXPOSURE_MAX}");
        succeeds(Command::new(&analyze).args(["security", "--offline=true", &threshold]).arg(&unit));
    }
    let open = folder.path().join("open.service");
    fs::write(&open, "[Service]\nExecStart=/bin/true\n").expect("a unit");
    let threshold = format!("--threshold={EXPOSURE_MAX}");
    let judged = Command::new(&analyze).args(["security", "--offline=true", &threshold]).arg(&open).output();
    assert!(!judged.expect("it runs").status.success(), "a unit without any line of it exposes more");
}

/// One site and many differ in their names and nothing else.
#[test]
fn the_unit_of_a_named_site_is_that_of_the_one() {
    for name in ["switchboard", "switchboard-gateway"] {
        differ_in_names(name);
    }
}

fn differ_in_names(name: &str) {
    let one = fs::read_to_string(unit(&format!("{name}.service"))).expect("a unit");
    let named = fs::read_to_string(unit(&format!("{name}@.service"))).expect("a unit");
    let differ: Vec<&str> = named.lines().filter(|line| !one.lines().any(|other| other == *line)).collect();
    let keys = [
        "Description",
        "ConditionPathExists",
        "AssertPathIsDirectory",
        "ExecStart",
        "ExecReload",
        "StateDirectory",
        "RuntimeDirectory",
    ];
    for line in &differ {
        let key = line.split('=').next().unwrap_or_default();
        assert!(keys.contains(&key) || key == "LoadCredential" || key.starts_with('#'), "{line}");
        assert!(line.contains("%i") || key.starts_with('#'), "{line}");
    }
    assert!(!one.contains("%i") && named.contains("%i.toml"));
    let folder = named.lines().find(|line| line.starts_with("RuntimeDirectory="));
    assert!(folder.is_none_or(|folder| folder == "RuntimeDirectory=switchboard-%i"), "{folder:?}");
}

/// The gateway is reached from the open network: nothing of the router's may be within its reach.
#[test]
fn the_gateway_has_a_user_and_secrets_of_its_own() {
    for (gateway, router) in [
        ("switchboard-gateway.service", "switchboard.service"),
        ("switchboard-gateway@.service", "switchboard@.service"),
    ] {
        let text = |name| fs::read_to_string(unit(name)).expect("a unit");
        let (gateway, router) = (text(gateway), text(router));
        let value = |text: &str, key: &str| {
            text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().to_owned()
        };
        assert_eq!(value(&gateway, "DynamicUser="), "yes");
        assert_eq!(value(&gateway, "User="), "");
        let key = "LoadCredential=secret:";
        assert_ne!(value(&gateway, key), value(&router, key));
        assert!(gateway.lines().filter(|line| line.starts_with("LoadCredential")).count() == 1);
        // Hardened like the router: each of its lines of that kind is here, too.
        let (_, hardened) = router.split_once("UMask=").expect("the lines that harden");
        assert!(gateway.ends_with(hardened), "{gateway}");
    }
}

/// Secrets that are not there are told once; systemd would try without end, since no other failure of a start is for
/// good.
#[test]
fn a_site_without_its_credentials_is_not_tried_without_end() {
    for name in UNITS {
        let text = fs::read_to_string(unit(name)).expect("a unit");
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
        let folder = value("LoadCredential=secret:");
        assert_eq!(value("AssertPathIsDirectory="), folder, "{name}");
        assert!(value("RestartPreventExitStatus=").split(' ').any(|code| code == "243"), "{name}");
    }
}

/// The units with our binary in place of the one that a package would put there.
fn copies(folder: &Path) -> Vec<PathBuf> {
    let copy = |name: &str| {
        let text = fs::read_to_string(unit(name)).expect("a unit");
        let to = folder.join(name.replace('@', "@shop"));
        fs::write(&to, text.replace("/usr/bin/switchboard", env!("CARGO_BIN_EXE_switchboard")))
            .expect("a copy");
        to
    };
    UNITS.map(copy).into()
}

fn unit(name: &str) -> PathBuf {
    root().join("deploy/systemd").join(name)
}

/// What is said of our units: units of the system may have faults of their own.
fn ours(said: &str) -> String {
    let told = said.lines().filter(|line| line.contains("switchboard") || line.contains("bad.service"));
    told.collect::<Vec<_>>().join("\n")
}
