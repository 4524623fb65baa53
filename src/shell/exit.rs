//! Why the daemon ended, for whoever started it.

use std::process::ExitCode;

/// Why the daemon ended, as an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It was asked to.
    Ok,
    /// NATS cannot be reached.
    Unavailable,
    /// Another instance leads.
    TryAgain,
    /// The configuration, the streams or the journal are not what they must be.
    Config,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Ok => 0,
            Exit::Unavailable => 69,
            Exit::TryAgain => 75,
            Exit::Config => 78,
        })
    }
}
