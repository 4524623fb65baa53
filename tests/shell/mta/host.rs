//! A host for a mail server: its tree, users of its own, and a program that talks SMTP to it.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use crate::fetched::{fetched, python, tool};
use crate::support::until;

/// Users of the host, each with a group of its name: numbers that no system gives by itself.
const USERS: [(&str, u32); 6] = [
    ("root", 0),
    ("Debian-exim", 64_801),
    ("postfix", 64_802),
    ("switchboard-mail", 64_803),
    ("postdrop", 64_804),
    ("nobody", 64_805),
];

/// A mail server that runs.
pub trait MailServer {
    fn host(&self) -> &Host;
    fn port(&self) -> u16;
    fn log(&self) -> String;
    /// Delivers what has come, where it does not do so by itself.
    fn work(&self);
    /// Tries all that waits.
    fn retry(&self);
    /// How many mails are in its queue.
    fn queued(&self) -> usize;
    /// What its log has beside our words when a mail has to wait.
    const DEFERRED: &str;
    /// What its log has beside our words when a mail bounces.
    const BOUNCED: &str;

    /// What its log has where the program is not there.
    const MISSING: &str;

    /// Sends it a mail as a program does; an error is a refusal.
    async fn send(&self, from: &str, to: &[&str], mail: &[u8]) -> Result<(), String> {
        let mut command = Command::new(python());
        command.arg(tool("send.py")).arg(self.port().to_string()).arg(from).args(to);
        let mail = mail.to_vec();
        let output = tokio::task::spawn_blocking(move || fed(&mut command, &mail)).await.expect("no panic");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(said) }
    }

    async fn has_deferred(&self, words: &str) {
        self.says(Self::DEFERRED, words).await;
    }

    async fn has_bounced(&self, words: &str) {
        self.says(Self::BOUNCED, words).await;
    }

    async fn has_missed(&self) {
        self.says(Self::MISSING, "switchboard").await;
    }

    async fn has_queued(&self, count: usize) {
        until(&format!("{count} mails in the queue"), || async { self.queued() == count }).await;
    }

    /// Waits until its log has both.
    async fn says(&self, outcome: &str, words: &str) {
        until(&format!("`{outcome}` and `{words}` in the log"), || async {
            let log = self.log();
            log.contains(outcome) && log.contains(words)
        })
        .await;
    }
}

/// A folder with a mail server in it.
pub struct Host {
    folder: TempDir,
    child: Option<Child>,
}

impl Host {
    /// Puts the tree of a server, and what it runs, where its users can reach them.
    pub fn set(tree: &Path, home: &Path) -> Host {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host { folder, child: None };
        mode(host.path(), 0o755);
        succeeds(Command::new("cp").arg("-R").arg(tree).arg(host.path().join("tree")));
        let program = host.path().join("switchboard");
        // The checkout may lie where no other user comes to.
        if fs::hard_link(env!("CARGO_BIN_EXE_switchboard"), &program).is_err() {
            fs::copy(env!("CARGO_BIN_EXE_switchboard"), &program).expect("a copy of the program");
        }
        let lines = |line: fn(&str, u32) -> String| {
            USERS.iter().map(|(name, number)| line(name, number_here(*number))).collect::<String>()
        };
        host.put("passwd", &lines(|name, number| format!("{name}:x:{number}:{number}::/:/bin/sh\n")));
        host.put("group", &lines(|name, number| format!("{name}:x:{number}:\n")));
        host.put("run", &host.runner());
        mode(&host.path().join("run"), 0o755);
        host.site(home);
        host
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts another program, or none, where the command of the guide looks.
    pub fn replace(&self, text: Option<&str>) {
        let (place, away) = (self.path().join("switchboard"), self.path().join("switchboard.away"));
        if !away.exists() {
            fs::rename(&place, &away).expect("the program is taken away");
        } else if place.exists() {
            fs::remove_file(&place).expect("the other program is taken away");
        }
        if let Some(text) = text {
            self.put("switchboard", text);
            mode(&place, 0o755);
        }
    }

    /// Puts the true program back.
    pub fn put_back(&self) {
        let place = self.path().join("switchboard");
        fs::rename(self.path().join("switchboard.away"), place).expect("the program is put back");
    }

    /// A file of the server's own tree.
    pub fn tree(&self, file: &str) -> PathBuf {
        self.path().join("tree").join(file)
    }

    pub fn put(&self, name: &str, text: &str) {
        let place = self.path().join(name);
        fs::create_dir_all(place.parent().expect("it lies in a folder")).expect("a folder");
        fs::write(place, text).expect("a file");
    }

    /// A folder that is a user's.
    pub fn folder_of(&self, user: &str, name: &str) -> PathBuf {
        let place = self.path().join(name);
        fs::create_dir_all(&place).expect("a folder");
        own(&place, number_of(user));
        place
    }

    /// A program of the tree, among the users of this host.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.path().join("run"));
        command.arg(self.tree(program)).stdin(Stdio::null());
        command
    }

    /// Starts the server and waits until its port answers; false where it ended instead.
    pub async fn starts(&mut self, mut command: Command, port: u16) -> bool {
        let file = || {
            let options = fs::OpenOptions::new().create(true).append(true).open(self.path().join("said"));
            options.expect("a file for what it says")
        };
        let mut child = command.stdout(file()).stderr(file()).spawn().expect("it can be run");
        let mut is_up = false;
        until("the port of the mail server", || {
            is_up = TcpStream::connect(("127.0.0.1", port)).is_ok();
            let is_over = child.try_wait().expect("its state").is_some();
            async move { is_up || is_over }
        })
        .await;
        self.child = Some(child);
        is_up
    }

    /// What it said beside its log.
    pub fn said(&self) -> String {
        fs::read_to_string(self.path().join("said")).unwrap_or_default()
    }

    /// Ends what [`Host::starts`] started, in good order.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        // It has ended by itself where its port was taken.
        if child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let _ = Command::new("kill").arg(child.id().to_string()).status();
        }
        let _ = child.wait();
    }

    /// A server finds its users by libnss_wrapper, which gives this process alone other files than those of /etc.
    fn runner(&self) -> String {
        let libraries =
            find(&self.tree("usr/lib"), "libnss_wrapper.so").expect("the wrapper lies in the tree");
        let (root, libraries) = (self.path().display(), libraries.display());
        format!(
            "#!/bin/sh\nexport LD_LIBRARY_PATH='{libraries}:{root}/tree/usr/lib/postfix'\n\
             export LD_PRELOAD='{libraries}/libnss_wrapper.so'\n\
             export NSS_WRAPPER_PASSWD='{root}/passwd' NSS_WRAPPER_GROUP='{root}/group'\nexec \"$@\"\n"
        )
    }

    /// What the command of the guide reads, with the owner and the mode that the guide gives it.
    fn site(&self, home: &Path) {
        let site = self.folder_of("root", "site");
        fs::copy(home.join("switchboard.toml"), site.join("switchboard.toml")).expect("the configuration");
        let password = site.join("gateway.password");
        fs::copy(home.join("admin.password"), &password).expect("the password");
        mode(&password, 0o640);
        if is_root() {
            chown(&password, Some(0), Some(number_of("switchboard-mail"))).expect("its group");
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The tree of a server; none, aloud, where it is not to be had.
pub fn unpacked(server: &str) -> Option<PathBuf> {
    fetched("mta.sh", Some(server))
}

/// Whether servers can change from user to user here; where not, all of them are the one who runs the tests.
pub fn is_root() -> bool {
    uid() == 0
}

fn uid() -> u32 {
    let output = Command::new("id").arg("-u").output().expect("id runs");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
}

fn number_of(user: &str) -> u32 {
    number_here(USERS.iter().find(|(name, _)| *name == user).expect("a user of the host").1)
}

fn number_here(number: u32) -> u32 {
    let own = uid();
    if own == 0 || number == 0 { number } else { own }
}

/// Gives a file this mode.
pub fn mode(place: &Path, mode: u32) {
    fs::set_permissions(place, fs::Permissions::from_mode(mode)).expect("its mode");
}

fn own(place: &Path, number: u32) {
    if is_root() {
        chown(place, Some(number), Some(number)).expect("its owner");
    }
}

/// The folder below this one that has a file of this name.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let mut folders = Vec::new();
    for entry in entries {
        if entry.file_name() == OsStr::new(name) {
            return Some(folder.to_owned());
        }
        folders.push(entry.path());
    }
    folders.iter().find_map(|folder| find(folder, name))
}

/// Runs what must succeed.
pub fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|fault| panic!("{command:?}: {fault}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} ends with {}: {said}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn fed(command: &mut Command, input: &[u8]) -> Output {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it can be run");
    // It may have been refused before it read anything.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("it ends")
}
