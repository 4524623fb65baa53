//! Files that hold what is expected, compared whole.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of this test.
pub fn here() -> PathBuf {
    root().join("tests/wire")
}

/// Whether the expected files are to be written anew.
#[expect(clippy::disallowed_methods, reason = "a switch of whoever runs the tests, not configuration")]
fn renewing() -> bool {
    env::var_os("UPDATE_EXPECT").is_some()
}

/// Compares with the file, or writes it when `UPDATE_EXPECT` is set.
pub fn check(path: &Path, actual: &str) {
    if renewing() {
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder is made");
        fs::write(path, actual).expect("the file is written");
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(
        expected == actual,
        "{} differs; UPDATE_EXPECT=1 renews it\n--- expected\n{expected}\n--- actual\n{actual}",
        path.display()
    );
}

/// Checks that a folder holds no file but these.
pub fn check_no_other(folder: &Path, known: &[String]) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the entry is read").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if !known.contains(&name) {
            assert!(renewing(), "{} belongs to nothing", path.display());
            fs::remove_file(&path).expect("the file is removed");
        }
    }
}
