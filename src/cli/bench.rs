//! `switchboard bench`: load on a site that was made for it, and a table beside what must be reached.

use std::process::ExitCode;

use clap::Args;

use crate::config::Loaded;
use crate::domain::Channel;
use crate::shell::runtime::chain;
use crate::shell::tools::bench::{Bench as Load, BenchError, Outcome, Plan};

use super::exit;
use super::login::{Hindrance, LoginArgs};
use super::output::{fail, say};
use super::running::on_all_cores;

/// Load a site that was made for it, and tell what it took.
///
/// Its configuration says `test = true`, it is running, and the NATS user may do everything there. `make bench` makes
/// such a site.
#[derive(Debug, Args)]
pub(super) struct Bench {
    #[command(flatten)]
    login: LoginArgs,
    /// Messages a second while latency is measured.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// Messages of each part: at the rate, then as fast as it goes.
    #[arg(long, default_value_t = 20_000)]
    messages: usize,
    /// Only open so many conversations, with nobody to take them, and measure nothing.
    #[arg(long)]
    open: bool,
    /// Print the measures as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Why there is no measure.
enum Stop {
    Hindered(Hindrance),
    Bench(BenchError),
}

impl Bench {
    pub(super) fn run(&self) -> ExitCode {
        on_all_cores(async {
            match self.load().await {
                Ok(outcome) => {
                    outcome.iter().for_each(|outcome| self.tell(outcome));
                    ExitCode::SUCCESS
                }
                Err(Stop::Hindered(hindrance)) => hindrance.told(),
                Err(Stop::Bench(fault @ (BenchError::NoTest | BenchError::Nothing))) => {
                    fail(exit::CONFIG, &chain(&fault))
                }
                Err(Stop::Bench(fault)) => fail(exit::UNAVAILABLE, &chain(&fault)),
            }
        })
    }

    fn tell(&self, outcome: &Outcome) {
        let json = || serde_json::to_string(outcome).unwrap_or_default();
        say(&if self.json { json() } else { table(outcome) });
    }

    async fn load(&self) -> Result<Option<Outcome>, Stop> {
        let Loaded { policy, settings, .. } = self.login.load().map_err(Stop::Hindered)?;
        if !settings.test {
            return Err(Stop::Bench(BenchError::NoTest));
        }
        let source = settings.sources.iter().find(|source| source.channel == Channel::Sms);
        let source = source.map(|source| source.name.clone()).filter(|_| !policy.agents.is_empty());
        let source = source.ok_or(Stop::Bench(BenchError::Nothing))?;
        let connection = self.login.connect(&settings, "bench").await.map_err(Stop::Hindered)?;
        let bench = Load::new(connection, &settings.prefix, &policy);
        let plan = Plan { rate: self.rate, messages: self.messages, source };
        if self.open {
            return bench.fill(&plan).await.map(|()| None).map_err(Stop::Bench);
        }
        bench.run(&plan).await.map(Some).map_err(Stop::Bench)
    }
}

/// The same columns as the other benches: what must be reached stands beside.
fn table(outcome: &Outcome) -> String {
    let Outcome { offer_ms: ms, .. } = outcome;
    let row = |what: &str, must: &str, aim: &str, measured: String| {
        format!("{what:<58}{must:<20}{aim:<20}{measured}")
    };
    [
        row("daemon", "must", "aim", "measured".to_owned()),
        row(
            &format!("input to durable offer, ms, {:.0} messages a second", outcome.rate_reached),
            "p50 4, p99 15",
            "p50 3, p99 6",
            format!("p50 {:.1}, p90 {:.1}, p99 {:.1}, max {:.1}", ms.p50, ms.p90, ms.p99, ms.max),
        ),
        row(
            "records a second, in those published plainly",
            "0.4",
            "0.6",
            format!(
                "{:.2} ({:.0} of {:.0})",
                outcome.ratio, outcome.appended_per_second, outcome.plain_per_second
            ),
        ),
    ]
    .join("\n")
}
