//! Raw mails: what each says. Our own rows have one defect each (field page channels 2.2); the corpus is of other
//! projects.

use std::fs;
use std::path::{Path, PathBuf};

use switchboard::conformance::Suite;

use crate::walk;

/// The cases of the field page that these files are: mail-E1 (`no-message-id`), mail-E24 (`empty-body`), mail-E25
/// (`only-attachment`), mail-E26 (`header-in-latin-1`), mail-E27 (`utf-8-label-latin-1-bytes`), mail-E28
/// (`ascii-label-utf-8-bytes`), mail-E29 (`gb2312-label-gbk-bytes`), mail-E30 (`letter-split-over-words`), mail-E31
/// (`nested-mail`), mail-E32 (`nested-mail-in-base64`), mail-E38 (`two-from-fields`), mail-E47
/// (`boundary-within-a-line`), mail-E48 (`no-closing-boundary`), mail-E50 (`nul-and-lone-returns`,
/// `carriage-returns-only`, `byte-order-mark`), mail-E51 (`file-name-with-folders`), mail-E56 (`date-in-2099`,
/// `date-missing`), mail-E57 (`pgp-encrypted`), mail-E58 (`signs-without-width`).
#[test]
fn own_mails_with_one_defect_each() {
    walk::own(Suite::Email);
}

#[test]
fn mails_with_one_defect_each() {
    walk::corpus(Suite::Email, "email/own/raw/expected.jsonl");
}

#[test]
fn mails_of_parsers_and_help_desks() {
    for folder in ["chatwoot", "cpython", "rubymail", "stalwart", "talon"] {
        walk::corpus(Suite::Email, &format!("email/mime/{folder}/expected.jsonl"));
    }
}

#[test]
fn what_help_desks_assert() {
    for folder in ["chatwoot", "talon"] {
        walk::corpus(Suite::Email, &format!("email/mime/{folder}/expected_upstream.jsonl"));
    }
}

/// Each file is read: but for those without a field, which are no mails.
#[test]
fn every_mail_of_the_corpus_is_read() {
    let Some(folder) = walk::corpus_file("email") else { return };
    let mut files = Vec::new();
    mails(&folder, &mut files);
    let row = |file: &PathBuf| {
        format!("{{\"file\": {:?}, \"expect\": {{\"accept\": true}}}}", file.to_string_lossy())
    };
    let rows: Vec<String> = files.iter().map(row).collect();
    let outcomes = Suite::Email.run(rows.join("\n"), &|name| fs::read(name).ok());
    let refused: Vec<_> =
        outcomes.iter().filter(|outcome| !outcome.pass).filter_map(|it| it.id.clone()).collect();
    assert!(files.len() > 100, "{} files", files.len());
    assert!(refused.len() <= 2, "{refused:#?}");
}

fn mails(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder can be read").flatten() {
        let path = entry.path();
        let is_mail = path.extension().is_some_and(|ending| ending == "eml");
        if path.is_dir() {
            mails(&path, files);
        } else if is_mail {
            files.push(path);
        }
    }
}
