//! The policy that is kept outside of files makes the same policy again.

use switchboard::config::{self, Code, Loaded};

use crate::{LEAST, in_project, read, toml_files};

#[test]
fn every_good_policy_is_the_same_from_its_tree() {
    let mut files = toml_files("tests/config/good");
    files.extend(toml_files("tests/scenarios/policies"));
    files.extend([in_project("config/switchboard.toml"), in_project("deploy/demo/demo.toml")]);
    for path in files {
        let loaded = config::load(&path).unwrap_or_else(|report| panic!("{report}"));
        let text = loaded.tree.to_string();
        let tree = serde_json::from_str(&text).expect("it was JSON");
        let policy = config::load_policy(&tree, &loaded.settings).unwrap_or_else(|report| panic!("{report}"));
        assert_eq!(policy.digest, loaded.policy.digest, "{}", path.display());
        assert_eq!(config::load_sources(&tree).expect("they load"), loaded.settings.sources);
    }
}

const MAIL: &str = "[smtp]\nhost = \"relay.example.org\"\nuser = \"u\"\npassword_file = \"p\"\n\
                    retry_first = \"10s\"\n[notice]\nfrom = \"desk@example.org\"\n";

fn load(text: &str) -> Loaded {
    config::load_str("x.toml", text).unwrap_or_else(|report| panic!("{report}"))
}

#[test]
fn what_belongs_to_one_host_is_not_in_the_tree() {
    let host =
        "[nats]\nurl = \"nats://10.0.0.1\"\n[log]\nlevel = \"debug\"\n[http]\nlisten = \"127.0.0.1:1\"\n";
    let site = "[site]\ndefault_queue = \"general\"\nprefix = \"acme\"\nkey_file = \"/k\"\nrona_after = 3\n";
    let loaded = load(&format!("{site}[queue.general]\n{host}{MAIL}"));
    let expected = serde_json::json!({
        "queue": {"general": {}},
        "site": {"default_queue": "general", "rona_after": 3},
        "smtp": {"retry_first": "10s"},
    });
    assert_eq!(loaded.tree, expected);
    let policy = config::load_policy(&loaded.tree, &loaded.settings).expect("it loads");
    assert_eq!(policy.digest, loaded.policy.digest);
}

#[test]
fn a_tree_that_does_not_fit_the_host_is_refused() {
    let plain = load(LEAST);
    let mail = load(&format!("{LEAST}{MAIL}"));
    let line = "[source.line]\nchannel = \"sms\"\naddress = \"+15550199\"\n";
    let line = load(&format!("{LEAST}{line}"));
    let code = |tree: &Loaded, host: &Loaded| {
        let report = config::load_policy(&tree.tree, &host.settings).expect_err("it does not fit");
        report.findings[0].code
    };
    assert_eq!(code(&mail, &plain), Code::NoSmtp);
    assert_eq!(code(&plain, &line), Code::UnknownSource);
    assert!(config::load_policy(&line.tree, &plain.settings).is_ok());
    let broken = serde_json::json!({"queue": {"general": {"priority": "high"}}, "site": 3});
    let report = config::load_policy(&broken, &plain.settings).expect_err("it is no policy");
    let codes: Vec<Code> = report.findings.iter().map(|finding| finding.code).collect();
    assert!(codes.contains(&Code::WrongType), "{codes:?}");
}

#[test]
fn the_tree_changes_with_the_policy_alone() {
    let text = read(&in_project("config/switchboard.toml"));
    let tree = |text: &str| config::load_str("x.toml", text).expect("it loads").tree;
    let settings =
        text.replace("level = \"info\"", "level = \"debug\"").replace("replicas = 1", "replicas = 3");
    assert_ne!(text, settings);
    assert_eq!(tree(&text), tree(&settings));
    assert_ne!(tree(&text), tree(&text.replace("rona_after = 1", "rona_after = 2")));
}
