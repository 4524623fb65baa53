//! The sections that are settings: NATS, logs, mail, HTTP, the control socket.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{OneOrMany, SizeText, SpanText};
use crate::config::settings::{LogFormat, LogLevel, SmtpSecurity};

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct RawNats {
    /// The server, or a list with one for each server of the cluster.
    #[schemars(extend("default" = "nats://127.0.0.1:4222"))]
    pub url: Option<OneOrMany<String>>,
    /// How many servers keep each stream; 3 survives the loss of one.
    #[schemars(extend("default" = 1))]
    pub replicas: Option<i64>,
    /// How large the input may grow while nobody reads it.
    #[schemars(extend("default" = "1GiB"))]
    pub in_max_bytes: Option<SizeText>,
    /// How large grows what gateways must send while they do not acknowledge it.
    #[schemars(extend("default" = "256MiB"))]
    pub out_max_bytes: Option<SizeText>,
    /// An append that takes longer counts as of unknown outcome.
    #[schemars(extend("default" = "5s"))]
    pub append_timeout: Option<SpanText>,
    /// Who the connection is that answers requests and hears heartbeats.
    pub door: RawAuth,
    /// Who the connection is that reads input and writes all that is durable.
    pub journal: RawAuth,
    /// The certificates of both.
    pub tls: RawTls,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct RawAuth {
    /// The user of a password.
    #[schemars(extend("examples" = ["switchboard"]))]
    pub user: Option<String>,
    /// The file of the password.
    #[schemars(extend("examples" = ["nats.password"]))]
    pub password_file: Option<String>,
    /// A credentials file (JWT and seed).
    #[schemars(extend("examples" = ["switchboard.creds"]))]
    pub creds_file: Option<String>,
    /// The file of an nkey's seed.
    #[schemars(extend("examples" = ["switchboard.nk"]))]
    pub nkey_file: Option<String>,
    /// The file of a token.
    #[schemars(extend("examples" = ["nats.token"]))]
    pub token_file: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct RawTls {
    /// Who signs the servers' certificates; the system's roots where it is not set.
    #[schemars(extend("examples" = ["ca.pem"]))]
    pub ca_file: Option<String>,
    /// Our own certificate, where the servers ask for one.
    #[schemars(extend("examples" = ["switchboard.pem"]))]
    pub cert_file: Option<String>,
    /// Its key.
    #[schemars(extend("examples" = ["switchboard.key"]))]
    pub key_file: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct RawLog {
    /// How a line of the log looks. `auto`: journald where stderr leads there, else pretty.
    #[schemars(extend("default" = "auto"))]
    pub format: Option<LogFormat>,
    /// The least that is logged.
    #[schemars(extend("default" = "info"))]
    pub level: Option<LogLevel>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct RawSmtp {
    /// The relay's name, which its certificate must bear.
    #[schemars(extend("examples" = ["relay.example.org"]), extend("x-required" = true))]
    pub host: Option<String>,
    /// The relay's port; 465 where `security` is `tls`, else 587.
    #[schemars(extend("examples" = [587]))]
    pub port: Option<i64>,
    /// From when on the connection is encrypted.
    #[schemars(extend("default" = "starttls"))]
    pub security: Option<SmtpSecurity>,
    /// The user, where the relay asks for one.
    #[schemars(extend("examples" = ["switchboard"]))]
    pub user: Option<String>,
    /// The file of his password.
    #[schemars(extend("examples" = ["smtp.password"]))]
    pub password_file: Option<String>,
    /// Who signs the relay's certificate; the system's roots where it is not set.
    #[schemars(extend("examples" = ["relay-ca.pem"]))]
    pub ca_file: Option<String>,
    /// What we call ourselves in EHLO; the host's name where it is not set.
    #[schemars(extend("examples" = ["switchboard.example.org"]))]
    pub hello: Option<String>,
    /// What stands behind the `@` of the Message-IDs that the relay writes over ours, made of the id in its answer; a
    /// relay that leaves ours needs none, and Amazon SES is known by its name.
    #[schemars(extend("examples" = ["mail.relay.example"]))]
    pub message_id_domain: Option<String>,
    /// How long one mail may take, from connecting to the last answer.
    #[schemars(extend("default" = "60s"))]
    pub timeout: Option<SpanText>,
    /// How many mails are on their way at once.
    #[schemars(extend("default" = 4))]
    pub parallel: Option<i64>,
    /// A mail that could not be sent is tried again after this, then each time after twice as long.
    #[schemars(extend("default" = "30s"))]
    pub retry_first: Option<SpanText>,
    /// The longest wait between two attempts.
    #[schemars(extend("default" = "1h"))]
    pub retry_longest: Option<SpanText>,
    /// A mail that is older has failed.
    #[schemars(extend("default" = "48h"))]
    pub give_up_after: Option<SpanText>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct RawNotice {
    /// Who sends the escalation mails; required beside `[smtp]`.
    #[schemars(extend("examples" = ["Switchboard <switchboard@example.org>"]))]
    pub from: Option<String>,
    /// The template of the subject, where the built-in one does not do.
    #[schemars(extend("examples" = ["Late: {{ conversation }}"]))]
    pub subject: Option<String>,
    /// The template of the plain text, likewise.
    #[schemars(extend("examples" = ["{{ conversation }} waits."]))]
    pub text: Option<String>,
    /// The template of the HTML, likewise.
    #[schemars(extend("examples" = ["<p>{{ conversation }} waits.</p>"]))]
    pub html: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct RawHttp {
    /// Where `/livez`, `/readyz` and `/metrics` are answered; nowhere where it is not set.
    #[schemars(extend("examples" = ["127.0.0.1:9180"]))]
    pub listen: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct RawControl {
    /// The socket of the operator's commands; `control.sock` in the service's runtime folder where it is
    /// not set.
    #[schemars(extend("examples" = ["/run/switchboard/control.sock"]))]
    pub socket: Option<String>,
}
