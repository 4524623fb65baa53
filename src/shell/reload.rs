//! Reload and rollback. First everything that can fail, off the loop: the files are found and loaded by the code
//! of the start, what holds only after a restart refuses the whole, the decoder is built, the compiled policy is
//! put into the object store. Then one swap, which the loop does (`adopting`). So what fails changes nothing.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::spawn_blocking;
use tracing::{info, warn};

use crate::config::{self, Finding, Loaded, Report, Settings};
use crate::domain::{Digest, Source};
use crate::wire::{Keys, Subjects, format_instant};

use super::adopting::{Adopting, Control, Look, Unheard};
use super::clock::{Clock, SharedClock};
use super::fault;
use super::policies::{Policies, PolicyStoreError};
use super::ruling::{Before, Live, Ruling};
use super::runtime::chain;
use super::vitals::Vitals;

/// How long the loop may take; it takes rounds only while it leads.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same for a question.
const LOOK_PATIENCE: Duration = Duration::from_secs(5);
/// The fewest digits by which a policy may be named.
const DIGITS_MIN: usize = 6;

/// How the files are found and loaded: the same way as at the start.
pub type Load = Arc<dyn Fn() -> Result<Loaded, Report> + Send + Sync>;
/// How the last reload or rollback went, for the status.
pub type LastReload = Arc<ArcSwapOption<Told>>;

/// What the status says of a reload.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// `reload` or `rollback`.
    verb: &'static str,
    at: String,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// A reload that went through.
#[derive(Debug, Serialize)]
pub struct Reloaded {
    /// The digest in force.
    policy: String,
    /// Whether anything is another now.
    changed: bool,
    /// What is allowed but hardly meant.
    warnings: Vec<Value>,
    /// What the operator should know besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The warnings as `check` prints them.
    report: String,
}

/// A reload that changed nothing.
#[derive(Debug, Serialize)]
pub struct Refused {
    code: &'static str,
    message: String,
    findings: Vec<Value>,
    /// The findings as `check` prints them.
    report: String,
}

/// What became of a reload.
pub type Verdict = Result<Reloaded, Refused>;

/// What reloads: one at a time.
pub struct Reloader {
    load: Load,
    /// Those of the start: what is compared with them holds until the end.
    settings: Settings,
    subjects: Subjects,
    keys: Keys,
    policies: Policies,
    live: Live,
    control: mpsc::Sender<Control>,
    last: LastReload,
    before: Before,
    clock: SharedClock,
    vitals: Vitals,
    turn: Mutex<()>,
}

/// What a reloader is made of.
pub struct Means {
    pub load: Load,
    pub settings: Settings,
    pub subjects: Subjects,
    pub keys: Keys,
    pub policies: Policies,
    pub live: Live,
    pub control: mpsc::Sender<Control>,
    pub last: LastReload,
    pub clock: SharedClock,
    pub vitals: Vitals,
}

impl Reloader {
    /// Makes it.
    pub fn new(means: Means) -> Reloader {
        let Means { load, settings, subjects, keys, policies, live, control, last, clock, vitals } = means;
        let (before, turn) = (Before::default(), Mutex::new(()));
        Reloader {
            load,
            settings,
            subjects,
            keys,
            policies,
            live,
            control,
            last,
            before,
            clock,
            vitals,
            turn,
        }
    }

    /// Takes the files as they are now.
    pub async fn reload(&self) -> Verdict {
        let _turn = self.turn.lock().await;
        self.vitals.health.reloading();
        let verdict = self.reload_files().await;
        self.tell("reload", &verdict);
        verdict
    }

    /// Goes back to an adopted policy: the one of this digest, or of its first digits; without one, to what was in
    /// force before.
    pub async fn rollback(&self, to: Option<&str>) -> Verdict {
        let _turn = self.turn.lock().await;
        self.vitals.health.reloading();
        let verdict = self.go_back(to).await;
        self.tell("rollback", &verdict);
        verdict
    }

    /// What the loop knows; none while nobody leads here.
    pub async fn look(&self) -> Option<Look> {
        let (sender, receiver) = oneshot::channel();
        let asked = async {
            self.control.send(Control::Look(sender)).await.ok()?;
            receiver.await.ok()
        };
        tokio::time::timeout(LOOK_PATIENCE, asked).await.ok().flatten()
    }

    async fn reload_files(&self) -> Verdict {
        let loaded = self.load_files().await?;
        let needing = config::needing_restart(&self.settings, &loaded);
        if !needing.is_empty() {
            return Err(needs_restart(&needing));
        }
        let Loaded { policy, settings, tree, warnings, .. } = loaded;
        let now = self.live.load_full();
        let mut warnings = warnings;
        warnings.extend(config::withdrawn_promises(&now.policy, &policy));
        let ruling =
            Ruling::new(policy, tree, settings.sources, settings.log.level, (&self.subjects, &self.keys));
        let changed = ruling.differs(&now);
        let digest = ruling.policy.digest;
        if changed {
            self.adopt("reload", now, ruling).await?;
        }
        Ok(Reloaded::of(digest, changed, &warnings, None))
    }

    async fn go_back(&self, to: Option<&str>) -> Verdict {
        let tree = match to {
            Some(text) => self.stored(self.named(text).await?).await?,
            None => self.tree_before().await?,
        };
        let sources = config::load_sources(&tree).map_err(|report| Refused::of_report(&report))?;
        // Its own ways in come with it; all else is as this process was started.
        let settings = Settings { sources: sources.clone(), ..self.settings.clone() };
        let policy = config::load_policy(&tree, &settings).map_err(|report| Refused::of_report(&report))?;
        let now = self.live.load_full();
        let warnings = config::withdrawn_promises(&now.policy, &policy);
        let ruling = Ruling::new(policy, tree, sources.clone(), now.level, (&self.subjects, &self.keys));
        let (changed, digest) = (ruling.differs(&now), ruling.policy.digest);
        if changed {
            self.adopt("rollback", now, ruling).await?;
        }
        let note = self.compare_files(digest, &sources).await;
        Ok(Reloaded::of(digest, changed, &warnings, note))
    }

    /// What was in force before, as it is kept. The journal knows policies by their rules alone, so where this
    /// process has gone over to the present one it is what held until then, addresses and all.
    async fn tree_before(&self) -> Result<Value, Refused> {
        let look = self.look().await.ok_or_else(Refused::not_leading)?;
        let now = self.live.load().policy.digest;
        let is_before = |digest| digest == now || Some(digest) == look.before;
        if let Some(before) = self.before.load_full().filter(|before| is_before(before.policy.digest)) {
            return Ok(before.tree.clone());
        }
        let none = "no other policy was adopted before the present one";
        let digest = look.before.ok_or_else(|| Refused::of("no_policy_before", none.to_owned()))?;
        self.stored(digest).await
    }

    async fn stored(&self, digest: Digest) -> Result<Value, Refused> {
        self.policies.get(digest).await.map_err(|fault| Refused::of_store(&fault))
    }

    /// The policy of these first digits.
    async fn named(&self, text: &str) -> Result<Digest, Refused> {
        let unknown = |message: String| Refused::of("unknown_policy", message);
        if text.len() < DIGITS_MIN {
            return Err(unknown(format!("name the policy by {DIGITS_MIN} of its digits at least")));
        }
        let names = self.policies.names().await.map_err(|fault| Refused::of_store(&fault))?;
        let fits: Vec<&String> = names.iter().filter(|name| name.starts_with(text)).collect();
        match fits.as_slice() {
            [one] => one.parse().map_err(|_| unknown(format!("`{one}` is no digest of a policy"))),
            [] => {
                Err(unknown(format!("the object store has no policy `{text}`; it has {}", names.join(", "))))
            }
            _ => Err(unknown(format!("several policies begin with `{text}`"))),
        }
    }

    /// What the files say otherwise than the policy that was gone back to.
    async fn compare_files(&self, digest: Digest, sources: &[Source]) -> Option<String> {
        match self.load_files().await {
            Ok(loaded) if loaded.policy.digest == digest && loaded.settings.sources == sources => None,
            Ok(loaded) => Some(format!(
                "the files still say otherwise (policy {}): a reload or a restart adopts them again; take the change \
                 out of them",
                loaded.policy.digest
            )),
            Err(_) => Some("the files have faults: a restart would be refused; mend them".to_owned()),
        }
    }

    async fn load_files(&self) -> Result<Loaded, Refused> {
        let load = self.load.clone();
        match spawn_blocking(move || load()).await {
            Ok(loaded) => loaded.map_err(|report| Refused::of_report(&report)),
            Err(_) => {
                Err(Refused::of("bug", "the loading of the files ended by itself, which is a bug".to_owned()))
            }
        }
    }

    /// Stores the policy, then has the loop go over to it; then it may replace what held under its digest.
    async fn adopt(&self, verb: &'static str, former: Arc<Ruling>, ruling: Ruling) -> Result<(), Refused> {
        let digest = ruling.policy.digest;
        self.policies.offer(digest, &ruling.tree).await.map_err(|fault| Refused::of_store(&fault))?;
        fault::point("reload_stored");
        let ruling = Arc::new(ruling);
        // At the fault point the loop has the time to take it, and none to end it.
        let patience = if fault::nap("reload_unheard").await { fault::NAP / 2 } else { PATIENCE };
        let (adopting, mut answered) =
            Adopting::new(ruling.clone(), former, self.before.clone(), self.unheard(verb, digest));
        let asked = async {
            self.control.send(Control::Adopt(adopting)).await.ok()?;
            (&mut answered).await.ok()
        };
        let adopted = match tokio::time::timeout(patience, asked).await {
            Ok(adopted) => adopted,
            // From here on nothing new is begun for it; what was told in this very moment counts.
            Err(_) => {
                answered.close();
                answered.try_recv().ok()
            }
        };
        let adopted = adopted.ok_or_else(Refused::not_leading)?;
        // It holds whether or not this goes well; the next term puts it there at the latest.
        if let Err(fault) = self.policies.put(digest, &ruling.tree).await {
            warn!(fault = %chain(&fault), "the addresses of the policy in force are not stored yet");
        }
        let policies = self.policies.clone();
        tokio::spawn(async move { policies.prune(&adopted).await });
        Ok(())
    }

    /// Corrects the verdict when a change went through after all, that was told as refused.
    fn unheard(&self, verb: &'static str, digest: Digest) -> Unheard {
        let (last, clock, vitals) = (self.last.clone(), self.clock.clone(), self.vitals.clone());
        Box::new(move || {
            let mut clock = clock;
            let (now, policy) = (clock.time(), digest.to_string());
            warn!(verb, policy, "went through after all, though who asked was told that it did not");
            vitals.reloaded(Ok(&format!("policy {policy}")), now);
            let at = format_instant(now);
            last.store(Some(Arc::new(Told {
                verb,
                at,
                ok: true,
                policy: Some(policy),
                code: None,
                message: None,
            })));
        })
    }

    /// To the log, to systemd, and for the status.
    fn tell(&self, verb: &'static str, verdict: &Verdict) {
        let now = self.clock.clone().time();
        let at = format_instant(now);
        let told = match verdict {
            Ok(Reloaded { policy, changed, warnings, .. }) => {
                info!(verb, policy, changed, "done");
                warnings.iter().for_each(|warning| warn!("{}", in_one_line(warning)));
                self.vitals.reloaded(Ok(&format!("policy {policy}")), now);
                Told { verb, at, ok: true, policy: Some(policy.clone()), code: None, message: None }
            }
            Err(Refused { code, message, findings, .. }) => {
                warn!(verb, code, message, "refused; nothing has changed");
                findings.iter().for_each(|finding| warn!("{}", in_one_line(finding)));
                self.vitals.reloaded(Err(&format!("the last {verb} was refused: {message}")), now);
                Told { verb, at, ok: false, policy: None, code: Some(code), message: Some(message.clone()) }
            }
        };
        self.last.store(Some(Arc::new(told)));
    }
}

impl Reloaded {
    fn of(digest: Digest, changed: bool, warnings: &[Finding], note: Option<String>) -> Reloaded {
        let report = config::pretty(warnings, false);
        Reloaded { policy: digest.to_string(), changed, warnings: values(warnings), note, report }
    }
}

impl Refused {
    fn of(code: &'static str, message: String) -> Refused {
        Refused { code, message, findings: Vec::new(), report: String::new() }
    }

    fn of_report(report: &Report) -> Refused {
        let message = "the configuration has faults".to_owned();
        Refused {
            findings: values(&report.findings),
            report: config::pretty(&report.findings, false),
            ..Refused::of("config", message)
        }
    }

    fn of_store(fault: &PolicyStoreError) -> Refused {
        let code = match fault {
            PolicyStoreError::Silent | PolicyStoreError::Store(_) => "unavailable",
            PolicyStoreError::Missing(_) | PolicyStoreError::Spoilt { .. } => "unknown_policy",
        };
        Refused::of(code, chain(fault))
    }

    fn not_leading() -> Refused {
        let message = "the daemon does not lead just now, as while NATS is away; nothing was adopted unless \
                       `status` says so";
        Refused::of("unavailable", message.to_owned())
    }
}

fn needs_restart(findings: &[Finding]) -> Refused {
    let keys: Vec<&str> = findings.iter().map(|finding| finding.at.as_str()).collect();
    let message = format!("a restart is needed for {}", keys.join(", "));
    let report = config::pretty(findings, false);
    Refused { findings: values(findings), report, ..Refused::of("needs_restart", message) }
}

/// A finding in a line of the log.
fn in_one_line(finding: &Value) -> String {
    let text = |member: &str| finding[member].as_str().unwrap_or_default();
    let place = match (finding["line"].as_u64(), finding["column"].as_u64()) {
        (Some(line), Some(column)) => format!("{}:{line}:{column}", text("file")),
        _ => text("file").to_owned(),
    };
    format!("{} ({place})", text("fact"))
}

fn values(findings: &[Finding]) -> Vec<Value> {
    findings.iter().filter_map(|finding| serde_json::to_value(finding).ok()).collect()
}

/// A verdict as whoever asked is answered.
pub fn to_json(verdict: &Verdict) -> Value {
    let (ok, body) = match verdict {
        Ok(reloaded) => (true, serde_json::to_value(reloaded)),
        Err(refused) => (false, serde_json::to_value(refused)),
    };
    let mut body = body.unwrap_or_else(|_| json!({}));
    body["ok"] = Value::from(ok);
    body
}
