//! Other rules while the daemon runs: by the control socket and by SIGHUP, refused, gone back from.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use serde_json::{Value, json};
use switchboard::shell::control;

use crate::support::daemon::{Daemon, Home, led_after, status};
use crate::support::{Server, until};

/// A site with a control socket, whose daemon leads.
struct Site {
    server: Server,
    home: Home,
    daemon: Daemon,
    supervisor: async_nats::Client,
}

/// The configuration of the tests with a control socket.
pub fn with_socket(configuration: &str) -> String {
    format!("{configuration}\n[control]\nsocket = \"control.sock\"\n")
}

impl Site {
    async fn start() -> Site {
        let server = Server::start().await;
        let home = Home::edited(&server, with_socket);
        let daemon = home.serve();
        let supervisor = server.user("sue").await;
        led_after(&supervisor, 0).await;
        Site { server, home, daemon, supervisor }
    }

    fn edit(&self, from: &str, to: &str) {
        let old = self.home.configuration();
        let new = old.replacen(from, to, 1);
        assert_ne!(new, old, "the edit of `{from}` changes something");
        self.home.rewrite(&new);
    }

    async fn status(&self) -> Value {
        status(&self.supervisor).await.expect("somebody leads")
    }

    async fn policy(&self) -> Value {
        self.status().await["policy"].clone()
    }

    async fn capacity_of_ana(&self) -> Value {
        let asked = self.supervisor.request("switchboard.api.sue.agent.get", r#"{"agent":"ana"}"#.into());
        let answer = asked.await.expect("an answer");
        let answer: Value = serde_json::from_slice(&answer.payload).expect("JSON");
        answer["agent"]["units"].clone()
    }
}

fn says(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("{}", says(output)))
}

#[tokio::test]
async fn a_reload_is_answered_once_the_rules_are_in_force() {
    let mut site = Site::start().await;
    let before = site.policy().await;
    site.edit("capacity = 8", "capacity = 5");
    let output = site.home.operate("reload", &["--json"]).await;
    assert_eq!(code(&output), 0, "{}", says(&output));
    let answer: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!((&answer["ok"], &answer["changed"]), (&json!(true), &json!(true)), "{answer}");
    let now = site.status().await;
    assert_eq!((&now["policy"], &now["policy_applied"]), (&answer["policy"], &json!(true)));
    assert_ne!(now["policy"], before);
    assert_eq!(site.capacity_of_ana().await, 5);
    assert_eq!((&now["last_reload"]["ok"], &now["last_reload"]["verb"]), (&json!(true), &json!("reload")));
    let again = site.home.operate("reload", &[]).await;
    assert!(code(&again) == 0 && says(&again).contains("was in force already"), "{}", says(&again));
    site.daemon.stops().await;
    let none = site.home.operate("reload", &[]).await;
    assert!(code(&none) == 69 && says(&none).contains("no daemon answers"), "{}", says(&none));
}

#[tokio::test]
async fn a_signal_reloads_too_and_its_verdict_is_in_the_status() {
    let mut site = Site::start().await;
    let before = site.policy().await;
    site.edit("capacity = 8", "capacity = 5");
    for _ in 0..20 {
        site.daemon.hang_up();
    }
    until("another policy", || async { site.policy().await != before }).await;
    assert_eq!(site.capacity_of_ana().await, 5);
    site.edit("capacity = 5", "capacity = [");
    site.daemon.hang_up();
    until("the refusal in the status", || async { site.status().await["last_reload"]["code"] == "config" })
        .await;
    site.daemon.says("refused; nothing has changed").await;
    assert_eq!(site.capacity_of_ana().await, 5);
    site.edit("capacity = [", "capacity = 5");
    site.daemon.stops().await;
}

#[tokio::test]
async fn a_refused_reload_tells_why_and_changes_nothing() {
    let mut site = Site::start().await;
    let before = site.status().await;
    let whole = site.home.configuration();
    site.edit("queue = \"billing\"", "queue = \"biling\"");
    let socket = site.home.folder().join("control.sock");
    let socket = socket.to_str().expect("a path in UTF-8");
    let output = site.home.operate("reload", &["--socket", socket]).await;
    assert_eq!(code(&output), 78, "{}", says(&output));
    for told in ["error[unknown-queue]", "help: there is a queue `billing`", "nothing has changed"] {
        assert!(says(&output).contains(told), "`{told}` in {}", says(&output));
    }
    let checked = site.home.operate("check", &[]).await;
    let report = String::from_utf8_lossy(&checked.stderr).into_owned();
    let drawn = report.split("\n\n").next().expect("one fault");
    assert!(says(&output).contains(drawn), "as check prints it: {drawn}");
    // The file that names the socket cannot be read, so the same report comes without the daemon.
    assert_eq!(code(&site.home.operate("reload", &[]).await), 78);
    site.home.rewrite(
        &whole
            .replace("in_max_bytes = \"64MiB\"", "in_max_bytes = \"65MiB\"")
            .replace("capacity = 8", "capacity = 7"),
    );
    let output = site.home.operate("reload", &["--json"]).await;
    let answer: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!((code(&output), &answer["code"]), (78, &json!("needs_restart")), "{answer}");
    assert_eq!(answer["findings"][0]["at"], "nats.in_max_bytes", "{answer}");
    let after = site.status().await;
    assert_eq!(
        (&after["policy"], &after["seq"], &after["last_reload"]["code"]),
        (&before["policy"], &before["seq"], &json!("needs_restart")),
        "no record was written"
    );
    site.daemon.stops().await;
}

#[tokio::test]
async fn a_new_source_is_understood_from_the_next_message_on() {
    let mut site = Site::start().await;
    let gateway = site.server.jetstream("gateway").await;
    let send = async |id: &str| {
        let body = json!({ "message_id": id, "from": "+15550100", "text": "hello" }).to_string();
        let sent = gateway.publish("switchboard.in.sms.second", body.into()).await;
        sent.expect("a publish").await.expect("an acknowledgement");
    };
    send("before").await;
    until("the refusal", || async { site.status().await["inseq"] == 1 }).await;
    assert_eq!(site.status().await["conversations"], 0);
    site.edit("[source.line]", "[source.second]\nchannel = \"sms\"\naddress = \"+15550198\"\n[source.line]");
    assert_eq!(code(&site.home.operate("reload", &[]).await), 0);
    send("after").await;
    until("a conversation", || async { site.status().await["conversations"] == 1 }).await;
    // Only the address changes: the policy is the same, and yet it holds.
    let before = site.policy().await;
    site.edit("+15550198", "+15550197");
    let output = site.home.operate("reload", &["--json"]).await;
    let answer: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!((&answer["changed"], &answer["policy"]), (&json!(true), &before));
    site.daemon.stops().await;
}

#[tokio::test]
async fn a_rollback_goes_back_and_says_that_the_files_do_not() {
    let mut site = Site::start().await;
    let first = site.policy().await;
    let none = site.home.operate("rollback", &[]).await;
    assert!(code(&none) == 78 && says(&none).contains("no other policy"), "{}", says(&none));
    site.edit("capacity = 8", "capacity = 5");
    assert_eq!(code(&site.home.operate("reload", &[]).await), 0);
    let second = site.policy().await;
    let back = site.home.operate("rollback", &[]).await;
    assert_eq!(code(&back), 0, "{}", says(&back));
    assert!(says(&back).contains("the files still say otherwise"), "{}", says(&back));
    assert_eq!((site.policy().await, site.capacity_of_ana().await), (first.clone(), json!(8)));
    let digits = second.as_str().and_then(|digest| digest.get(..8)).expect("a digest");
    let forth = site.home.operate("rollback", &["--to", digits]).await;
    assert_eq!(code(&forth), 0, "{}", says(&forth));
    assert!(!says(&forth).contains("otherwise"), "the files say the same: {}", says(&forth));
    assert_eq!(site.policy().await, second);
    let unknown = site.home.operate("rollback", &["--to", "0123456789"]).await;
    assert!(code(&unknown) == 78 && says(&unknown).contains("has no policy"), "{}", says(&unknown));
    // Behind a crash the policies are still there, and the files hold.
    assert_eq!(code(&site.home.operate("rollback", &[]).await), 0);
    site.daemon.kill();
    site.daemon = site.home.serve();
    led_after(&site.supervisor, 1).await;
    assert_eq!(site.policy().await, second);
    assert_eq!(code(&site.home.operate("rollback", &[]).await), 0);
    assert_eq!(site.policy().await, first);
    site.daemon.stops().await;
}

/// The digest of a policy says nothing of addresses, and yet a rollback brings back those of before.
#[tokio::test]
async fn a_rollback_brings_the_addresses_of_before_back() {
    let mut site = Site::start().await;
    let changes = async |verb: &str| {
        let output = site.home.operate(verb, &["--json"]).await;
        assert_eq!(code(&output), 0, "{}", says(&output));
        let answer: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        (answer["changed"] == true, answer["note"].is_string())
    };
    site.edit("+15550199", "+15550197");
    assert_eq!(changes("reload").await, (true, false));
    assert_eq!(changes("rollback").await, (true, true), "the files say otherwise");
    assert_eq!(changes("rollback").await, (true, false), "back to what the files say");
    site.edit("capacity = 8", "capacity = 5");
    site.edit("+15550197", "+15550196");
    assert_eq!(changes("reload").await, (true, false));
    assert_eq!(changes("rollback").await, (true, true));
    site.edit("capacity = 5", "capacity = 8");
    site.edit("+15550196", "+15550197");
    assert_eq!(changes("reload").await, (false, false), "the addresses that it had then are in force");
    site.daemon.stops().await;
}

#[tokio::test]
async fn the_socket_is_for_the_daemon_and_its_group_and_one_daemon_serves_it() {
    let mut site = Site::start().await;
    let path = site.home.folder().join("control.sock");
    let mode = std::fs::metadata(&path).expect("the socket").permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
    let answer = control::ask(&path, &json!({ "verb": "status" })).await.expect("an answer");
    assert_eq!((&answer["ok"], &answer["epoch"]), (&json!(true), &json!(1)), "{answer}");
    for nonsense in [json!({ "verb": "dance" }), json!({}), json!(7)] {
        let answer = control::ask(&path, &nonsense).await.expect("an answer");
        assert_eq!(answer["ok"], json!(false), "{answer}");
    }
    // Another site whose configuration names the same socket.
    let other = Server::start().await;
    let text = with_socket(include_str!("support/daemon.toml"));
    let same = Home::edited(&other, |_| {
        text.replace("<url>", &other.url()).replace("\"control.sock\"", &format!("{path:?}"))
    });
    let mut second = same.serve();
    second.ends_with(75).await;
    assert!(second.log().contains("another daemon answers on the control socket"), "{}", second.log());
    site.daemon.kill();
    assert!(path.exists(), "a killed daemon leaves its socket");
    let mut second = same.serve();
    led_after(&other.user("sue").await, 0).await;
    assert_eq!(code(&same.operate("reload", &[]).await), 0);
    second.stops().await;
    assert!(!path.exists(), "the socket is gone with its daemon");
    std::fs::write(&path, "precious").expect("a file in its place");
    let mut third = same.serve();
    third.ends_with(78).await;
    assert!(third.log().contains("is not a socket"), "{}", third.log());
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), "precious");
}

#[tokio::test]
async fn without_its_bucket_the_daemon_says_the_way_out() {
    let mut site = Site::start().await;
    site.daemon.stops().await;
    let admin = site.server.jetstream("switchboard-admin").await;
    admin.delete_stream("OBJ_SWITCHBOARD_POLICIES").await.expect("it was there");
    let mut daemon = site.home.serve();
    daemon.ends_with(78).await;
    let sentence = "OBJ_SWITCHBOARD_POLICIES is missing; make it with `switchboard init`";
    assert!(daemon.log().contains(sentence), "{}", daemon.log());
}
