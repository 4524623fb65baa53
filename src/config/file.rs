//! From a file to its text. Bytes are checked here, since the `config` crate would replace in silence what is
//! not UTF-8.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::finding::{Code, Finding};

/// The largest file that is read, in bytes: several times what the largest policy needs.
pub(super) const FILE_BYTES_MAX: u64 = 64 << 20;

/// Every section of the file.
pub(super) const SECTIONS: [&str; 16] = [
    "actor", "agent", "control", "gateway", "http", "ladder", "log", "nats", "notice", "presence", "queue",
    "route", "site", "sla", "smtp", "source",
];

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String, Box<Finding>> {
    let refused = |code, fact: String| Box::new(Finding::error(code, "", fact));
    let unreadable =
        |error: std::io::Error| refused(Code::Unreadable, format!("the file cannot be read: {error}"));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(refused(Code::OutOfRange, format!("the file has more than {FILE_BYTES_MAX} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        refused(Code::NotUtf8, format!("the file is not UTF-8 text: see the byte at {place}"))
    })
}
