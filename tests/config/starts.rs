//! What `check` accepts, `serve` starts, and the reverse. Each case is told to both programs as they are shipped;
//! NATS is at an address that refuses, so a start that gets past its configuration ends with 69, and one that does
//! not with 78.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

use crate::{in_project, toml_files};

const KEY: &str = "0123456789abcdef0123456789abcdef";
/// Nobody listens there: the first port is the system's, and it gives it to nobody.
const NOWHERE: &str = "nats.url=nats://127.0.0.1:1";
/// How many cases are tried at once.
const AT_ONCE: usize = 4;

/// One configuration, as both programs get it.
struct Case {
    name: String,
    folder: TempDir,
    file: PathBuf,
    flags: Vec<String>,
    variables: Vec<(String, String)>,
    /// Whether it is known to start; where it is not known, the two only have to agree.
    starts: Option<bool>,
}

#[test]
fn what_check_accepts_serve_starts_and_the_reverse() {
    let mut cases = Vec::new();
    cases.extend(toml_files("tests/config/bad").iter().map(|path| Case::alone(path, &[], Some(false))));
    for path in toml_files("tests/config/good") {
        cases.push(Case::alone(&path, &[], Some(false)));
        cases.push(Case::alone(&path, &[NOWHERE, "site.key_file=site.key"], Some(true)).with_secrets());
    }
    let layers = fs::read_dir(in_project("tests/config/layers")).expect("the folder is there");
    cases.extend(layers.map(|entry| Case::layered(&entry.expect("it can be listed").path())));
    let count = cases.len();
    let started = agree(&cases);
    assert!(count >= 60 && started >= 8 && started <= count - 40, "{started} of {count} start");
}

#[test]
fn a_file_of_secrets_that_check_refuses_keeps_serve_from_starting_and_no_other_does() {
    let mut cases = vec![Case::broken("nothing is broken", "", |_| {}, true)];
    for (file, kind) in FILES {
        cases.push(Case::broken(&format!("{file} missing"), "", |dir| remove(dir, file), false));
        for (how, content) in kind.broken() {
            cases.push(Case::broken(&format!("{file} {how}"), "", |dir| write(dir, file, &content), false));
        }
    }
    let of_another =
        |dir: &Path| write(dir, "us.key", KeyPair::generate().expect("a key").serialize_pem().as_bytes());
    cases.push(Case::broken("the key of another certificate", "", of_another, false));
    let account = || nkeys::KeyPair::new_account().seed().expect("a new pair has a seed");
    cases.push(Case::broken(
        "an account's seed",
        "",
        |dir| write(dir, "journal.nk", account().as_bytes()),
        false,
    ));
    for (name, more) in [
        ("a template without an end", "text = \"{{ queue\"\n"),
        ("a template with a stranger in it", "html = \"{{ ticket }}\"\n"),
        ("a template that asks for a filter that is not there", "subject = \"{{ queue | shout }}\"\n"),
    ] {
        cases.push(Case::broken(name, more, |_| {}, false));
    }
    for (name, flag, starts) in [
        ("a sender without an address", "notice.from=Desk", false),
        ("a sender of two", "notice.from=a@example.org, b@example.org", false),
        ("a sender with a line end", "notice.from=a@example.org\r\nBcc: b@example.org", false),
        ("a name that would end the line", "smtp.hello=two words", false),
        ("a relay that is no host", "smtp.host=relay example org", false),
        ("a relay by address", "smtp.host=192.0.2.1", true),
        ("HTTP without a port", "http.listen=127.0.0.1", false),
        ("a socket whose path is too long", &format!("control.socket=/tmp/{}", "s".repeat(91)), false),
        ("a credential that nobody gave", "nats.door.password_file=credential:absent", false),
        ("a credential", "nats.door.password_file=credential:given", true),
    ] {
        let mut case = Case::broken(name, "", |_| {}, starts);
        case.flags.push(flag.to_owned());
        cases.push(case);
    }
    agree(&cases);
}

/// The files of [`Case::broken`] that both programs must read.
const FILES: [(&str, Kind); 8] = [
    ("site.key", Kind::Key),
    ("door.password", Kind::Password),
    ("journal.nk", Kind::Seed),
    ("ca.pem", Kind::Certificate),
    ("us.pem", Kind::Certificate),
    ("us.key", Kind::PrivateKey),
    ("smtp.password", Kind::Password),
    ("relay.pem", Kind::Certificate),
];

/// What a file holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Key,
    Password,
    Seed,
    Certificate,
    PrivateKey,
}

impl Kind {
    /// Contents that are none of this kind.
    fn broken(self) -> Vec<(&'static str, Vec<u8>)> {
        let pem = |label: &str, body: &str| {
            format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n").into_bytes()
        };
        let mut broken = vec![("empty", Vec::new())];
        broken.extend(match self {
            Kind::Key => vec![("too short", KEY.as_bytes()[..31].to_vec())],
            Kind::Password => {
                vec![("a line end alone", b"\r\n".to_vec()), ("not UTF-8", b"caf\xe9".to_vec())]
            }
            Kind::Seed => vec![
                ("a word", b"hunter2".to_vec()),
                ("a seed without its sum", format!("SU{}", "A".repeat(56)).into_bytes()),
            ],
            Kind::Certificate => vec![
                ("no PEM", b"hunter2".to_vec()),
                ("a private key", KeyPair::generate().expect("a key").serialize_pem().into_bytes()),
                ("PEM of something else", pem("CERTIFICATE", "aHVudGVyMg==")),
                ("PEM without an end", b"-----BEGIN CERTIFICATE-----\naHVu".to_vec()),
            ],
            Kind::PrivateKey => vec![
                ("no PEM", b"hunter2".to_vec()),
                ("a certificate", certificate().0.into_bytes()),
                ("PEM of something else", pem("PRIVATE KEY", "aHVudGVyMg==")),
            ],
        });
        broken
    }
}

/// All that a site can be told by files of secrets, without its folder.
const EVERY_SECRET: &str = r#"[site]
default_queue = "general"
key_file = "site.key"
[queue.general]
[nats]
url = "nats://127.0.0.1:1"
[nats.door]
user = "door"
password_file = "door.password"
[nats.journal]
nkey_file = "journal.nk"
[nats.tls]
ca_file = "ca.pem"
cert_file = "us.pem"
key_file = "us.key"
[smtp]
host = "relay.example.org"
user = "switchboard"
password_file = "smtp.password"
ca_file = "relay.pem"
[notice]
from = "Desk <desk@example.org>"
"#;

impl Case {
    /// A file of the tests in a folder of its own.
    fn alone(path: &Path, flags: &[&str], starts: Option<bool>) -> Case {
        let name = path.file_name().expect("it is a file");
        let folder = tempfile::tempdir().expect("a folder");
        fs::copy(path, folder.path().join(name)).expect("it can be copied");
        Case {
            name: format!("{} with {flags:?}", path.display()),
            file: folder.path().join(name),
            folder,
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
            variables: Vec::new(),
            starts,
        }
    }

    /// A configuration of several layers; those of the vendor go with the default file alone.
    fn layered(path: &Path) -> Case {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&path.join("etc"), folder.path());
        let lines = |name: &str| {
            let text = fs::read_to_string(path.join(name)).unwrap_or_default();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let file = ["switchboard.toml", "north.toml"].map(|name| folder.path().join(name));
        let variable = |line: &String| {
            let (name, value) = line.split_once('=').expect("a variable has a value");
            (name.to_owned(), value.to_owned())
        };
        let mut flags = lines("flags");
        flags.push(NOWHERE.to_owned());
        // A fault point that does not exist is no configuration.
        let ours = |(name, _): &(String, String)| name != "SWITCHBOARD_FAULT";
        let case = Case {
            name: path.display().to_string(),
            file: file.into_iter().find(|file| file.exists()).expect("the case has a file"),
            folder,
            flags,
            variables: lines("env").iter().map(variable).filter(ours).collect(),
            starts: None,
        };
        case.with_secrets()
    }

    /// A site with every secret there is, one of which is broken, and more lines at its end.
    fn broken(name: &str, more: &str, how: impl Fn(&Path), starts: bool) -> Case {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("switchboard.toml");
        fs::write(&file, format!("{EVERY_SECRET}{more}")).expect("it is written");
        let case = Case {
            name: name.to_owned(),
            file,
            folder,
            flags: Vec::new(),
            variables: Vec::new(),
            starts: Some(starts),
        }
        .with_secrets();
        how(case.folder.path());
        case
    }

    /// Puts every file of secrets there that the configurations of the tests name, each in its form.
    fn with_secrets(mut self) -> Case {
        let folder = self.folder.path();
        let (ours, ours_key) = certificate();
        let seed = nkeys::KeyPair::new_user().seed().expect("a new pair has a seed");
        write(folder, "site.key", KEY.as_bytes());
        write(folder, "journal.nk", seed.as_bytes());
        for name in ["door.password", "journal.password", "smtp.password", "given"] {
            write(folder, name, b"hunter2\n");
        }
        write(folder, "ca.pem", certificate().0.as_bytes());
        write(folder, "relay.pem", certificate().0.as_bytes());
        write(folder, "us.pem", ours.as_bytes());
        write(folder, "us.key", ours_key.as_bytes());
        self.variables.push(("CREDENTIALS_DIRECTORY".to_owned(), folder.display().to_string()));
        self
    }

    /// The exit code of a command about it, and what it said.
    fn run(&self, verb: &str) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
        command.arg(verb).arg(&self.file).current_dir(self.folder.path());
        command.args(self.flags.iter().map(|flag| format!("--set={flag}")));
        command
            .env_remove("CREDENTIALS_DIRECTORY")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        let output = command.output().expect("the binary runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    }
}

/// Has both programs judge every case; how many start.
fn agree(cases: &[Case]) -> usize {
    let (next, started) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let faults = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match starts(case) {
                        Ok(starts) => _ = started.fetch_add(usize::from(starts), Ordering::Relaxed),
                        Err(fault) => faults.lock().expect("no holder panics").push(fault),
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().expect("no holder panicked");
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    started.into_inner()
}

/// Whether it starts, if both programs say the same and it is what is known of it.
fn starts(case: &Case) -> Result<bool, String> {
    let (checked, report) = case.run("check");
    let (served, log) = case.run("serve");
    let starts = match (checked, served) {
        (Some(0), Some(69)) => Some(true),
        (Some(78), Some(78)) => Some(false),
        _ => None,
    };
    let known = case.starts.or(starts);
    starts.filter(|_| known == starts).ok_or_else(|| {
        let Case { name, .. } = case;
        format!("{name}\n--- check: {checked:?}\n{report}\n--- serve: {served:?}\n{log}")
    })
}

/// A certificate that signs itself, and its key.
fn certificate() -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate of its own");
    (certificate.pem(), key.serialize_pem())
}

fn write(folder: &Path, name: &str, content: &[u8]) {
    fs::write(folder.join(name), content).expect("it is written");
}

fn remove(folder: &Path, name: &str) {
    fs::remove_file(folder.join(name)).expect("it was there");
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("it can be listed").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_symlink() {
            let aim = fs::read_link(&path).expect("a link");
            std::os::unix::fs::symlink(aim, target).expect("it can be made again");
        } else if path.is_dir() {
            fs::create_dir(&target).expect("a folder");
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("it can be copied");
        }
    }
}
