//! Exim. It delivers when it is told to, as who started that: its daemon is no root any more once it listens, and
//! regains it for no configuration but the system's own.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::guide::{blocks, here};
use super::host::{Host, MailServer, is_root, mode, succeeds};
use crate::support::server::free_port;

/// What the guide's lines stand in. What is for others is thrown away.
const BASE: &str = r"
exim_path = ROOT/exim
spool_directory = ROOT/spool
log_file_path = ROOT/spool/%slog
pid_file_path = ROOT/spool/pid
keep_environment = ^LD_ : ^NSS_WRAPPER_
primary_hostname = mx.example.org
local_interfaces = 127.0.0.1
daemon_smtp_ports = PORT
tls_advertise_hosts =
host_lookup =
rfc1413_hosts =
acl_smtp_rcpt = everybody
queue_only
MAIN
begin acl
everybody:
  accept
begin routers
ROUTER
others:
  driver = redirect
  data = :blackhole:
begin transports
TRANSPORT
begin retry
* * F,2h,1m
";

pub struct Exim {
    host: Host,
    port: u16,
}

impl Exim {
    pub async fn start(tree: &Path, home: &Path) -> Exim {
        let mut host = Host::set(tree, home);
        host.folder_of("Debian-exim", "spool");
        let root = host.path().display().to_string();
        // By this it starts itself anew.
        host.put("exim", &format!("#!/bin/sh\nexec '{root}/run' '{root}/tree/usr/sbin/exim4' \"$@\"\n"));
        mode(&host.path().join("exim"), 0o755);
        for _ in 0..5 {
            let port = free_port();
            host.put("exim.conf", &configuration(&host, port));
            let mut daemon = asked(&host);
            daemon.arg("-bdf");
            if host.starts(daemon, port).await {
                return Exim { host, port };
            }
        }
        panic!("Exim does not start: {}", host.said());
    }
}

fn configuration(host: &Host, port: u16) -> String {
    let found = blocks("Exim");
    let [router, transport, main] = found.as_slice() else { panic!("three blocks: {found:?}") };
    // The limit of the guide keeps away what the test of a refusal is about.
    assert_eq!(main, "message_size_limit = 35M\n");
    let main = "message_size_limit = 99M\n".to_owned();
    let main = if is_root() { main } else { format!("{main}deliver_drop_privilege\n") };
    BASE.replace("MAIN", &main)
        .replace("ROUTER", router)
        .replace("TRANSPORT", &here(transport, host.path()))
        .replace("ROOT", &host.path().display().to_string())
        .replace("PORT", &port.to_string())
}

/// A command for this configuration.
fn asked(host: &Host) -> Command {
    let mut command = host.command("usr/sbin/exim4");
    command.arg("-C").arg(host.path().join("exim.conf"));
    command
}

impl MailServer for Exim {
    const DEFERRED: &str = "returned 75";
    const MISSING: &str = "returned 127";
    const BOUNCED: &str = "returned 65";

    fn host(&self) -> &Host {
        &self.host
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn log(&self) -> String {
        fs::read_to_string(self.host.path().join("spool/mainlog")).unwrap_or_default()
    }

    fn work(&self) {
        succeeds(asked(&self.host).arg("-qff"));
    }

    fn retry(&self) {
        self.work();
    }

    fn queued(&self) -> usize {
        let count = succeeds(asked(&self.host).arg("-bpc"));
        count.trim().parse().expect("a number")
    }
}
