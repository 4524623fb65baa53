//! The commands as an operator runs them: formats, exit codes, secrets, and that a check has no effect.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::{LEAST, text};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A folder with a configuration and the files of its secrets.
fn site(toml: &str, secrets: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("switchboard.toml"), toml).expect("it is written");
    for (name, content) in secrets {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(&path, content).expect("it is written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
    }
    dir
}

fn run(dir: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(args)
        .env_remove("CREDENTIALS_DIRECTORY")
        .envs(variables.iter().copied())
        .current_dir(dir)
        .output()
        .expect("the binary runs")
}

/// Exit code and the codes of the findings.
fn findings(dir: &Path, args: &[&str], variables: &[(&str, &str)]) -> (i32, Vec<String>) {
    let args: Vec<&str> =
        ["check", "switchboard.toml", "--format", "json"].iter().chain(args).copied().collect();
    let output = run(dir, &args, variables);
    let object: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let findings = object["findings"].as_array().expect("a list");
    let codes = findings.iter().map(|finding| {
        assert_eq!(finding["file"], "switchboard.toml");
        assert!(finding["line"].is_u64() && finding["column"].is_u64(), "{finding}");
        format!("{}:{}", finding["line"], finding["code"].as_str().expect("a word"))
    });
    (output.status.code().expect("it ended by itself"), codes.collect())
}

#[test]
fn files_of_secrets_are_held_against_their_form() {
    let auth = "[nats.door]\nuser = \"door\"\npassword_file = \"door.password\"\n[nats.journal]\nnkey_file = \"journal.nk\"\n\
                [nats.tls]\nca_file = \"ca.pem\"\n";
    let dir = site(&format!("{LEAST}{auth}"), &[("site.key", "short"), ("journal.nk", "SUAB")]);
    let found = ["1:bad-secret", "6:unreadable", "8:bad-secret", "10:unreadable"];
    assert_eq!(findings(dir.path(), &[], &[]), (78, found.map(str::to_owned).to_vec()));
    // Certificates are no secrets.
    assert_eq!(findings(dir.path(), &["--without-secrets"], &[]), (78, vec!["10:unreadable".to_owned()]));

    let seed = nkeys::KeyPair::new_user().seed().expect("a new pair has a seed");
    let secrets =
        [("site.key", KEY), ("journal.nk", &seed), ("door.password", "hunter2\n"), ("ca.pem", "no")];
    let dir = site(&format!("{LEAST}{auth}"), &secrets);
    assert_eq!(findings(dir.path(), &[], &[]), (78, vec!["10:bad-certificate".to_owned()]));
    fs::write(
        dir.path().join("switchboard.toml"),
        format!("{LEAST}{}", auth.replace("[nats.tls]\nca_file", "#")),
    )
    .expect("it is written");
    assert_eq!(findings(dir.path(), &[], &[]), (0, Vec::new()));
}

#[test]
fn a_secret_that_everybody_may_read_is_a_warning_that_can_be_denied() {
    let dir = site(LEAST, &[("site.key", KEY)]);
    assert_eq!(findings(dir.path(), &["--deny-warnings"], &[]), (0, Vec::new()));
    let open = fs::Permissions::from_mode(0o644);
    fs::set_permissions(dir.path().join("site.key"), open).expect("it is ours");
    let found = vec!["1:exposed-secret".to_owned()];
    assert_eq!(findings(dir.path(), &[], &[]), (0, found.clone()));
    assert_eq!(findings(dir.path(), &["--deny-warnings"], &[]), (1, found));
}

#[test]
fn a_credential_is_looked_for_where_systemd_gives_them() {
    let toml = LEAST.replace("[queue", "key_file = \"credential:key\"\n[queue");
    let dir = site(&toml, &[("key", KEY)]);
    let folder = dir.path().display().to_string();
    let unset = vec!["3:no-credentials".to_owned()];
    assert_eq!(findings(dir.path(), &[], &[]), (0, unset));
    assert_eq!(findings(dir.path(), &[], &[("CREDENTIALS_DIRECTORY", &folder)]), (0, Vec::new()));
    let absent = findings(dir.path(), &[], &[("CREDENTIALS_DIRECTORY", "/nowhere")]);
    assert_eq!(absent, (78, vec!["3:unreadable".to_owned()]));
    // A start needs it.
    let served = run(dir.path(), &["serve", "switchboard.toml"], &[]);
    assert_eq!(served.status.code(), Some(78));
    assert!(text(&served.stderr).contains("credential `key`"), "{}", text(&served.stderr));
    for name in ["", "..", "a/b"] {
        let toml = toml.replace("credential:key", &format!("credential:{name}"));
        let dir = site(&toml, &[]);
        assert_eq!(findings(dir.path(), &[], &[]).1, ["3:bad-credential"], "{name}");
    }
}

/// Two services, each with credentials of its own: none is asked of the other's.
#[test]
fn the_gateway_s_secrets_are_looked_at_where_it_is_asked() {
    let toml = LEAST.replace("[queue", "key_file = \"credential:key\"\n[queue");
    let hook = "[gateway.nats]\nuser = \"gateway\"\npassword_file = \"credential:nats\"\n[source.web]\nchannel = \"chat\"\n\
                address = \"web\"\nwebhook = { token_file = \"credential:token\" }\n";
    let dir = site(
        &format!("{toml}{hook}"),
        &[("site/key", KEY), ("gate/nats", "hunter2"), ("gate/token", "hunter3")],
    );
    let folder = |name: &str| dir.path().join(name).display().to_string();
    let (router, gateway) = (folder("site"), folder("gate"));
    let of = |service: &str, args: &[&str]| findings(dir.path(), args, &[("CREDENTIALS_DIRECTORY", service)]);
    assert_eq!(of(&router, &["--deny-warnings"]), (0, Vec::new()));
    assert_eq!(of(&gateway, &["--gateway", "--deny-warnings"]), (0, Vec::new()));
    assert_eq!(of(&gateway, &[]), (78, vec!["3:unreadable".to_owned()]));
    let absent = ["7:unreadable", "11:unreadable"].map(str::to_owned).to_vec();
    assert_eq!(of(&router, &["--gateway"]), (78, absent));
    let unset = ["7:no-credentials", "11:no-credentials"].map(str::to_owned).to_vec();
    assert_eq!(findings(dir.path(), &["--gateway"], &[]), (0, unset));
    assert_eq!(findings(dir.path(), &["--gateway", "--without-secrets"], &[]), (0, Vec::new()));
    // One without a webhook does not start.
    fs::write(dir.path().join("switchboard.toml"), LEAST).expect("it is written");
    let output = run(dir.path(), &["check", "switchboard.toml", "--gateway"], &[]);
    assert_eq!(output.status.code(), Some(78));
    assert!(text(&output.stderr).contains("no source has a webhook"), "{}", text(&output.stderr));
}

#[test]
fn several_sites_are_checked_in_one_run() {
    let dir = site(LEAST, &[("site.key", KEY), ("north.toml", LEAST), ("south.toml", "[site]\n")]);
    let paths = ["check", "north.toml", "south.toml"];
    let output = run(dir.path(), &[&paths[..], &["--json"]].concat(), &[]);
    assert_eq!(output.status.code(), Some(78));
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let told: Vec<(&str, bool)> = lines
        .iter()
        .map(|line| (line["file"].as_str().expect("a name"), line["ok"].as_bool().expect("a verdict")))
        .collect();
    assert_eq!(told, [("north.toml", true), ("south.toml", false)]);

    let output = run(dir.path(), &[&paths[..], &["--format", "sarif"]].concat(), &[]);
    let log: Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "missing-key");
    assert_eq!(text(&output.stderr), "");
    let output = run(dir.path(), &paths, &[("NO_COLOR", "1")]);
    assert!(text(&output.stderr).contains("error[missing-key]"));
    assert!(!text(&output.stderr).contains('\u{1b}'));
}

#[test]
fn variables_and_flags_reach_every_command_that_loads() {
    let dir = site(LEAST, &[("site.key", KEY)]);
    let wrong = [("SWITCHBOARD__LOG__LEVL", "debug")];
    for command in [&["check"][..], &["config", "show"], &["serve"], &["init"]] {
        let args: Vec<&str> = command.iter().copied().chain(["switchboard.toml"]).collect();
        let output = run(dir.path(), &args, &wrong);
        assert_eq!(output.status.code(), Some(78), "{command:?}");
        assert!(text(&output.stderr).contains("SWITCHBOARD__LOG__LEVEL"), "{command:?}");
    }
    let args = ["config", "show", "switchboard.toml", "--set", "log.level=debug", "--format", "json"];
    let shown = run(dir.path(), &args, &[("SWITCHBOARD__PRESENCE__LEASE", "9s")]);
    let object: Value = serde_json::from_slice(&shown.stdout).expect("one object");
    assert_eq!((&object["log"]["level"], &object["presence"]["lease"]), (&"debug".into(), &"9s".into()));
    let shown = run(dir.path(), &[&args[..], &["--origin", "--only-changed"]].concat(), &[]);
    let list: Value = serde_json::from_slice(&shown.stdout).expect("a list");
    assert_eq!(list[0]["origin"], "flag:log.level");
}

/// Nothing is written, nobody is called, and what is in use by a running daemon is not in the way.
#[test]
fn a_check_has_no_effect() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("it has one");
    taken.set_nonblocking(true).expect("it can wait or not");
    let toml = format!(
        "{LEAST}[nats]\nurl = \"nats://{address}\"\n[http]\nlisten = \"{address}\"\n[control]\nsocket = \"control.sock\"\n\
         [smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"plain\"\n[notice]\nfrom = \"a@example.org\"\n",
        address.port()
    );
    let dir = site(&toml, &[("site.key", KEY)]);
    let home = dir.path().display().to_string();
    let before = contents(dir.path());
    let places = [
        ("HOME", home.as_str()),
        ("TMPDIR", home.as_str()),
        ("XDG_RUNTIME_DIR", home.as_str()),
        ("RUNTIME_DIRECTORY", home.as_str()),
    ];
    let output = run(dir.path(), &["check", "switchboard.toml"], &places);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(contents(dir.path()), before);
    assert_eq!(taken.accept().expect_err("nobody called").kind(), ErrorKind::WouldBlock);
}

/// Every file below, with its bytes, its mode and when it was changed.
fn contents(dir: &Path) -> BTreeMap<PathBuf, (Vec<u8>, u32, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("it can be listed").path();
        let data = fs::metadata(&path).expect("it is there");
        let bytes = fs::read(&path).expect("it is a file");
        found.insert(path, (bytes, data.permissions().mode(), data.modified().expect("a time")));
    }
    found
}
