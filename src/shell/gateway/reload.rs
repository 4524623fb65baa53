//! SIGHUP: the files and the secrets are read anew, and all that can fail happens before one swap. So what fails
//! changes nothing, and who is being answered is judged by what was there when he asked.

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tracing::{error, info, warn};

use crate::config::{self, Finding, LogLevel, Settings};
use crate::shell::reload::Load;
use crate::shell::settings::{self, build_gateway};
use crate::shell::telemetry;
use crate::web::hooks::{DoorLimits, Hook, Lever, Taken};

/// What a door takes, by these settings.
pub(super) fn taken(gateway: &config::Gateway, hooks: Vec<Hook>) -> Taken {
    let bytes = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    let limits = DoorLimits {
        body_bytes_max: bytes(gateway.body_max),
        bodies_bytes_max: bytes(gateway.bodies_max),
        in_flight: gateway.in_flight.into(),
        connections: gateway.connections.into(),
    };
    Taken { hooks, public_url: gateway.public_url.clone().unwrap_or_default(), limits }
}

/// Takes the files anew, each time that it is asked for. `began` is what the gateway was started with.
pub(super) async fn follow(mut hangups: mpsc::Receiver<()>, load: Load, began: Settings, lever: Lever) {
    while hangups.recv().await.is_some() {
        let (load, began) = (load.clone(), began.clone());
        let Ok(read) = spawn_blocking(move || read(&load, &began)).await else {
            error!("the loading of the files ended by itself, which is a bug");
            continue;
        };
        match read {
            Ok(Read { taken, level, warnings }) => {
                telemetry::set_level(level);
                let webhooks = taken.hooks.len();
                lever.take(taken);
                warnings.iter().for_each(|warning| warn!("{warning}"));
                info!(webhooks, "the files are taken anew");
            }
            Err(findings) => {
                findings.iter().for_each(|finding| warn!("{finding}"));
                warn!("the files are not taken anew, for these faults; nothing has changed");
            }
        }
    }
}

/// What a reload takes over.
struct Read {
    taken: Taken,
    level: LogLevel,
    warnings: Vec<Finding>,
}

fn read(load: &Load, began: &Settings) -> Result<Read, Vec<Finding>> {
    let loaded = load().map_err(|report| report.findings)?;
    let fixed = config::needing_gateway_restart(began, &loaded);
    if !fixed.is_empty() {
        return Err(fixed);
    }
    let settings::Gateway { login: _, hooks, warnings } = build_gateway(&loaded)?;
    let warnings = loaded.warnings.iter().cloned().chain(warnings).collect();
    let settings = &loaded.settings;
    Ok(Read { taken: taken(&settings.gateway, hooks), level: settings.log.level, warnings })
}
