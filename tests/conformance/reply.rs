//! What of a text is new: own rows in every language of the tables, the corpora, and hostile input.

use std::fs;

use serde_json::json;
use switchboard::conformance::Suite;

use crate::walk;

#[test]
fn own_rows() {
    walk::own(Suite::Reply);
}

#[test]
fn corpus_of_texts() {
    walk::corpus(Suite::Reply, "email/reply/github/expected.jsonl");
}

#[test]
fn corpus_of_html() {
    walk::corpus(Suite::Reply, "email/reply/talon-html/expected.jsonl");
}

#[test]
fn corpus_of_signatures() {
    walk::corpus(Suite::Reply, "email/reply/talon-signature/expected.jsonl");
}

#[test]
fn corpus_of_mails() {
    walk::corpus(Suite::Reply, "email/mime/talon/expected_upstream.jsonl");
}

#[test]
fn corpus_of_a_folder() {
    let Some(folder) = walk::corpus_file("email/reply/discourse") else { return };
    let entries = fs::read_dir(folder.join("emails")).expect("the folder can be read");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let outcomes = Suite::Reply.folder(&names, &|name| fs::read(folder.join(name)).ok());
    let failed: Vec<_> = outcomes.iter().filter(|outcome| !outcome.pass).map(|outcome| &outcome.id).collect();
    assert!(!outcomes.is_empty() && failed.is_empty(), "{failed:?}");
}

/// Goal: hostile texts come back whole or split, and twice the text takes at most twice the steps.
#[test]
fn twice_the_text_takes_at_most_twice_the_steps() {
    for unit in [
        ">\n",
        "> > x\n",
        "On 2026-01-01 ",
        "On 2026-01-01\n",
        "From: a\n",
        "--\n",
        "- \n",
        "a",
        "Sent from my iPhone\n",
        "```\n",
        "<a@b.c> ",
        "| x\n",
        "\r",
        "Get Outlook for iOS\nx\n",
        "-----BEGIN PGP SIGNED MESSAGE-----\n",
        "Ann Lee <a@b.c> wrote ",
    ] {
        let lengths = [500, 1_000, 50_000, 100_000]
            .map(|count| switchboard::conformance::reply_steps(&unit.repeat(count)));
        assert!(lengths[1] <= lengths[0] * 2 + lengths[0] / 4 + 8, "{unit:?}: {lengths:?}");
        assert!(lengths[3] <= lengths[2] * 2 + lengths[2] / 4 + 8, "{unit:?}: {lengths:?}");
    }
}

/// Goal: a mail that only quotes, however long, is never stripped to nothing.
#[test]
fn a_hundred_thousand_quotes_are_their_own_reply() {
    let row = json!({ "text": "> x\n".repeat(100_000), "reply_text": "> x\n".repeat(100_000) });
    assert!(Suite::Reply.run(row.to_string(), &|_| None)[0].pass);
}

#[test]
fn a_line_of_ten_megabytes_stays() {
    let text = "x".repeat(10_000_000);
    let row = json!({ "text": text, "reply_text": text });
    assert!(Suite::Reply.run(row.to_string(), &|_| None)[0].pass);
}
