//! The operator's tools as an operator runs them: the binary that we ship, with arguments and a pipe.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::daemon::Home;

/// What a tool said.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

/// Runs a tool as this NATS user; `words` are its verb and the rest, in which `{site}` is the folder of the site.
pub fn tool(home: &Home, user: &str, words: &[&str], input: &[u8]) -> Said {
    let folder = home.folder().to_str().expect("a path of text");
    let mut words: Vec<String> = words.iter().map(|word| word.replace("{site}", folder)).collect();
    words.extend([format!("--config={folder}/switchboard.toml"), format!("--user={user}")]);
    words.push(format!("--password-file={folder}/admin.password"));
    run(&words, input)
}

/// Runs the binary with these arguments.
pub fn run(words: &[String], input: &[u8]) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(words)
        .env_remove("SWITCHBOARD_FAULT")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // It may have refused its arguments before it read anything.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let output = child.wait_with_output().expect("the binary ends");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    Said { code: output.status.code(), out: output.stdout, err }
}

impl Said {
    /// Its text, after it ended with this code.
    pub fn with(&self, code: i32) -> String {
        let text = String::from_utf8_lossy(&self.out).into_owned();
        assert_eq!(self.code, Some(code), "{text}{}", self.err);
        text
    }

    /// Its JSON, a line each, after it ended well.
    pub fn json(&self) -> Vec<Value> {
        self.with(0).lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }
}
