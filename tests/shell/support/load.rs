//! A whole contact centre at work: a gateway, two agents, a service, and whoever judges them at the end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream::Context;
use fastrand::Rng;
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::fetched::{python, tool};

use super::board::Board;
use super::caller::Caller;
use super::daemon::{Daemon, Home, status};
use super::desk::{Desk, Floor};
use super::gateway::Gateway;
use super::ledger::Ledger;
use super::{Server, until};

/// A server with a site whose daemon is started by the test, and the load on it.
pub struct Stage {
    pub server: Server,
    pub home: Home,
}

/// The load.
pub struct Load {
    pub board: Arc<Board>,
    pub ledger: Arc<Ledger>,
    /// Whoever asks how the site is.
    pub supervisor: Client,
    /// Whether Ana's desktop is heard.
    pub ana_beats: Arc<AtomicBool>,
    admin: Context,
    silence: Arc<AtomicBool>,
    hurry: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    gateway: JoinHandle<()>,
    desks: Vec<JoinHandle<()>>,
}

impl Stage {
    /// A fresh server with a fresh site.
    pub async fn set() -> Stage {
        Stage::edited(str::to_owned, str::to_owned).await
    }

    /// The same after an edit of the server's configuration and of the daemon's.
    pub async fn edited(server: impl Fn(&str) -> String, site: impl Fn(&str) -> String) -> Stage {
        let server = Server::start_edited(server).await;
        let home = Home::edited(&server, site);
        Stage { server, home }
    }

    /// Who reads the journal from its first record on.
    pub async fn board(&self) -> Board {
        Board::follow(self.server.jetstream("switchboard-admin").await)
    }

    /// Begins the load. The same seed asks the same of the daemon, though not at the same instants.
    pub async fn load(&self, seed: u64) -> Load {
        let ledger = Arc::new(Ledger::default());
        let admin = self.server.jetstream("switchboard-admin").await;
        let board = Arc::new(Board::follow(admin.clone()));
        let [silence, hurry, stop, ana_beats] = [(); 4].map(|()| Arc::new(AtomicBool::new(false)));
        ana_beats.store(true, Ordering::Relaxed);
        let service = Caller::connect(&self.server, "crm", ledger.clone()).await;
        let gateway = Gateway {
            gateway: Caller::connect(&self.server, "gateway", ledger.clone()).await,
            service: service.clone(),
            ledger: ledger.clone(),
            board: board.clone(),
            stop: silence.clone(),
            rng: Rng::with_seed(seed),
            count: 0,
        };
        let floor = Floor { board: board.clone(), service, hurry: hurry.clone(), stop: stop.clone() };
        let mut desks = Vec::new();
        for (agent, beating) in [("ana", ana_beats.clone()), ("ben", Arc::new(AtomicBool::new(true)))] {
            let caller = Caller::connect(&self.server, agent, ledger.clone()).await;
            let (floor, agent) = (floor.clone(), agent.to_owned());
            let desk = Desk { floor, caller, agent, beating, judged: Default::default(), count: 0 };
            desks.push(tokio::spawn(desk.run()));
        }
        Load {
            supervisor: self.server.user("sue").await,
            gateway: tokio::spawn(gateway.run()),
            board,
            ledger,
            ana_beats,
            admin,
            silence,
            hurry,
            stop,
            desks,
        }
    }

    /// Lets the load come to rest, stops the daemon in good order, and has the streams judged.
    pub async fn judge(&self, load: Load, daemon: &mut Daemon, foreign: usize) -> String {
        load.come_to_rest().await;
        daemon.stops().await;
        self.verdict(&load.ledger, Some(foreign))
    }

    /// Has the streams judged as they are.
    pub fn verdict(&self, ledger: &Ledger, foreign: Option<usize>) -> String {
        let path = self.home.folder().join("ledger.json");
        fs::write(&path, ledger.to_json(foreign)).expect("the ledger");
        let server = self.server.url();
        let arguments =
            ["--server", &server, "--user", "switchboard-admin", "--password", self.server.password()];
        let dump = self.home.folder().join("streams.jsonl");
        let output = Command::new(python())
            .arg(tool("judge.py"))
            .args(arguments)
            .args(["--prefix", "switchboard", "--ledger"])
            .arg(&path)
            .arg("--dump")
            .arg(&dump)
            .output()
            .expect("the judge runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() {
            keep(&dump, "streams.jsonl");
            keep(&path, "ledger.json");
            panic!("the judge finds:\n{said}{complaint}");
        }
        eprintln!("{said}");
        said
    }
}

impl Load {
    /// Waits until so many more conversations are resolved.
    pub async fn goes_on(&self, count: usize) {
        self.board.resolves(count).await;
    }

    /// No more messages; the agents serve what there is, until nothing is left to do for anybody.
    pub async fn come_to_rest(&self) {
        self.silence.store(true, Ordering::Relaxed);
        self.hurry.store(true, Ordering::Relaxed);
        self.ana_beats.store(true, Ordering::Relaxed);
        until("the gateway's last acknowledgement", || async { self.gateway.is_finished() }).await;
        until("rest", || self.is_at_rest()).await;
        self.stop.store(true, Ordering::Relaxed);
        until("the agents' leave", || async { self.desks.iter().all(JoinHandle::is_finished) }).await;
        until("everything for the gateways", || async {
            let is_out = |event: &&Value| event["data"]["channel"] != "email";
            let replies = self.board.look().all("message.replied").filter(is_out).count() as u64;
            self.messages_of("SWITCHBOARD_OUT").await == Some(replies)
        })
        .await;
        until("every dead letter", || async {
            let refused = self.board.look().count("input.refused") as u64;
            self.messages_of("SWITCHBOARD_DEAD").await == Some(refused)
        })
        .await;
    }

    async fn is_at_rest(&self) -> bool {
        let Some(status) = status(&self.supervisor).await else { return false };
        let Some(input) = self.last_of("SWITCHBOARD_IN").await else { return false };
        let seen = self.board.look();
        let none = |member: &str| status[member] == 0;
        status["inseq"].as_u64() == Some(input)
            && status["seq"].as_u64() <= Some(seen.seq)
            && ["waiting", "offers", "clocks"].into_iter().all(none)
            && seen.open.is_empty()
            && seen.held.is_empty()
    }

    async fn last_of(&self, stream: &str) -> Option<u64> {
        Some(self.admin.get_stream(stream).await.ok()?.cached_info().state.last_sequence)
    }

    async fn messages_of(&self, stream: &str) -> Option<u64> {
        Some(self.admin.get_stream(stream).await.ok()?.cached_info().state.messages)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.gateway.abort();
        self.desks.iter().for_each(JoinHandle::abort);
        if std::thread::panicking() {
            let seen = self.board.look();
            let (seq, open, offers) = (seen.seq, &seen.open, &seen.offers);
            eprintln!("--- at {seq}: open {open:?}, offers {offers:?}, held {:?}", seen.held);
        }
    }
}

/// A pause of the load's own choosing; nothing depends on its length.
pub async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// What a failing test leaves behind, under the target folder.
fn keep(path: &Path, name: &str) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let kept = folder.join(format!("crash-{}-{name}", std::process::id()));
    if fs::copy(path, &kept).is_ok() {
        eprintln!("--- kept {}", kept.display());
    }
}
