//! Logs: for people, as JSON, or to systemd's journal with fields, at a level that can change while the daemon
//! runs. Bodies and addresses stay out of them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tracing::info;
use tracing_subscriber::layer::{Layered, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, reload};

use crate::config::{Log, LogFormat, LogLevel};

/// Where systemd says to which socket stderr leads.
const JOURNAL_STREAM: &str = "JOURNAL_STREAM";
/// What our fields begin with in systemd's journal: `SWITCHBOARD_CONVERSATION`.
const FIELD_PREFIX: &str = "SWITCHBOARD";
/// The longest name of a module.
const MODULE_MAX: usize = 128;
/// How many modules may have a level of their own at once.
const MODULES_MAX: usize = 32;

/// The levels of this process's log.
static LEVELS: OnceLock<Levels> = OnceLock::new();

/// What a log line passes: the filter, on top of the fields of its spans.
type Filtered = Layered<reload::Layer<EnvFilter, Registry>, Registry>;

/// The levels of the log, which can change while the daemon runs. Its clones change the same log.
#[derive(Clone, Debug)]
pub struct Levels {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    filter: reload::Handle<EnvFilter, Registry>,
    asked: Mutex<Asked>,
}

/// What is asked of the log, besides the settings' level.
#[derive(Debug)]
struct Asked {
    settings: LogLevel,
    /// By module; none is every module. Each with the number of its asking.
    levels: BTreeMap<Option<String>, (u64, LogLevel)>,
    asked: u64,
}

/// Why a level was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LevelError {
    #[error("`{0}` is not a level; there are error, warn, info, debug, trace")]
    Level(String),
    #[error("`{0}` is not the name of a module, such as switchboard::shell::outbox")]
    Module(String),
    #[error("{MODULES_MAX} modules have a level of their own already; wait until one of them reverts")]
    TooMany,
    #[error("the log takes no other level any more")]
    Gone,
}

/// Begins to log. A second call in one process changes nothing.
pub fn start(log: Log) {
    let asked = Asked { settings: log.level, levels: BTreeMap::new(), asked: 0 };
    let (filter, handle) = reload::Layer::new(asked.filter());
    let levels = Levels { inner: Arc::new(Inner { filter: handle, asked: Mutex::new(asked) }) };
    let base = tracing_subscriber::registry().with(filter);
    let (layer, trouble) = layer(log.format);
    if base.with(layer).try_init().is_err() || LEVELS.set(levels).is_err() {
        tracing::debug!("logging was started before");
    }
    if let Some(fault) = trouble {
        tracing::warn!(%fault, "systemd's journal cannot be reached; logging to stderr");
    }
}

/// Takes the level of new settings.
pub fn set_level(level: LogLevel) {
    if let Some(Err(fault)) = levels().map(|levels| levels.settle(level)) {
        tracing::warn!(%fault, "the log keeps its level");
    }
}

/// The levels of this process's log; none before it was started.
pub fn levels() -> Option<&'static Levels> {
    LEVELS.get()
}

impl Levels {
    /// Sets `LEVEL` or `MODULE=LEVEL` beside what is asked for other modules, for a while or until the process
    /// ends. What is asked later of the same module stands instead. It tells the filter that holds now.
    pub fn set(&self, directive: &str, span: Option<Duration>) -> Result<String, LevelError> {
        let (module, level) = parse(directive)?;
        let (filter, number) = self.change(|asked| asked.ask(module.clone(), level))?;
        info!(directive, for_s = span.map(|span| span.as_secs()), "the log has another level");
        if let Some(span) = span {
            let levels = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(span).await;
                levels.revert(module, number);
            });
        }
        Ok(filter)
    }

    /// Takes the level of new settings. What was asked for modules besides stays.
    pub fn settle(&self, level: LogLevel) -> Result<String, LevelError> {
        self.change(|asked| {
            asked.settings = level;
            Ok(())
        })
        .map(|(filter, ())| filter)
    }

    /// Takes one asking back, unless another came behind it.
    fn revert(&self, module: Option<String>, number: u64) {
        let reverted = self.change(|asked| {
            asked.levels.retain(|held, (at, _)| *held != module || *at != number);
            Ok(())
        });
        if let Ok((filter, ())) = reverted {
            info!(filter, "the log has its level back");
        }
    }

    fn change<T>(
        &self,
        change: impl FnOnce(&mut Asked) -> Result<T, LevelError>,
    ) -> Result<(String, T), LevelError> {
        let mut asked = self.locked();
        let changed = change(&mut asked)?;
        self.inner.filter.reload(asked.filter()).map_err(|_| LevelError::Gone)?;
        Ok((asked.text(), changed))
    }

    fn locked(&self) -> MutexGuard<'_, Asked> {
        self.inner.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asked {
    fn ask(&mut self, module: Option<String>, level: LogLevel) -> Result<u64, LevelError> {
        if self.levels.len() >= MODULES_MAX && !self.levels.contains_key(&module) {
            return Err(LevelError::TooMany);
        }
        self.asked += 1;
        self.levels.insert(module, (self.asked, level));
        Ok(self.asked)
    }

    fn filter(&self) -> EnvFilter {
        EnvFilter::new(self.text())
    }

    /// The filter as text, the general before the special.
    fn text(&self) -> String {
        let general = self.levels.get(&None).map_or(self.settings, |(_, level)| *level);
        // The NATS client tells each reconnect attempt; what matters of it we tell ourselves.
        let mut text = format!("{},async_nats=warn", general.as_str());
        for (module, (_, level)) in &self.levels {
            if let Some(module) = module {
                text.push_str(&format!(",{module}={}", level.as_str()));
            }
        }
        text
    }
}

/// `LEVEL` or `MODULE=LEVEL`.
fn parse(directive: &str) -> Result<(Option<String>, LogLevel), LevelError> {
    let (module, level) = match directive.split_once('=') {
        Some((module, level)) => (Some(module.trim()), level.trim()),
        None => (None, directive.trim()),
    };
    let known = [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug, LogLevel::Trace];
    let level = known.into_iter().find(|known| known.as_str() == level);
    let level = level.ok_or_else(|| LevelError::Level(directive.chars().take(MODULE_MAX).collect()))?;
    let plain = |char: char| char.is_ascii_alphanumeric() || "_:".contains(char);
    match module {
        Some(name) if name.is_empty() || name.len() > MODULE_MAX || !name.chars().all(plain) => {
            Err(LevelError::Module(name.chars().take(MODULE_MAX).collect()))
        }
        module => Ok((module.map(str::to_owned), level)),
    }
}

/// What writes the lines, and why it is not what was asked for.
fn layer(format: LogFormat) -> (Box<dyn Layer<Filtered> + Send + Sync>, Option<io::Error>) {
    let wanted = match format {
        LogFormat::Auto if leads_to_journal() => LogFormat::Journald,
        LogFormat::Auto => LogFormat::Pretty,
        format => format,
    };
    match wanted {
        LogFormat::Journald => match tracing_journald::layer() {
            Ok(layer) => (Box::new(layer.with_field_prefix(Some(FIELD_PREFIX.to_owned()))), None),
            Err(fault) => (pretty(), Some(fault)),
        },
        LogFormat::Json => {
            let layer = fmt::layer().with_writer(io::stderr).json().flatten_event(true);
            (Box::new(layer), None)
        }
        LogFormat::Auto | LogFormat::Pretty => (pretty(), None),
    }
}

fn pretty() -> Box<dyn Layer<Filtered> + Send + Sync> {
    // Colours are for eyes: in a file or in the system's journal they are noise.
    let coloured = io::stderr().is_terminal();
    Box::new(fmt::layer().with_writer(io::stderr).with_ansi(coloured).with_target(false))
}

/// Whether stderr is the very stream that systemd handed us: a child of ours, or a shell behind a pipe, inherits
/// the variable but not the stream.
#[expect(clippy::disallowed_methods, reason = "what systemd says of our own stderr is no configuration")]
fn leads_to_journal() -> bool {
    let Ok(said) = std::env::var(JOURNAL_STREAM) else { return false };
    let stderr = io::stderr().as_fd().try_clone_to_owned().map(File::from);
    let known = stderr.and_then(|stream| stream.metadata());
    known.is_ok_and(|known| is_stream(&said, known.dev(), known.ino()))
}

/// Whether `DEVICE:INODE` names this one.
fn is_stream(said: &str, device: u64, inode: u64) -> bool {
    let number = |text: &str| text.parse::<u64>().ok();
    said.split_once(':').is_some_and(|(dev, ino)| number(dev) == Some(device) && number(ino) == Some(inode))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels() -> (Levels, impl FnOnce()) {
        let asked = Asked { settings: LogLevel::Info, levels: BTreeMap::new(), asked: 0 };
        let (layer, filter) = reload::Layer::new(asked.filter());
        // The handle leads somewhere as long as its layer lives.
        (Levels { inner: Arc::new(Inner { filter, asked: Mutex::new(asked) }) }, move || drop(layer))
    }

    #[test]
    fn a_level_is_for_all_or_for_a_module() {
        assert_eq!(parse("debug"), Ok((None, LogLevel::Debug)));
        let module = "switchboard::shell".to_owned();
        assert_eq!(parse("switchboard::shell=trace"), Ok((Some(module), LogLevel::Trace)));
        assert_eq!(parse("loud"), Err(LevelError::Level("loud".into())));
        assert_eq!(parse("=debug"), Err(LevelError::Module(String::new())));
        // A comma would smuggle in a second directive.
        assert!(matches!(parse("a,b=debug"), Err(LevelError::Module(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_level_for_a_while_reverts_by_itself() {
        let (levels, done) = levels();
        let minute = Some(Duration::from_secs(60));
        assert_eq!(levels.set("debug", minute), Ok("debug,async_nats=warn".into()));
        let both = "debug,async_nats=warn,switchboard::web=trace";
        assert_eq!(levels.set("switchboard::web=trace", None), Ok(both.into()));
        tokio::time::sleep(Duration::from_secs(61)).await;
        assert_eq!(levels.locked().text(), "info,async_nats=warn,switchboard::web=trace");
        done();
    }

    #[tokio::test(start_paused = true)]
    async fn a_later_asking_outlives_the_end_of_an_earlier_one() {
        let (levels, done) = levels();
        levels.set("debug", Some(Duration::from_secs(60))).expect("a level");
        levels.set("trace", Some(Duration::from_secs(600))).expect("a level");
        tokio::time::sleep(Duration::from_secs(61)).await;
        assert_eq!(levels.locked().text(), "trace,async_nats=warn");
        assert_eq!(levels.settle(LogLevel::Warn), Ok("trace,async_nats=warn".into()));
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert_eq!(levels.locked().text(), "warn,async_nats=warn");
        done();
    }

    #[test]
    fn the_stream_is_known_by_device_and_inode() {
        assert!(is_stream("9:4711", 9, 4711));
        assert!(!is_stream("9:4711", 9, 4712) && !is_stream("9", 9, 4711) && !is_stream("", 0, 0));
    }
}
