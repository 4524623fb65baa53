//! Configuration files and what is said of them. `bad/*.toml` have beside them the exact report;
//! `UPDATE_EXPECT=1` writes it anew, and the difference is reviewed like code. `good/*.toml` load, and their
//! warnings, if any, lie beside them likewise. `layers/*/` are configurations of several layers.

mod chance;
mod command;
mod demo;
mod layers;
mod page;
mod starts;
mod stored;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use switchboard::config::{self, Auth, LogFormat, LogLevel};
use switchboard::domain::{Channel, Metric, Span};
use switchboard::policy::{Attributes, OwnerOffline};

const LEAST: &str = "[site]\ndefault_queue = \"general\"\n[queue.general]\n";

#[test]
fn each_bad_file_has_its_exact_report() {
    let files = toml_files("tests/config/bad");
    assert!(files.len() >= 40, "bad files: {}", files.len());
    for path in files {
        let report =
            config::load_str(&file_name(&path), &read(&path)).expect_err(&path.display().to_string());
        expect_file(&path.with_extension("err"), &report.to_string());
    }
}

#[test]
fn good_files_load_with_no_more_than_their_warnings() {
    for path in toml_files("tests/config/good") {
        let loaded =
            config::load_str(&file_name(&path), &read(&path)).unwrap_or_else(|report| panic!("{report}"));
        let warnings: String = loaded.warnings.iter().map(|warning| format!("{warning}\n")).collect();
        let beside = path.with_extension("warn");
        if !warnings.is_empty() || beside.exists() {
            expect_file(&beside, &warnings);
        }
    }
}

#[test]
fn the_shipped_file_loads_without_a_warning() {
    let loaded =
        config::load(&in_project("config/switchboard.toml")).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(loaded.warnings, []);
    let attributes = |language, text| Attributes {
        channel: Channel::Sms,
        source: &loaded.settings.sources[1].name,
        address: "+15550199",
        subject: "",
        text,
        language,
    };
    let route = |attributes: &Attributes<'_>| {
        let place = loaded.policy.routes.choose(attributes).route?;
        Some(loaded.policy.routes.get(place).name.to_string())
    };
    assert_eq!(route(&attributes(Some("zh-tw"), "退款")).as_deref(), Some("chinese"));
    assert_eq!(route(&attributes(None, "I was charged twice")).as_deref(), Some("billing-words"));
    assert_eq!(route(&attributes(None, "hello")), None);
}

#[test]
fn the_shipped_file_says_the_defaults() {
    // What it spells out is what a file that leaves it out gets.
    let shipped = config::load(&in_project("config/switchboard.toml")).expect("it loads");
    let least = config::load_str("config/least.toml", LEAST).expect("it loads");
    assert_eq!(shipped.policy.site, least.policy.site);
    let queue = |loaded: &config::Loaded, name: &str| loaded.policy.queues[name].clone();
    assert_eq!(queue(&shipped, "billing").offer_timeout, queue(&least, "general").offer_timeout);
    assert_eq!(queue(&shipped, "billing").wrap_up, queue(&least, "general").wrap_up);
    assert_eq!(queue(&shipped, "general").priority, queue(&least, "general").priority);
    assert_eq!(shipped.settings.nats, least.settings.nats);
    assert_eq!(shipped.settings.log, least.settings.log);
    assert_eq!(shipped.settings.presence_lease, least.settings.presence_lease);
    assert_eq!(shipped.settings.prefix, least.settings.prefix);
}

#[test]
fn a_compiled_policy_is_the_policy_again() {
    let mut files = toml_files("tests/config/good");
    files.push(in_project("config/switchboard.toml"));
    for path in files {
        let loaded = config::load(&path).unwrap_or_else(|report| panic!("{report}"));
        let text = loaded.tree.to_string();
        for of_settings in ["key_file", "password", "urls", "prefix", "relay"] {
            assert!(!text.contains(of_settings), "{}: `{of_settings}` is in {text}", path.display());
        }
        let tree = serde_json::from_str(&text).expect("it is JSON");
        let policy = config::load_policy(&tree, &loaded.settings).unwrap_or_else(|report| panic!("{report}"));
        assert_eq!(policy.digest, loaded.policy.digest, "{}", path.display());
        let sources = config::load_sources(&tree);
        assert_eq!(sources.as_ref(), Ok(&loaded.settings.sources), "{}", path.display());
    }
}

#[test]
fn the_order_of_what_is_written_does_not_change_the_compiled_policy() {
    let turned = "[queue.general]\n[site]\ndefault_queue = \"general\"\n";
    let tree = |text| config::load_str("x.toml", text).expect("it loads").tree.to_string();
    assert_eq!(tree(turned), tree(LEAST));
    assert_eq!(tree(LEAST), r#"{"queue":{"general":{}},"site":{"default_queue":"general"}}"#);
}

#[test]
fn what_needs_a_restart_is_told_by_its_key() {
    let rest = "[nats]\nreplicas = 1\n[log]\nlevel = \"info\"\n[source.line]\nchannel = \"sms\"\naddress = \"+15550100\"\n";
    let old = format!("{LEAST}{rest}");
    let keys = |from: &str, to: &str| {
        let new = old.replace(from, to);
        assert_ne!(new, old, "the edit of {from} changes something");
        let load = |text: &str| config::load_str("x.toml", text).expect("it loads").settings;
        load(&old).restart_keys(&load(&new))
    };
    assert_eq!(keys("+15550100", "+15550101"), Vec::<&str>::new());
    assert_eq!(keys("info", "debug"), Vec::<&str>::new());
    assert_eq!(keys("default_queue", "rona_after = 3\ndefault_queue"), Vec::<&str>::new());
    assert_eq!(keys("replicas = 1", "replicas = 3"), ["nats.replicas"]);
    assert_eq!(
        keys("[site]", "[control]\nsocket = \"c\"\n[http]\nlisten = \"127.0.0.1:80\"\n[site]\ntest = true"),
        ["site.test", "http.listen", "control.socket"]
    );
    assert_eq!(
        keys("[site]", "[smtp]\nhost = \"mx\"\n[notice]\nfrom = \"a@example.org\"\n[site]"),
        ["smtp", "notice.from"]
    );
}

#[test]
fn a_promise_taken_back_is_a_warning_of_the_reload() {
    let sla = "[sla.gold]\nassign = { within = \"60s\" }\nfirst_reply = { within = \"5m\" }\n";
    let old = format!("{LEAST}sla = \"gold\"\n{sla}");
    let told = |new: &str| {
        let load = |text: &str| config::load_str("x.toml", text).expect("it loads").policy;
        let found = config::withdrawn_promises(&load(&old), &load(new));
        found.iter().map(|finding| format!("{}: {}", finding.at, finding.fact)).collect::<Vec<_>>()
    };
    assert_eq!(told(&old.replace("5m", "9m")), Vec::<String>::new());
    let first_reply = "queue.general: queue `general` no longer promises `first_reply` by sla `gold`";
    assert_eq!(told(&old.replace("first_reply = { within = \"5m\" }\n", "")), [first_reply]);
    assert_eq!(told(&old.replace("gold", "silver")).len(), 2, "a renamed SLA is another");
    assert_eq!(told(LEAST).len(), 2);
}

#[test]
fn every_key_arrives_where_it_belongs() {
    let text = read(&in_project("tests/config/good/everything.toml"));
    let loaded = config::load_str("etc/everything.toml", &text).unwrap_or_else(|report| panic!("{report}"));
    let settings = &loaded.settings;
    assert_eq!(settings.prefix.as_str(), "acme");
    assert_eq!(settings.key_file, Path::new("/etc/acme/site.key"));
    assert_eq!((settings.test, settings.instance.as_deref()), (true, Some("host-a")));
    assert_eq!(settings.presence_lease, Span::seconds(10));
    assert_eq!(settings.nats.urls, ["nats://127.0.0.1:4222", "tls://nats.example.org"]);
    assert_eq!((settings.nats.replicas, settings.nats.in_max_bytes), (3, 64 << 20));
    assert_eq!(settings.nats.out_max_bytes, 16 << 20);
    assert_eq!(settings.nats.append_timeout, Span(1_500));
    assert_eq!(
        settings.nats.door,
        Auth::Password { user: "door".to_owned(), file: PathBuf::from("etc/door.password") }
    );
    assert_eq!(settings.nats.journal, Auth::Nkey(PathBuf::from("etc/journal.nk")));
    assert_eq!(settings.nats.tls.ca_file.as_deref(), Some(Path::new("etc/ca.pem")));
    assert_eq!((settings.log.format, settings.log.level), (LogFormat::Json, LogLevel::Debug));
    let [office, line] = &settings.sources[..] else { panic!("two sources") };
    assert_eq!((office.channel, office.addresses.len()), (Channel::Work, 0));
    assert_eq!(&*line.addresses[1], "40404");

    let policy = &loaded.policy;
    let queue = &policy.queues["billing-desk_2"];
    assert_eq!((queue.priority, queue.owner_offline), (-5, OwnerOffline::Keep));
    assert_eq!((queue.wrap_up, policy.queues["general"].wrap_up), (Span::seconds(45), Span(0)));
    assert_eq!(
        queue.offer_timeout,
        [Span::seconds(30), Span::seconds(300), Span::seconds(10), Span::hours(1)]
    );
    let promise = &queue.promises[0];
    assert_eq!((promise.metric, promise.within), (Metric::Assign, Span::seconds(60)));
    assert_eq!(*promise.warnings, [Span::seconds(30), Span::seconds(15)]);
    assert_eq!(promise.ladder.as_ref().expect("it has one").rungs.len(), 2);
    let capacity = &policy.agents["ana"].capacity;
    assert_eq!(
        (capacity.units, capacity.costs, capacity.maxima),
        (6, [3, 1, 1, 2], [Some(2), None, Some(0), Some(1)])
    );
    assert_eq!(policy.site.lost_grace, Span::seconds(20));
    assert_eq!(policy.site.command_ids_max, 2_000);
    let route = policy.routes.get(0);
    assert_eq!((route.rank, route.priority, route.matchers.len()), (10, Some(60), 6));
}

#[test]
fn a_name_is_taken_as_it_is_written() {
    let text = format!("{LEAST}[source.main-line]\nchannel = \"chat\"\naddress = \"Web.Chat\"\n");
    let loaded = config::load_str("x.toml", &text).expect("it loads");
    assert_eq!(loaded.settings.sources[0].name.as_str(), "main-line");
    assert_eq!(&*loaded.settings.sources[0].addresses[0], "Web.Chat");
}

#[test]
fn an_address_clause_matches_the_whole_address() {
    let text = format!("{LEAST}[route.line]\nrank = 1\naddress = \"100|200\"\nqueue = \"general\"\n");
    let loaded = config::load_str("x.toml", &text).expect("it loads");
    let source = "line".parse().expect("a name");
    let takes = |address| {
        let attributes = Attributes {
            channel: Channel::Sms,
            source: &source,
            address,
            subject: "",
            text: "",
            language: None,
        };
        loaded.policy.routes.choose(&attributes).route.is_some()
    };
    assert!(takes("100") && takes("200"));
    assert!(!takes("1001") && !takes("5200"));
}

#[test]
fn comments_order_and_settings_leave_the_digest_and_each_rule_changes_it() {
    let digest = |text: &str| {
        let loaded = config::load_str("x.toml", text).unwrap_or_else(|report| panic!("{report}"));
        loaded.policy.digest
    };
    let written = "[site]\ndefault_queue = \"a\"\nrona_after = 2\n[queue.a]\npriority = 1\n[queue.b]\n\
                   [agent.ana]\nskills = { x = 1, y = 2 }\n\
                   [route.r]\nrank = 1\ntext = \"t\"\nqueue = \"a\"\n";
    let shuffled = "# Another day.\n[route.r]\nqueue = \"a\"\ntext = 't'\nrank = 1\n[agent.ana]\n\
                    skills.y = 2\nskills.x = 1\n[queue.b]\n[queue.a]\npriority = 1\n\
                    [site]\nrona_after = 2\ndefault_queue = \"a\"\nprefix = \"other\"\n\
                    [log]\nlevel = \"debug\"\n";
    assert_eq!(digest(written), digest(shuffled));
    for (from, to) in [
        ("default_queue = \"a\"", "default_queue = \"b\""),
        ("rona_after = 2", "rona_after = 3"),
        ("priority = 1", "priority = 2"),
        ("priority = 1", "priority = 1\nwrap_up = \"30s\""),
        ("x = 1", "x = 3"),
        ("rank = 1", "rank = 2"),
        ("text = \"t\"", "text = \"u\""),
        ("text = \"t\"", "subject = \"t\""),
        ("[queue.b]", "[queue.c]"),
    ] {
        let changed = written.replace(from, to);
        assert_ne!(written, changed, "{from}");
        assert_ne!(digest(written), digest(&changed), "{to}");
    }
}

#[test]
fn more_faults_than_anybody_reads_are_counted() {
    let mut text = LEAST.to_owned();
    for number in 0..1_000 {
        text.push_str(&format!("key-{number} = 1\n"));
    }
    for number in 0..500 {
        text.push_str(&format!("[agent.a{number}]\ncapacity = 0\n"));
    }
    let report = config::load_str("x.toml", &text).expect_err("it has faults");
    assert_eq!(report.findings.len(), config::Report::FINDINGS_MAX);
    assert!(report.left_out >= 500, "{}", report.left_out);
}

#[test]
fn check_exits_0_or_78_and_keeps_data_and_talk_apart() {
    let good = check(&["config/switchboard.toml", "--without-secrets"]);
    assert_eq!(good.status.code(), Some(0));
    assert_eq!(text(&good.stdout).lines().count(), 1);
    assert!(text(&good.stdout).contains("4 agents, 2 queues, 4 sources, 5 routes, 0 warnings"));
    assert_eq!(text(&good.stderr), "");

    let bad = check(&["tests/config/bad/unknown_queue.toml"]);
    assert_eq!(bad.status.code(), Some(78));
    assert_eq!(text(&bad.stdout), "");
    assert!(text(&bad.stderr).contains("error[unknown-queue]"));

    let absent = check(&["tests/config/absent.toml"]);
    assert_eq!(absent.status.code(), Some(78));
    assert!(text(&absent.stderr).contains("error[unreadable]"));

    let folder = check(&["tests/config"]);
    assert_eq!(folder.status.code(), Some(78));

    assert_eq!(check(&["--what"]).status.code(), Some(2));
}

#[test]
fn check_says_the_same_in_json() {
    for (path, ok) in
        [("config/switchboard.toml", true), ("tests/config/bad/many_faults_at_once.toml", false)]
    {
        let output = check(&[path, "--json", "--without-secrets"]);
        let object: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        assert_eq!(object["ok"], ok);
        let findings = object["findings"].as_array().expect("a list");
        assert_eq!(findings.is_empty(), ok);
        assert!(findings.iter().all(|finding| finding["code"].is_string() && finding["file"] == path));
    }
}

#[test]
fn a_hostile_file_is_a_fault_and_no_crash() {
    for text in [
        format!("{LEAST}x = {}", "[".repeat(100_000)),
        format!("{LEAST}x = {}", "{a=".repeat(100_000)),
        format!("{LEAST}[{}b]", "a.".repeat(100_000)),
        format!("{LEAST}[queue.{}b]", "a.".repeat(100_000)),
        format!("{LEAST}[queue]\n{}b = 1", "a.".repeat(100_000)),
        format!("{LEAST}priority = 99999999999999999999"),
        "\0".to_owned(),
        "[[site]]".to_owned(),
        "site = 3\nqueue = 4\nlog = []\nnats = \"x\"".to_owned(),
    ] {
        let report = config::load_str("x.toml", &text).expect_err("it has faults");
        assert!(!report.findings.is_empty());
    }
}

#[test]
fn no_value_of_a_secret_is_repeated() {
    for line in [
        "[nats]\nurl = \"nats://user:hunter2@host\"",
        "[nats]\nurl = \"nats://user:hunter2\"",
        "[nats]\nurl = [\"hunter2\"]",
        "[nats]\npassword = \"hunter2\"",
        "[nats.door]\npassword = \"hunter2\"",
        "[nats.door]\ntoken_file = [\"hunter2\"]",
        "[nats.door]\npassword = \"hunter2",
    ] {
        let report = config::load_str("x.toml", &format!("{LEAST}{line}\n")).expect_err(line);
        assert!(!report.to_string().contains("hunter2"), "{report}");
    }
}

#[test]
fn a_quoted_control_character_cannot_steer_the_terminal() {
    let text = format!("{LEAST}[queue.\"\\u001b[2J\"]\n");
    let report = config::load_str("x.toml", &text).expect_err("it is no name").to_string();
    assert!(!report.contains('\u{1b}'), "{report:?}");
}

#[test]
fn a_file_that_is_not_utf8_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("latin1.toml");
    fs::write(&path, b"[site]\nprefix = \"caf\xe9\"\n").expect("it is written");
    let report = config::load(&path).expect_err("it is not UTF-8");
    assert_eq!(report.findings[0].code, config::Code::NotUtf8);
}

#[test]
fn the_codes_are_in_alphabetical_order_and_each_is_a_word_of_its_own() {
    let words: Vec<&str> = config::Code::ALL.iter().map(|code| code.as_str()).collect();
    assert!(words.is_sorted_by(|one, next| one < next), "{words:?}");
}

fn check(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .arg("check")
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the binary runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("it prints UTF-8")
}

fn toml_files(dir: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(in_project(dir)).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let mut files: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    files.sort();
    files
}

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn file_name(path: &Path) -> String {
    path.file_name().expect("it is a file").to_string_lossy().into_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("it can be read")
}

fn expect_file(path: &Path, actual: &str) {
    expect_test::expect_file![path].assert_eq(actual);
}
