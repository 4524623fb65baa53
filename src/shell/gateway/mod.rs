//! `switchboard gateway`: the HTTP door of webhooks, a process of its own, so that nothing public touches the router.
//! It has no state: what is stored is in the stream, what is not the provider sends again.
//!
//! On SIGHUP it takes other webhooks and other secrets, without closing its door.
//!
//! It listens at once, NATS or not: while NATS is away a provider is told to come again, which is better than a
//! closed port. Systemd is told that it is ready when it listens.

mod intake;
mod reload;
mod vitals;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::timeout;
use tracing::{error, info};

use crate::config::Loaded;
use crate::web::hooks::Hooks;
use crate::web::{Listening, Vital};
use crate::wire::Subjects;

use super::nats::{self, Purpose};
use super::notify;
use super::serve::{Exit, Failure, Host};
use super::settings::{Gateway, build_gateway, nats_settings_of};
use super::site::Site;
use super::tools::inject::Injector;
use super::tools::login::Connection;
use super::vitals::bind_exit;
use intake::Publisher;
use vitals::GatewayVitals;

/// How long the last words to NATS may take.
const GOODBYE_MAX: Duration = Duration::from_secs(2);

/// Takes webhooks until asked to stop.
pub async fn serve(loaded: Loaded, host: Host) -> Exit {
    match Box::pin(take(&loaded, host)).await {
        Ok(()) => Exit::Ok,
        Err(failures) => {
            for failure in &failures {
                error!("{}", failure.sentence);
            }
            failures.first().map_or(Exit::Config, |failure| failure.exit)
        }
    }
}

async fn take(loaded: &Loaded, host: Host) -> Result<(), Vec<Failure>> {
    let told = |findings: Vec<crate::config::Finding>| {
        findings.iter().map(|finding| Failure::config(finding.to_string())).collect::<Vec<_>>()
    };
    let Gateway { login, hooks, warnings } = build_gateway(loaded).map_err(told)?;
    warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    let settings = &loaded.settings;
    let gateway = &settings.gateway;
    let site = Site::new(settings.prefix.clone());
    let one = |failure: Failure| vec![failure];
    let to = nats_settings_of(settings, "gateway", login).map_err(|fault| one(fault.into()))?;
    let client = nats::connect(&to, &site, Purpose::Gateway)
        .await
        .map_err(|fault| one(Failure::new(Exit::Unavailable, &fault)))?;
    let vitals = Arc::new(GatewayVitals::new(client.clone()));
    let status = listen_status(loaded, vitals.clone()).await.map_err(one)?;
    let patience = Duration::from_millis(gateway.ack_timeout.0.unsigned_abs());
    let subjects = Subjects::new(settings.prefix.clone());
    let injector = Injector::new(Connection::of(client.clone()), &site, subjects, patience);
    let publisher = Publisher::new(injector, client.clone(), site.stream_in(), vitals.clone());
    let count = hooks.len();
    let door = Hooks::bind(gateway.listen, reload::taken(gateway, hooks), Arc::new(publisher));
    let bound = door.await.and_then(|door| Ok((door.address()?, door)));
    let (address, door) = bound.map_err(|fault| {
        let sentence = format!("cannot listen on `[gateway] listen = \"{}\"`: {fault}", gateway.listen);
        one(Failure { exit: bind_exit(&fault), sentence })
    })?;
    info!(%address, webhooks = count, "webhooks are taken over HTTP");
    let watching = tokio::spawn(vitals::keep(vitals, client.clone()));
    let Host { stop, hangups, load } = host;
    let reloading = tokio::spawn(reload::follow(hangups, load, settings.clone(), door.lever()));
    notify::ready();
    door.serve(stop).await;
    reloading.abort();
    info!("asked to stop; every request has its answer");
    notify::stopping();
    watching.abort();
    status.iter().for_each(JoinHandle::abort);
    let _ = timeout(GOODBYE_MAX, client.flush()).await;
    Ok(())
}

/// Health and metrics, on an address of their own: they are nothing for the public.
async fn listen_status(
    loaded: &Loaded,
    vitals: Arc<GatewayVitals>,
) -> Result<Option<JoinHandle<()>>, Failure> {
    let Some(asked) = loaded.settings.gateway.status else { return Ok(None) };
    let bound = Listening::bind(asked).await.and_then(|bound| Ok((bound.address()?, bound)));
    let (address, listening) = bound.map_err(|fault| Failure {
        exit: bind_exit(&fault),
        sentence: format!("cannot listen on `[gateway] status = \"{asked}\"`: {fault}"),
    })?;
    info!(%address, "health and metrics of the gateway are told over HTTP");
    let vital: Arc<dyn Vital> = vitals;
    Ok(Some(tokio::spawn(listening.serve(vital))))
}
