//! The programs under `deploy/examples` do what they say, as they stand.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

use crate::fetched::{fetched, python};
use crate::support::newcomer_site::{NewcomerSite, succeeded};

#[tokio::test]
async fn the_integrator_in_python_publishes_accepts_replies_and_reads_events() {
    let site = NewcomerSite::start().await;
    let output = site.example(Command::new(python()).arg(example("python/integrator.py")));
    check_integrator("integrator.py", &output);
}

#[tokio::test]
async fn the_integrator_in_typescript_publishes_accepts_replies_and_reads_events() {
    let built = fetched("typescript.sh", None).expect("nobody passes by without it");
    let program = built.join("dist/integrator.js");
    let site = NewcomerSite::start().await;
    let output = site.example(Command::new("node").arg(program));
    check_integrator("integrator.ts", &output);
}

#[tokio::test]
async fn the_desktop_in_python_accepts_replies_and_resolves_what_is_typed() {
    let site = NewcomerSite::start().await;
    let mut desktop = Desktop::start(&site);
    desktop.reads("signed in as ana");
    site.publish_sms("Where is my parcel?").await;
    desktop.reads("* offer: offer o1");
    desktop.types("inbox");
    desktop.reads("\"o1\"");
    desktop.types("accept o1");
    desktop.reads("done");
    desktop.types("show c1");
    desktop.reads("Where is my parcel?");
    desktop.types("reply c1 It is on its way.");
    desktop.reads("done");
    desktop.types("reply c9 Nobody is there.");
    desktop.reads("refused: ");
    desktop.types("resolve c1");
    desktop.reads("done");
    desktop.types("quit");
    desktop.ends();
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

/// The desktop's program with its keyboard and its screen.
struct Desktop {
    program: Child,
    keyboard: ChildStdin,
    screen: BufReader<ChildStdout>,
}

impl Desktop {
    fn start(site: &NewcomerSite) -> Desktop {
        let mut command = Command::new(python());
        command.arg(example("python/desktop.py")).arg("ana");
        let mut program = site
            .with_login(&mut command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the desktop starts");
        let keyboard = program.stdin.take().expect("a piped keyboard");
        let screen = BufReader::new(program.stdout.take().expect("a piped screen"));
        Desktop { program, keyboard, screen }
    }

    fn types(&mut self, line: &str) {
        writeln!(self.keyboard, "{line}").expect("the desktop reads its keyboard");
    }

    /// Reads on until a line has this; the runner ends a test that waits too long.
    fn reads(&mut self, wanted: &str) {
        let mut seen = String::new();
        loop {
            let mut line = String::new();
            let read = self.screen.read_line(&mut line).expect("the screen is text");
            assert!(read > 0, "the desktop ended before it showed {wanted:?}:\n{seen}");
            if line.contains(wanted) {
                return;
            }
            seen.push_str(&line);
        }
    }

    fn ends(mut self) {
        assert!(self.program.wait().expect("the desktop ends").success(), "the desktop says that it failed");
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        // It has ended by itself where the test came to its end.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/examples").join(name)
}
