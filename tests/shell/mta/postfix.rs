//! Postfix. It delivers by itself; what waits is tried when it is told to.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::guide::{blocks, here};
use super::host::{Host, MailServer, succeeds};
use crate::support::server::free_port;

/// What the guide's lines stand in.
const MAIN: &str = "
compatibility_level = 3.6
import_environment = MAIL_CONFIG MAIL_LOGTAG LANG=C LD_LIBRARY_PATH LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
command_directory = ROOT/tree/usr/sbin
daemon_directory = ROOT/tree/usr/lib/postfix/sbin
shlib_directory = ROOT/tree/usr/lib/postfix
sendmail_path = ROOT/tree/usr/sbin/sendmail
meta_directory = ROOT/etc
queue_directory = ROOT/queue
data_directory = ROOT/data
maillog_file = ROOT/log
maillog_file_prefixes = ROOT
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.org
mydestination =
relay_domains = example.org
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
alias_maps =
alias_database =
";

/// The services of a Postfix, without any that would talk to other hosts: what is for them is thrown away.
const MASTER: &str = "
PORT inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - discard
relay unix - - n - - discard
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
";

pub struct Postfix {
    host: Host,
    port: u16,
}

impl Postfix {
    pub async fn start(tree: &Path, home: &Path) -> Postfix {
        let mut host = Host::set(tree, home);
        host.folder_of("root", "queue");
        host.folder_of("postfix", "data");
        let found = blocks("Postfix");
        let [master, main, transport] = found.as_slice() else { panic!("three blocks: {found:?}") };
        let etc = host.path().join("etc");
        // The limit of the guide keeps away what the test of a refusal is about.
        assert!(main.contains("message_size_limit = 36700160\n"), "{main}");
        let main = format!("{MAIN}{main}").replace("36700160", "99000000");
        host.put(
            "etc/main.cf",
            &here(&main, host.path()).replace("ROOT", &host.path().display().to_string()),
        );
        host.put("etc/transport", transport);
        for (from, to) in [
            ("usr/share/postfix/dynamicmaps.cf", "dynamicmaps.cf"),
            ("etc/postfix/postfix-files", "postfix-files"),
        ] {
            fs::copy(host.tree(from), etc.join(to)).expect("a file that it looks for");
        }
        for _ in 0..5 {
            let port = free_port();
            let services = MASTER.replace("PORT", &port.to_string());
            host.put("etc/master.cf", &format!("{services}{}", here(master, host.path())));
            // It makes its queue, and says what of all this it cannot use.
            let check = asked(&host, "usr/sbin/postfix").arg("check").status().expect("it can be run");
            assert!(check.success(), "Postfix finds a fault: {}", log(&host));
            let mut daemon = asked(&host, "usr/lib/postfix/sbin/master");
            daemon.arg("-s");
            if host.starts(daemon, port).await {
                return Postfix { host, port };
            }
        }
        panic!("Postfix does not start: {}{}", host.said(), log(&host));
    }
}

/// A command for this configuration.
fn asked(host: &Host, program: &str) -> Command {
    let mut command = host.command(program);
    command.arg("-c").arg(host.path().join("etc"));
    command
}

fn log(host: &Host) -> String {
    fs::read_to_string(host.path().join("log")).unwrap_or_default()
}

impl MailServer for Postfix {
    const DEFERRED: &str = "status=deferred (temporary failure";
    const MISSING: &str = "No such file or directory";
    const BOUNCED: &str = "status=bounced (data format error";

    fn host(&self) -> &Host {
        &self.host
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn log(&self) -> String {
        log(&self.host)
    }

    fn work(&self) {}

    fn retry(&self) {
        succeeds(asked(&self.host, "usr/sbin/postqueue").arg("-f"));
    }

    fn queued(&self) -> usize {
        succeeds(asked(&self.host, "usr/sbin/postqueue").arg("-j")).lines().count()
    }
}
