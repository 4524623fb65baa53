//! The README's way from the package to the first answered mail: its commands, as they stand there, in a folder that
//! stands for the system. What is another place, port or user here is told in `Stage::here`, and nothing else is.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use tempfile::TempDir;

use crate::fetched::{fetched, python};
use crate::{root, run, succeeds};

const SECTION: &str = "## From the package to the first answered mail\n";
/// What a whole run may take, in seconds. It takes some.
const LIMIT: &str = "50";

#[test]
fn the_commands_of_the_readme_bring_a_stranger_to_the_first_answered_mail() {
    let stage = Stage::set();
    let commands = commands();
    assert!(commands.len() > 8, "the README has its blocks of commands: {commands:?}");
    let said = stage.play(&commands.join("\n"));
    let mut rest = said.as_str();
    // In this order.
    for fact in [
        "1 agent, 1 queue, 2 sources, 1 route, 0 warnings",
        "made SWITCHBOARD_EVENTS",
        "leader ",
        "stored as SWITCHBOARD_IN 1, switchboard.in.email.help-desk",
        "signed in as ana",
        "accept o1\n",
        "jo@example.net: Where is my parcel? It should have been here on Monday.",
        "From: help@example.org\nTo: Jo <jo@example.net>",
        "Subject: Re: Where is my parcel?",
        "In-Reply-To: <first@example.net>",
        "\nIt comes tomorrow.\n",
        "error[unknown-sla]: queue `general` promises by sla `gold`",
        "conf.d/site.toml:28:7",
        "exit code 78",
        "error[unknown-sla]: queue `general` promises by sla `gold`",
        "conf.d/site.toml:28:7",
        "exit code 78",
        "1 route, 0 warnings",
        "is in force now",
        "capacity = 5  # ",
        "conversations  1; 0 wait",
    ] {
        let Some((_, after)) = rest.split_once(fact) else {
            panic!("no `{fact}` in what is left of:\n{said}")
        };
        rest = after;
    }
}

/// Whoever looks for a command finds it in the README's table and in the manual.
#[test]
fn the_readme_and_the_manual_know_every_command() {
    let help = succeeds(Command::new(env!("CARGO_BIN_EXE_switchboard")).arg("--help"));
    let (_, commands) = help.split_once("Commands:\n").expect("a list of commands");
    let (commands, _) = commands.split_once("\n\n").expect("the list ends");
    let names: Vec<&str> = commands.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains(&"serve") && names.contains(&"log-level"), "{names:?}");
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    let manual = fs::read_to_string(root().join("deploy/man/switchboard.8")).expect("the manual");
    for name in names {
        assert!(readme.contains(&format!("\n| `{name}")), "the README's table of commands has no `{name}`");
        let entry = format!("\n.B {}\n", name.replace('-', "\\-"));
        assert!(manual.contains(&entry), "the manual has no `{name}`");
    }
}

/// The blocks of commands of the section, in their order.
fn commands() -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    let (_, section) = readme.split_once(SECTION).expect("the README has the section");
    let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
    section
        .split("```sh\n")
        .skip(1)
        .map(|block| block.split_once("```\n").expect("a block ends").0.to_owned())
        .collect()
}

/// A folder that stands for the system, with what the package puts there.
struct Stage {
    folder: TempDir,
    ports: [u16; 3],
}

impl Stage {
    fn set() -> Stage {
        // Held together, so that they differ.
        let held: Vec<TcpListener> =
            (0..3).map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port")).collect();
        let port = |at: usize| held[at].local_addr().expect("it is bound").port();
        let ports = [port(0), port(1), port(2)];
        let stage = Stage { folder: tempfile::tempdir().expect("a folder"), ports };
        for (from, to) in assets() {
            stage.put(&from, &to);
        }
        for folder in ["etc/switchboard/conf.d", "etc/switchboard/credentials", "run", "home", "bin"] {
            fs::create_dir_all(stage.path().join(folder)).expect("a folder");
        }
        // The vendor's folder is read with the default file alone.
        let vendor = "usr/lib/switchboard/10-package.toml";
        let drop_in = "etc/switchboard/conf.d/10-package.toml";
        fs::copy(stage.path().join(vendor), stage.path().join(drop_in)).expect("the package's drop-in");
        stage.programs();
        stage
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What is put on the PATH: the binary under test, which takes this folder's file for the default one, and a
    /// nats-server.
    fn programs(&self) {
        let site = self.path().join("etc/switchboard/switchboard.toml");
        let (site, binary) = (site.display(), env!("CARGO_BIN_EXE_switchboard"));
        let wrapper = format!(
            "#!/bin/sh\nverb=$1; shift\ncase $verb in\n\
             inject | status) exec '{binary}' $verb --config '{site}' \"$@\" ;;\n\
             config) shift; exec '{binary}' config show '{site}' \"$@\" ;;\n\
             *) exec '{binary}' $verb \"$@\" '{site}' ;;\nesac\n"
        );
        let server = fetched("nats-server.sh", None).expect("a nats-server");
        let server = format!("#!/bin/sh\nexec '{}' \"$@\"\n", server.display());
        for (name, text) in [("switchboard", wrapper), ("nats-server", server)] {
            let place = self.path().join("bin").join(name);
            fs::write(&place, text).expect("a program");
            run(Command::new("chmod").arg("755").arg(&place));
        }
    }

    /// Puts a file of the checkout where the package puts it, with the places and ports of this stage in it.
    fn put(&self, from: &Path, to: &str) {
        let place = self.path().join(to);
        fs::create_dir_all(place.parent().expect("it lies in a folder")).expect("a folder");
        fs::write(&place, self.here(&fs::read_to_string(from).expect("a text"))).expect("a file");
    }

    /// The same text for here: all that differs from a system of the stranger's own.
    fn here(&self, text: &str) -> String {
        let root = self.path().display();
        let [nats, relay, health] = self.ports;
        let python = python();
        let python = format!(
            "mkdir -p python/bin && printf '#!/bin/sh\\nexec {} \"$@\"\\n' > python/bin/python && chmod 755 python/bin/python",
            python.display()
        );
        let pip = "python3 -m venv python && python/bin/pip install --quiet nats-py aiosmtpd";
        text.replace(pip, &python)
            .replace("/etc/switchboard", &format!("{root}/etc/switchboard"))
            .replace("/usr/share/doc", &format!("{root}/usr/share/doc"))
            .replace("/run/", &format!("{root}/run/"))
            // No user of its own here, and nobody to become it.
            .replace("setpriv --reuid switchboard --regid switchboard --init-groups \\\n", "")
            .replace(" -o switchboard", "")
            .replace(" -g switchboard", "")
            .replace("127.0.0.1:4222", &format!("127.0.0.1:{nats}"))
            .replace("127.0.0.1:2525", &format!("127.0.0.1:{relay}"))
            .replace("port = 2525", &format!("port = {relay}"))
            .replace("127.0.0.1:9180", &format!("127.0.0.1:{health}"))
    }

    /// Plays the commands to their end, and gives what they said.
    fn play(&self, commands: &str) -> String {
        let script = self.path().join("walk.sh");
        let bin = self.path().join("bin");
        let text = format!("set -eu\nPATH='{}':$PATH\n{}", bin.display(), self.here(commands));
        fs::write(&script, text).expect("a script");
        let said = self.path().join("said");
        let out = fs::File::create(&said).expect("a file");
        let mut command = Command::new("timeout");
        command
            .args([LIMIT, "sh"])
            .arg(&script)
            .current_dir(self.path().join("home"))
            .stdin(Stdio::null())
            .stderr(out.try_clone().expect("the same file"))
            .stdout(out)
            .process_group(0);
        let ended = Group(command.spawn().expect("a shell with a limit")).wait();
        let said = fs::read_to_string(said).expect("what it said");
        let daemon = fs::read_to_string(self.path().join("home/try/daemon.log")).unwrap_or_default();
        assert!(ended.success(), "it ends with {ended}; what it said:\n{said}\nthe daemon's log:\n{daemon}");
        said
    }
}

/// A shell with all that it started; they end with it.
struct Group(Child);

impl Group {
    fn wait(&mut self) -> ExitStatus {
        self.0.wait().expect("it can be waited for")
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Those that are left, if any are.
        run(Command::new("kill").args(["-KILL", "--", &format!("-{}", self.0.id())]));
    }
}

/// What the package puts where, but for the binary: each file of the checkout with its place below the root.
fn assets() -> Vec<(PathBuf, String)> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let (_, list) = manifest.split_once("\nassets = [\n").expect("the manifest has assets");
    let (list, _) = list.split_once("\n]").expect("the list ends");
    let mut found = Vec::new();
    for line in list.lines() {
        // A line of the list is JSON too.
        let asset: [String; 3] =
            serde_json::from_str(line.trim().trim_end_matches(',')).expect("three texts");
        let [from, to, _mode] = &asset;
        if from.starts_with("target/") {
            continue;
        }
        for file in matching(from) {
            let name = file.file_name().expect("a file").to_string_lossy().into_owned();
            found.push((file, if to.ends_with('/') { format!("{to}{name}") } else { to.clone() }));
        }
    }
    found
}

/// The files of a pattern whose last part may have a star.
fn matching(pattern: &str) -> Vec<PathBuf> {
    let (folder, last) = pattern.rsplit_once('/').unwrap_or((".", pattern));
    let Some((before, after)) = last.split_once('*') else { return vec![root().join(pattern)] };
    let files = fs::read_dir(root().join(folder)).expect("a folder of the package");
    let paths = files.map(|file| file.expect("an entry").path());
    let found: Vec<PathBuf> = paths
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(before) && name.ends_with(after)
        })
        .collect();
    assert!(!found.is_empty(), "{pattern} is of no file");
    found
}
