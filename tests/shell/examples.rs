//! The programs under `deploy/examples` do what they say, as they stand.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::newcomer_site::{NewcomerSite, python, succeeded, tool};

#[tokio::test]
async fn the_integrator_in_python_publishes_accepts_replies_and_reads_events() {
    let site = NewcomerSite::start().await;
    let output = site.example(Command::new(python()).arg(example("python/integrator.py")));
    check_integrator("integrator.py", &output);
}

#[tokio::test]
async fn the_integrator_in_typescript_publishes_accepts_replies_and_reads_events() {
    let built = Command::new(tool("typescript.sh")).output().expect("tests/tools/typescript.sh can be run");
    succeeded("tests/tools/typescript.sh", &built);
    let program = PathBuf::from(String::from_utf8_lossy(&built.stdout).trim()).join("dist/integrator.js");
    let site = NewcomerSite::start().await;
    let output = site.example(Command::new("node").arg(program));
    check_integrator("integrator.ts", &output);
}

/// What an integrator prints: the events of one conversation from the message to the reply.
fn check_integrator(what: &str, output: &Output) {
    succeeded(what, output);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let events: Vec<Value> =
        told.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect();
    let names: Vec<&str> = events.iter().filter_map(|event| event["event"].as_str()).collect();
    let place = |name: &str| names.iter().position(|found| *found == name);
    let story = ["message.received", "offer.made", "offer.accepted", "message.replied"].map(place);
    assert!(story.iter().all(Option::is_some) && story.is_sorted(), "{what}: {names:?}");
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/examples").join(name)
}
