//! One connection of a tool. Unlike the daemon's two it does not wait for a server that is away, and it says
//! what the server refused: a refused publish is otherwise just an answer that never comes.

use std::sync::{Arc, Mutex, PoisonError};

use async_nats::{Client, ConnectOptions, Event};

use crate::config::Settings;
use crate::shell::nats::{ConnectError, Login, NatsSettings, log_in, secure};
use crate::shell::settings::{SettingsError, nats_settings_of};

/// Who a tool is at NATS.
#[derive(Clone, Debug)]
pub struct User {
    /// Its name: it makes the inbox prefix, and is the actor of what is asked under it.
    pub name: String,
    /// How it proves it.
    pub login: Login,
}

/// An open connection.
pub struct Connection {
    pub client: Client,
    refusal: Arc<Mutex<Option<String>>>,
}

/// Why a tool has no connection.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// A file of the configuration cannot be read.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The credentials file cannot be used.
    #[error(transparent)]
    Login(#[from] ConnectError),
    /// No server took us.
    #[error("cannot connect to NATS as user `{user}`; check the address, the login and that the server runs")]
    Connect { user: String, source: async_nats::ConnectError },
}

/// Connects as this user to the servers of the configuration.
pub async fn connect(settings: &Settings, user: &User) -> Result<Connection, LoginError> {
    let NatsSettings { servers, tls, .. } = nats_settings_of(settings, "tool", user.login.clone())?;
    let refusal: Arc<Mutex<Option<String>>> = Arc::default();
    let heard = refusal.clone();
    let options = log_in(secure(ConnectOptions::new(), &tls), &user.login).await?;
    let client = options
        .name(format!("switchboard-tool-{}", user.name))
        .custom_inbox_prefix(format!("_INBOX.{}", user.name))
        .event_callback(move |event| {
            let heard = heard.clone();
            async move {
                if let Event::ServerError(fault) = event {
                    *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault.to_string());
                }
            }
        })
        .connect(servers)
        .await
        .map_err(|source| LoginError::Connect { user: user.name.clone(), source })?;
    Ok(Connection { client, refusal })
}

impl Connection {
    /// Around a connection whose faults are heard elsewhere.
    pub fn of(client: Client) -> Connection {
        Connection { client, refusal: Arc::default() }
    }

    /// What the server said against us last.
    pub fn refusal(&self) -> Option<String> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
