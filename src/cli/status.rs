//! `switchboard status`: how the site is, on one screen.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use crate::domain::{Name, Timestamp};
use crate::shell::runtime::chain;
use crate::shell::tools::status::{StatusError, ask, ask_socket, now};
use crate::wire::{Subjects, parse_instant};

use super::exit;
use super::login::{Hindrance, LoginArgs};
use super::output::{fail, say, wants_colours};
use super::running::errand;

/// Tell who leads, what waits and what is wrong.
///
/// Asked by the control socket of a daemon on this host where one is named, else over NATS as `--user`, a supervisor or
/// service of the site. Exits 69 when nobody leads.
#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    login: LoginArgs,
    /// The control socket; else the one that the configuration names.
    #[arg(long)]
    socket: Option<PathBuf>,
    /// The answer as it came.
    #[arg(long)]
    json: bool,
}

/// Why there is nothing to show.
enum Stop {
    Hindered(Hindrance),
    Asked(StatusError),
}

impl Status {
    pub(super) fn run(&self) -> ExitCode {
        errand(async {
            match self.ask().await {
                Ok(told) => {
                    say(&if self.json { told.to_string() } else { screen(&told, now(), &Paint::chosen()) });
                    ExitCode::SUCCESS
                }
                Err(Stop::Hindered(hindrance)) => hindrance.told(),
                Err(Stop::Asked(fault)) => fail(exit::UNAVAILABLE, &chain(&fault)),
            }
        })
    }

    async fn ask(&self) -> Result<Value, Stop> {
        if let Some(socket) = &self.socket {
            return ask_socket(socket).await.map_err(Stop::Asked);
        }
        let settings = self.login.settings().map_err(Stop::Hindered)?;
        if let Some(socket) = &settings.control {
            match ask_socket(socket).await {
                Ok(told) => return Ok(told),
                // Without a user there is no other way to ask, so what the socket said is all there is to tell.
                Err(fault) if !self.login.names_user() => return Err(Stop::Asked(fault)),
                Err(_) => {}
            }
        }
        let user = self.login.user_name("");
        let actor: Name = user.parse().map_err(|_| {
            let text =
                "say by --user which supervisor or service asks, or by --socket where the daemon listens";
            Stop::Hindered(Hindrance::Config(text.to_owned()))
        })?;
        let connection = self.login.connect(&settings, &user).await.map_err(Stop::Hindered)?;
        ask(&connection, &Subjects::new(settings.prefix.clone()), &actor).await.map_err(Stop::Asked)
    }
}

/// Colours, where somebody sees them.
struct Paint {
    warn: &'static str,
    off: &'static str,
}

impl Paint {
    fn chosen() -> Paint {
        if wants_colours(&io::stdout()) { Paint { warn: "\x1b[33m", off: "\x1b[0m" } } else { Paint::NONE }
    }

    const NONE: Paint = Paint { warn: "", off: "" };

    /// A count that should be zero.
    fn alarm(&self, count: u64, text: &str) -> String {
        if count == 0 { text.to_owned() } else { format!("{}{text}{}", self.warn, self.off) }
    }
}

fn screen(told: &Value, now: Timestamp, paint: &Paint) -> String {
    let count = |value: &Value| value.as_u64().unwrap_or(0);
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let ago = |value: &Value| age(value, now);
    let (input, agents, escalations) = (&told["input"], &told["agents"], &told["escalations"]);
    let waits = count(&input["waiting"]);
    let oldest = if input["oldest"].is_string() {
        format!(", the oldest for {}", ago(&input["oldest"]))
    } else {
        String::new()
    };
    let applied = if told["policy_applied"] == true { "" } else { ", not all of it yet" };
    let open = count(&escalations["open"]);
    let dead = count(&told["dead"]["messages"]);
    let mut lines = vec![
        format!(
            "leader         {}, epoch {}, version {}, for {}",
            text(&told["instance"]),
            told["epoch"],
            text(&told["version"]),
            ago(&told["led_since"])
        ),
        format!("policy         {}{applied}", text(&told["policy"])),
        format!("journal        {} records", count(&told["seq"])),
        format!("input          {} of {} consumed; {waits} wait{oldest}", input["consumed"], input["last"]),
        format!("dead           {}", paint.alarm(dead, &dead.to_string())),
        format!(
            "conversations  {}; {} wait, {} offered, {} clocks run",
            told["conversations"], told["waiting"], told["offers"], told["clocks"]
        ),
        format!(
            "agents         {} available, {} away, {} draining, {} offline",
            agents["available"], agents["away"], agents["draining"], agents["offline"]
        ),
        format!(
            "escalations    {}",
            paint.alarm(open, &format!("{open} open, {} acknowledged", escalations["acked"]))
        ),
    ];
    for queue in told["queues"].as_array().into_iter().flatten().filter(|queue| count(&queue["waiting"]) > 0)
    {
        lines.push(format!(
            "queue          {}: {} wait, the oldest for {}",
            text(&queue["queue"]),
            queue["waiting"],
            ago(&queue["oldest"])
        ));
    }
    for fault in ["input", "dead", "journal"].iter().filter_map(|member| told[*member]["fault"].as_str()) {
        lines.push(format!("{}stream         {fault}{}", paint.warn, paint.off));
    }
    for warning in told["warnings"].as_array().into_iter().flatten() {
        lines.push(format!("{}warning        {}{}", paint.warn, text(warning), paint.off));
    }
    lines.join("\n")
}

/// How long ago, in the two units that matter.
fn age(instant: &Value, now: Timestamp) -> String {
    let Some(then) = instant.as_str().and_then(parse_instant) else { return "?".to_owned() };
    let seconds = now.since(then).0 / 1_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match () {
        () if days > 0 => format!("{days} d {} h", hours % 24),
        () if hours > 0 => format!("{hours} h {} min", minutes % 60),
        () if minutes > 0 => format!("{minutes} min {} s", seconds % 60),
        () => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_screen_has_what_waits_and_since_when() {
        let told = json!({
            "ok": true, "seq": 41, "instance": "host-1", "epoch": 2, "version": "0.1.0",
            "led_since": "2026-01-02T03:04:05.000Z", "policy": "abc", "policy_applied": true,
            "input": { "last": 9, "consumed": 7, "waiting": 2, "oldest": "2026-01-02T04:06:03.000Z" },
            "dead": { "messages": 1 }, "conversations": 5, "waiting": 1, "offers": 1, "clocks": 2,
            "agents": { "available": 1, "away": 0, "draining": 0, "offline": 3 },
            "escalations": { "open": 1, "acked": 0 },
            "queues": [
                { "queue": "general", "waiting": 1, "oldest": "2026-01-02T04:04:05.000Z" },
                { "queue": "idle", "waiting": 0 },
            ],
            "warnings": ["stream IN is small"],
        });
        let now = parse_instant("2026-01-02T04:06:05.000Z").expect("an instant");
        let expected = "\
leader         host-1, epoch 2, version 0.1.0, for 1 h 2 min
policy         abc
journal        41 records
input          7 of 9 consumed; 2 wait, the oldest for 2 s
dead           1
conversations  5; 1 wait, 1 offered, 2 clocks run
agents         1 available, 0 away, 0 draining, 3 offline
escalations    1 open, 0 acknowledged
queue          general: 1 wait, the oldest for 2 min 0 s
warning        stream IN is small";
        assert_eq!(screen(&told, now, &Paint::NONE), expected);
    }
}
