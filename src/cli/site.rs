//! Which configuration a command is about: the arguments that all of them share.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::exit;
use super::output::fail;
use crate::config::{self, Layers, Loaded, Report};

/// The file of a site, and what stands above it.
#[derive(Clone, Debug, Args)]
pub(super) struct SiteArgs {
    /// The configuration file, to which its drop-ins are added; without it /etc/switchboard/switchboard.toml,
    /// which begins with what packages put into /usr/lib/switchboard.
    #[arg(value_name = "FILE")]
    path: Option<PathBuf>,
    #[command(flatten)]
    above: Above,
}

/// What stands above every file.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Above {
    /// A key above every file and variable, as `log.level=debug`.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl SiteArgs {
    /// All that makes the configuration.
    pub(super) fn layers(&self) -> Layers {
        self.above.over(self.path.as_deref())
    }

    /// Reads and checks it.
    pub(super) fn load(&self) -> Result<Loaded, Report> {
        config::load_layers(&self.layers())
    }

    /// The same for a command that ends by its faults: they are told.
    pub(super) fn loaded(&self) -> Result<Loaded, ExitCode> {
        self.load().map_err(|report| fail(exit::CONFIG, &report.to_string()))
    }
}

impl Above {
    /// All that makes the configuration of that file, or of the default one.
    pub(super) fn over(&self, path: Option<&Path>) -> Layers {
        Layers::discover(path, &self.set)
    }
}
