//! Which files, variables and flags make a configuration, in the order of their weight. Every command finds
//! them by this one function, so that `check` looks at what `serve` runs.
//!
//! The lightest first: `/usr/lib/switchboard/*.toml`, the file itself, its drop-ins, variables, flags. The
//! drop-ins of `switchboard.toml` are `conf.d/*.toml` beside it, those of any other `NAME.toml` are
//! `NAME.d/*.toml`, so that sites in one folder do not share theirs.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::finding::{Code, Finding, Findings, visible};

/// Where the configuration lies unless somebody says otherwise.
pub const FILE_DEFAULT: &str = "/etc/switchboard/switchboard.toml";
/// Where packages put what an administrator may override.
const VENDOR: &str = "/usr/lib/switchboard";

/// What makes one configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// The folder of the lightest files; none where the file was chosen by hand.
    pub vendor: Option<PathBuf>,
    /// The file, which must be there. Relative paths of every layer begin in its folder.
    pub file: PathBuf,
    /// The folder of its drop-ins; it need not be there.
    pub drop_ins: Option<PathBuf>,
    /// Variables, of which those that begin with `SWITCHBOARD__` are ours.
    pub environment: Vec<(OsString, OsString)>,
    /// Values of `--set`, each `key.path=value`; the last of a key wins.
    pub flags: Vec<String>,
}

impl Layers {
    /// The file with its drop-ins, and the vendor's files if it is the default one; neither variables nor flags.
    pub fn of(file: &Path) -> Layers {
        Layers {
            vendor: (file == Path::new(FILE_DEFAULT)).then(|| PathBuf::from(VENDOR)),
            file: file.to_owned(),
            drop_ins: Some(drop_ins(file)),
            environment: Vec::new(),
            flags: Vec::new(),
        }
    }

    /// What a command runs with: the file, else the default one, with this process's variables and the flags.
    pub fn discover(file: Option<&Path>, flags: &[String]) -> Layers {
        let file = file.unwrap_or(Path::new(FILE_DEFAULT));
        Layers { environment: std::env::vars_os().collect(), flags: flags.to_vec(), ..Layers::of(file) }
    }

    /// The files in their order, the lightest first. What a folder holds besides is told.
    pub(super) fn files(&self, findings: &mut Findings) -> Vec<PathBuf> {
        let vendor = self.vendor.as_deref().map(|folder| listed(folder, findings)).unwrap_or_default();
        let drop_ins = self.drop_ins.as_deref().map(|folder| listed(folder, findings)).unwrap_or_default();
        let own_name = self.file.file_name();
        let masked = |name: &OsString| drop_ins.contains_key(name) || own_name == Some(name);
        let vendor = vendor.into_iter().filter(|(name, _)| !masked(name)).map(|(_, path)| path);
        let mut files: Vec<PathBuf> = vendor.collect();
        files.push(self.file.clone());
        files.extend(drop_ins.into_values());
        files
    }
}

/// Where the drop-ins of a file lie.
fn drop_ins(file: &Path) -> PathBuf {
    match file.file_name().is_some_and(|name| name == "switchboard.toml") {
        true => file.with_file_name("conf.d"),
        false => file.with_extension("d"),
    }
}

/// The files of a folder that are layers, by their names. A folder that is not there has none.
fn listed(folder: &Path, findings: &mut Findings) -> BTreeMap<OsString, PathBuf> {
    let mut files = BTreeMap::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return files,
        Err(error) => {
            findings.push(unreadable(folder, &format!("the folder cannot be listed: {error}")));
            return files;
        }
    };
    let mut ignored = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) if is_layer(&entry.path()) => {
                files.insert(entry.file_name(), entry.path());
            }
            Ok(entry) => ignored.push(entry.path()),
            Err(error) => findings.push(unreadable(folder, &format!("the folder cannot be listed: {error}"))),
        }
    }
    ignored.sort();
    for path in ignored {
        let fact = "the file is not read, since its name does not end in `.toml` or begins with a dot";
        let finding = Finding::warning(Code::IgnoredFile, "", fact);
        findings.push(
            Finding { file: visible(&path.display().to_string()), ..finding }
                .hint("rename it, or take it away"),
        );
    }
    files
}

fn is_layer(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    !hidden && path.extension().is_some_and(|ending| ending == "toml")
}

fn unreadable(path: &Path, fact: &str) -> Finding {
    Finding { file: visible(&path.display().to_string()), ..Finding::error(Code::Unreadable, "", fact) }
}
