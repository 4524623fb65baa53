//! The Debian package of the binary under test: what it puts where, that it works there, and that a purge leaves
//! nothing behind but what is not its own.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::fetched::fetched;
use crate::passed_by::passed_by;
use crate::{root, run, succeeds};

/// A system that has nothing but dpkg's books.
struct System {
    folder: TempDir,
}

#[test]
fn the_package_installs_works_and_goes_without_a_trace() {
    let Some(cargo_deb) = fetched("cargo-deb.sh", Some("--there")) else { return };
    if !["dpkg", "dpkg-deb", "systemd-sysusers", "systemd-tmpfiles"].into_iter().all(is_on_path) {
        return passed_by("this system has no dpkg, or no systemd-sysusers and systemd-tmpfiles");
    }
    if succeeds(Command::new("id").arg("-u")).trim() != "0" {
        return passed_by("only root can install a package for root, even into a folder");
    }
    let system = System::new();
    let package = build(&cargo_deb, system.path());
    let before = system.files();
    system.dpkg(&["--install", package.to_str().expect("a path of the tests")]);
    system.has_the_right_modes();
    system.works();

    // What an administrator puts there is his.
    let secret = system.path().join("etc/switchboard/credentials/site.key");
    fs::write(&secret, "a key").expect("a secret");
    system.dpkg(&["--purge", "switchboard"]);
    assert!(secret.exists(), "a site's key cannot be had again");
    fs::remove_file(&secret).expect("the secret goes");

    system.dpkg(&["--install", package.to_str().expect("a path of the tests")]);
    // The state of sites goes with what was enabled of them; what only begins like ours stays.
    let other = system.path().join("var/lib/switchboard-other");
    for folder in [&system.path().join("var/lib/switchboard/shop"), &other] {
        fs::create_dir_all(folder).expect("state");
    }
    let wants = system.path().join("etc/systemd/system/multi-user.target.wants");
    fs::create_dir_all(&wants).expect("what is enabled");
    let enabled = wants.join("switchboard@shop.service");
    symlink("/usr/lib/systemd/system/switchboard@.service", &enabled).expect("an enabled site");
    system.dpkg(&["--purge", "switchboard"]);
    assert!(!enabled.is_symlink(), "a site that is gone is not enabled");
    fs::remove_dir(&other).expect("the folder of somebody else stays");
    fs::remove_dir_all(system.path().join("etc/systemd")).expect("what was enabled");
    let left: Vec<PathBuf> = system.files().difference(&before).cloned().collect();
    assert_eq!(left, Vec::<PathBuf>::new(), "a purge leaves nothing");
    for book in ["passwd", "group"] {
        let text = fs::read_to_string(system.path().join("etc").join(book)).expect("a book of users");
        assert!(!text.contains("switchboard"), "{book}: {text}");
    }
}

/// Builds the package of the binary that the tests run, without building anything else.
fn build(cargo_deb: &Path, folder: &Path) -> PathBuf {
    let package = folder.with_extension("deb");
    let arguments = ["--no-build", "--profile", "dev", "--fast", "--quiet", "--offline", "--locked", "-o"];
    succeeds(Command::new(cargo_deb).args(arguments).arg(&package).current_dir(root()));
    package
}

fn is_on_path(program: &str) -> bool {
    run(Command::new("sh").args(["-c", &format!("command -v {program}")])).status.success()
}

impl System {
    fn new() -> System {
        let folder = tempfile::tempdir().expect("a folder");
        let system = System { folder };
        for place in ["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "etc"] {
            fs::create_dir_all(system.path().join(place)).expect("dpkg's books");
        }
        fs::write(system.path().join("var/lib/dpkg/status"), "").expect("dpkg's books");
        let root_user = "root:x:0:0:root:/root:/bin/sh\n";
        fs::write(system.path().join("etc/passwd"), root_user).expect("a book of users");
        fs::write(system.path().join("etc/group"), "root:x:0:\n").expect("a book of groups");
        system
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs dpkg upon it. The scripts are told where by `DPKG_ROOT`, since there is no shell in there.
    fn dpkg(&self, arguments: &[&str]) {
        let root = format!("--root={}", self.path().display());
        let forced = ["--force-script-chrootless", "--force-depends", "--force-confnew"];
        succeeds(Command::new("dpkg").arg(root).args(forced).args(arguments));
    }

    /// Every file and folder but dpkg's own books and the books of users, which others write too.
    fn files(&self) -> BTreeSet<PathBuf> {
        let mut found = BTreeSet::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let inner = path.strip_prefix(self.path()).expect("it lies in there").to_owned();
                let book = |name: &str| inner.starts_with(Path::new("etc").join(name));
                let users = ["passwd", "group", "shadow", "gshadow", ".pwd.lock", "subuid", "subgid"];
                let shared = users.iter().any(|name| book(name) || book(&format!("{name}-")));
                if inner.starts_with("var/lib/dpkg") || inner.starts_with("var/log") || shared {
                    continue;
                }
                if path.is_dir() && !path.is_symlink() {
                    folders.push(path.clone());
                }
                found.insert(inner);
            }
        }
        found
    }

    fn has_the_right_modes(&self) {
        let expected = [
            ("usr/bin/switchboard", 0o755),
            ("usr/lib/systemd/system/switchboard.service", 0o644),
            ("usr/lib/systemd/system/switchboard@.service", 0o644),
            ("usr/lib/systemd/system/switchboard-gateway.service", 0o644),
            ("usr/lib/systemd/system/switchboard-gateway@.service", 0o644),
            ("usr/lib/sysusers.d/switchboard.conf", 0o644),
            ("usr/lib/tmpfiles.d/switchboard.conf", 0o644),
            ("usr/lib/switchboard/10-package.toml", 0o644),
            ("usr/share/man/man8/switchboard.8.gz", 0o644),
            ("usr/share/switchboard/schema/v1/envelope.json", 0o644),
            ("usr/share/doc/switchboard/README.md", 0o644),
            ("usr/share/doc/switchboard/examples/nats/switchboard.conf", 0o644),
            ("usr/share/doc/switchboard/examples/switchboard.toml", 0o644),
            ("usr/share/doc/switchboard/examples/README.md", 0o644),
            ("usr/share/doc/switchboard/examples/python/desktop.py", 0o644),
            ("usr/share/doc/switchboard/examples/typescript/package.json", 0o644),
            ("usr/share/doc/switchboard/examples/mail/README.md", 0o644),
            ("etc/switchboard/switchboard.toml", 0o644),
            ("etc/switchboard/conf.d", 0o755),
            ("etc/switchboard/sites", 0o755),
            ("etc/switchboard/credentials", 0o700),
            ("etc/switchboard/gateway.credentials", 0o700),
        ];
        for (place, mode) in expected {
            let known =
                fs::metadata(self.path().join(place)).unwrap_or_else(|fault| panic!("{place}: {fault}"));
            assert_eq!(known.permissions().mode() & 0o7777, mode, "{place}");
            assert_eq!((known.uid(), known.gid()), (0, 0), "{place} is root's");
        }
        let users = fs::read_to_string(self.path().join("etc/passwd")).expect("a book of users");
        assert!(users.lines().any(|user| user.starts_with("switchboard:")), "{users}");
        let books = fs::read_to_string(self.path().join("var/lib/dpkg/status")).expect("dpkg's books");
        assert!(books.contains("Conffiles:\n /etc/switchboard/switchboard.toml"), "{books}");
    }

    /// The binary that lies there finds no fault in the configurations that lie there.
    fn works(&self) {
        let binary = self.path().join("usr/bin/switchboard");
        let version = succeeds(Command::new(&binary).arg("--version"));
        assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
        // The credentials of the one are systemd's to give; the annotated one names a key that a site must make.
        let files = [
            ("etc/switchboard/switchboard.toml", None),
            ("usr/share/doc/switchboard/examples/switchboard.toml", Some("--without-secrets")),
        ];
        for (file, flag) in files {
            let said = succeeds(Command::new(&binary).arg("check").args(flag).arg(self.path().join(file)));
            assert!(!said.contains("error"), "{said}");
        }
    }
}
