//! Goal: what is wrong in a file of rows or on the command line is told, and costs nothing else. Method: the suites over
//! rows that hold nothing, and the commands with such bytes and options.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use switchboard::conformance::Suite;

/// Suites whose rows are one input and its answers.
const PLAIN: [Suite; 8] = [
    Suite::E164,
    Suite::Senders,
    Suite::Segments,
    Suite::Optout,
    Suite::Language,
    Suite::Subjects,
    Suite::Addressing,
    Suite::Automated,
];

#[test]
fn a_row_that_holds_nothing_fails() {
    for suite in Suite::ALL {
        for row in ["{}", "[]", "null", "5", "{\"a\":1}"] {
            let outcomes = suite.run(row, &|_| None);
            assert!(outcomes.iter().all(|outcome| !outcome.pass), "{} {row}", suite.as_str());
            assert_eq!(outcomes.len(), 1, "{} {row}", suite.as_str());
        }
    }
    for suite in PLAIN {
        let row = r#"{"raw":5,"sender":5,"text":5,"subject":5}"#;
        assert!(!suite.run(row, &|_| None)[0].pass, "{}", suite.as_str());
    }
}

#[test]
fn a_row_that_expects_nothing_fails() {
    let rows = [
        (Suite::E164, r#"{"raw":"+15550199"}"#),
        (Suite::Segments, r#"{"text":"hello"}"#),
        (Suite::Subjects, r#"{"subject":"Re: hello"}"#),
        (Suite::Addressing, r#"{"headers":[["From","ann@example.test"]]}"#),
    ];
    for (suite, row) in rows {
        assert!(!suite.run(row, &|_| None)[0].pass, "{}", suite.as_str());
    }
}

#[test]
fn a_broken_line_is_a_row_that_fails_alone() {
    let mut rows = b"\xef\xbb\xbf{\"text\":\"STOP\",\"action\":\"opt_out\"}\r\n\r\n  \n".to_vec();
    rows.extend(b"{\"text\":\"\xff\",\"action\":\"none\"}\n{\"text\n");
    rows.extend(b"{\"text\":\"HELP\",\"action\":\"help\"}");
    let outcomes = Suite::Optout.run(&rows, &|_| None);
    let told: Vec<_> = outcomes.iter().map(|outcome| (outcome.row, outcome.pass)).collect();
    assert_eq!(told, [(1, true), (2, false), (3, false), (4, true)]);
    assert_eq!(outcomes[1].got, Value::from("the row is not UTF-8"));
    assert_eq!(outcomes[2].got, Value::from("the row is not JSON"));

    let file = tempfile::NamedTempFile::new().expect("a file");
    file.as_file().write_all(&rows).expect("it is written");
    let path = file.path().to_str().expect("a path");
    let output = said(&["conformance", "optout", path], b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 4);
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let sms = b"From=%2B15550123&To=%2B15550199&Body=hello&MessageSid=SM1&NumMedia=0";
    let of = |options: &[&str]| {
        let all = [&["normalize", "--format", "twilio"], options].concat();
        said(&all, sms).status.code()
    };
    for options in [
        ["--region", "ZZ"],
        ["--region", "UK"],
        ["--region", "usa"],
        ["--language", "xx-bad-"],
        ["--language", "Polish"],
        ["--address", "not an address"],
    ] {
        assert_eq!(of(&options), Some(2), "{options:?}");
    }
    for options in [
        ["--region", "GB"],
        ["--language", "zh-tw"],
        ["--address", "+15550199"],
        ["--address", "whatsapp:+15550199"],
    ] {
        assert_eq!(of(&options), Some(0), "{options:?}");
    }
    let mail = ["normalize", "--format", "rfc5322", "--address", "notanaddress"];
    assert_eq!(said(&mail, b"From: ann@example.test\r\n\r\nHello\r\n").status.code(), Some(2));
}

fn said(words: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    // Who refuses its options reads nothing.
    let _ = child.stdin.take().expect("its stdin").write_all(input);
    child.wait_with_output().expect("it ends")
}
