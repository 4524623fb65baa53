//! Secrets that somebody wrote into the configuration itself, where no secret may stand: the value is refused, and
//! nothing repeats it.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::haul::Haul;
use super::switchboard;
use crate::secure::pki::Authority;

const SECRET: &str = "hunter2-hunter2-hunter2";
/// What people call such a key.
const KEYS: [&str; 26] = [
    "password",
    "pass",
    "passwd",
    "passwort",
    "pasword",
    "pwd",
    "pw",
    "passphrase",
    "secret",
    "token",
    "auth_token",
    "authToken",
    "creds",
    "credentials",
    "jwt",
    "nkey",
    "nkey_seed",
    "seed",
    "key",
    "private_key",
    "site_key",
    "api_key",
    "apikey",
    "login",
    "auth",
    "user_password",
];
/// Where they write it.
const TABLES: [&str; 6] = ["site", "nats", "nats.door", "nats.journal", "nats.tls", "smtp"];
/// What is there besides.
const BASE: &str = "[queue.general]\n";

#[test]
fn a_secret_under_a_likely_key_is_refused_and_not_repeated() {
    let mut haul = Haul::of([("the secret", SECRET)]);
    for value in [
        format!("\"{SECRET}\""),
        format!("'{SECRET}'"),
        format!("\"\"\"\n{SECRET}\n\"\"\""),
        format!("[\"{SECRET}\"]"),
        format!("[\n  \"{SECRET}\",\n]"),
        format!("{{ value = \"{SECRET}\" }}"),
        // These two are no TOML.
        SECRET.to_owned(),
        format!("\"{SECRET}"),
    ] {
        let tables = TABLES.map(|table| {
            let lines = KEYS.map(|key| format!("{key} = {value}\n"));
            format!("[{table}]\n{}", lines.concat())
        });
        look(&mut haul, &format!("{BASE}{}", tables.concat()));
        // In one line with what is wrong besides.
        let inline = KEYS.map(|key| format!("{key} = {value}")).join(", ");
        look(&mut haul, &format!("{BASE}smtp = {{ port = \"x\", {inline}, host = 7 }}\n"));
    }
    haul.assert_clean(100_000);
}

#[test]
fn a_secret_in_an_address_is_refused_and_not_repeated() {
    let mut haul = Haul::of([("the secret", SECRET)]);
    for url in [
        "nats://u:S@host",
        "nats://S@host",
        "u:S@host",
        "S",
        "nats://u:S",
        "nats://h:4222?token=S",
        "S@host:1",
    ] {
        let url = url.replace('S', SECRET);
        for lines in [
            format!("[nats]\nurl = \"{url}\"\n"),
            format!("[nats]\nurl = [\"nats://h\", \"{url}\"]\n"),
            format!("[nats]\nurl = [\n  \"{url}\",\n]\n"),
            format!("nats = {{ replicas = \"x\", url = \"{url}\" }}\n"),
            format!("[nats]\nserver = \"{url}\"\n"),
            format!("[smtp]\nhost = \"smtp://{url}\"\n"),
            format!("[smtp]\nhost = \"u:{SECRET}@relay\"\n"),
            format!("[smtp]\nurl = \"{url}\"\n"),
        ] {
            look(&mut haul, &format!("{BASE}{lines}"));
        }
    }
    haul.assert_clean(100_000);
}

/// A whole key, or a credential whose form gives it away, in place of its file's name.
#[test]
fn a_secret_in_place_of_its_file_is_refused_and_not_repeated() {
    let (_, key) = Authority::new().client();
    let seed = nkeys::KeyPair::new_user().seed().expect("a new pair has a seed");
    let jwt = format!("eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.{}", "eyJqdGkiOiJhIn0".repeat(3));
    let mut haul = Haul::of([("the key", key.as_str()), ("the seed", &seed), ("the token", &jwt)]);
    let escaped = key.replace('\n', "\\n");
    for lines in [
        format!("[nats.tls]\ncert_file = \"c\"\nkey_file = \"\"\"\n{key}\"\"\"\n"),
        format!("[nats.tls]\ncert_file = \"c\"\nkey_file = \"{escaped}\"\n"),
        format!("[site]\nkey_file = \"{escaped}\"\n"),
        format!("[nats.door]\nnkey_file = \"{seed}\"\n"),
        format!("[nats.journal]\ntoken_file = \"{jwt}\"\n"),
        format!("[nats.journal]\ncreds_file = \"{jwt}\\n{seed}\"\n"),
        format!("[nats]\nkey = \"\"\"\n{key}\"\"\"\n"),
        format!("[nats]\nca = \"{escaped}\"\n"),
        format!("[notes]\nx = \"{seed}\"\n"),
        format!("[nats.tls]\nkey_file = \"\"\"\n{key}\n"),
    ] {
        look(&mut haul, &format!("{BASE}{lines}"));
    }
    haul.assert_clean(50_000);
}

#[test]
fn a_secret_in_a_variable_or_a_flag_is_refused_and_not_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("switchboard.toml");
    fs::write(&file, "[site]\ndefault_queue = \"general\"\n[queue.general]\n").expect("the configuration");
    fs::write(folder.path().join("site.key"), "0123456789abcdef0123456789abcdef").expect("the key");
    let mut haul = Haul::of([("the secret", SECRET)]);
    let paths = || TABLES.iter().flat_map(|table| KEYS.iter().map(move |key| format!("{table}.{key}")));
    let variables = || {
        let named = paths().map(|path| format!("SWITCHBOARD__{}", path.replace('.', "__").to_uppercase()));
        named.chain(["SWITCHBOARD__NATS__DOOR".to_owned(), "SWITCHBOARD__SMTP__PORT".to_owned()])
    };
    let url = format!("nats://u:{SECRET}@host");
    for words in VERBS {
        let mut by_variable = switchboard();
        by_variable.args(words).arg(&file).env("SWITCHBOARD__NATS__URL", &url);
        by_variable.envs(variables().map(|name| (name, SECRET)));
        let mut by_flag = switchboard();
        by_flag.args(words).arg(&file).arg(format!("--set=nats.url={url}"));
        by_flag.args(paths().map(|path| format!("--set={path}={SECRET}")));
        for command in [&mut by_variable, &mut by_flag] {
            let output = super::said(command);
            haul.take(&format!("{words:?}"), &[output.stdout, output.stderr].concat());
            assert_eq!(output.status.code(), Some(78), "{words:?}");
        }
    }
    haul.assert_clean(50_000);
}

/// Whoever reads a configuration, and prints what is wrong with it.
const VERBS: [&[&str]; 8] = [
    &["check"],
    &["check", "--json"],
    &["check", "--format=sarif"],
    &["serve"],
    &["config", "show", "--all", "--origin"],
    &["config", "show", "--all", "--origin", "--format=json"],
    &["init"],
    &["reload"],
];

/// Has everybody read this configuration; all of them must refuse it.
fn look(haul: &mut Haul, configuration: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("switchboard.toml");
    fs::write(&file, configuration).expect("the configuration");
    for words in VERBS {
        let code = haul.run(switchboard().args(words).arg(&file));
        assert_eq!(code, Some(78), "{words:?} takes\n{configuration}");
    }
    haul_of_tools(haul, &file);
}

/// Those who are told the configuration by a flag.
fn haul_of_tools(haul: &mut Haul, file: &Path) {
    // The pipe of a mail server is told to come again, which an operator may have mended by then.
    for (words, code) in [(&["status"][..], 78), (&["dead", "list"], 78), (&["inject", "--source=x"], 75)] {
        let mut command = switchboard();
        command.args(words).arg("--config").arg(file).stdin(Stdio::null());
        assert_eq!(haul.run(&mut command), Some(code), "{words:?}");
    }
}
