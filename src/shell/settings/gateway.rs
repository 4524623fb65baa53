//! What the gateway needs: its login and its webhooks, with every secret of theirs. Nothing of the daemon's own is
//! read here, so the gateway runs where the site's key is not.

use std::path::{Path, PathBuf};

use super::secrets::{CERTIFICATE, SettingsError, read, secret};
use super::{Bench, Login, Secrets};
use crate::config::{Code, Finding, Loaded, Proof, Webhook};
use crate::domain::Format;
use crate::signature::{Letters, Scheme, Secret, public_key, rsa_key};
use crate::web::hooks::Hook;

/// What a start of the gateway needs besides the network.
#[derive(Debug)]
pub struct Gateway {
    pub login: Login,
    pub hooks: Vec<Hook>,
    /// What does not keep it from starting.
    pub warnings: Vec<Finding>,
}

/// What the inline key is called.
const KEY: &str = "public key of the provider";

/// Does all that a start of the gateway does without the network; every fault at once.
pub fn build_gateway(loaded: &Loaded) -> Result<Gateway, Vec<Finding>> {
    let (made, findings) = look(loaded, Secrets::Required);
    match made {
        Some((login, hooks)) => Ok(Gateway { login, hooks, warnings: findings }),
        None => Err(findings),
    }
}

/// What [`build_gateway`] would find. Nothing is connected or bound, and nothing of the daemon's secrets is read.
pub fn inspect_gateway(loaded: &Loaded, secrets: Secrets) -> Vec<Finding> {
    look(loaded, secrets).1
}

type Made = Option<(Login, Vec<Hook>)>;

fn look(loaded: &Loaded, secrets: Secrets) -> (Made, Vec<Finding>) {
    let mut bench = Bench::new(loaded, secrets);
    let made = assemble(&mut bench);
    if loaded.settings.gateway.webhooks.is_empty() {
        let fact = "no source has a webhook, so there is nothing to take";
        let hint = "begin one with `[source.NAME.webhook]`";
        bench.failed = true;
        bench.push(Finding::error(Code::BadWebhook, "gateway", fact).hint(hint));
    }
    let Bench { findings, failed, .. } = bench;
    (made.filter(|_| !failed), findings)
}

/// Looks at all of it. What a webhook lacks is among the findings.
pub(super) fn assemble(bench: &mut Bench<'_>) -> Made {
    let gateway = &bench.loaded.settings.gateway;
    let login = bench.login("gateway.nats", &gateway.auth);
    bench.certificates();
    let hooks: Vec<Option<Hook>> = gateway.webhooks.iter().map(|webhook| hook(bench, webhook)).collect();
    login.zip(hooks.into_iter().collect())
}

fn hook(bench: &mut Bench<'_>, webhook: &Webhook) -> Option<Hook> {
    let at = format!("source.{}.webhook", webhook.source);
    let verify = webhook.verify_token_file.as_ref();
    let verify = verify.map(|path| text(bench, &format!("{at}.verify_token_file"), path));
    let schemes = schemes(bench, &at, webhook);
    let verify_token = match verify {
        Some(read) => Some(read?),
        None => None,
    };
    Some(Hook {
        source: webhook.source.clone(),
        channel: webhook.channel,
        format: webhook.format,
        path: webhook.path.clone(),
        schemes: schemes?,
        verify_token,
        told: 0.into(),
    })
}

fn schemes(bench: &mut Bench<'_>, at: &str, webhook: &Webhook) -> Option<Vec<Scheme>> {
    let format = webhook.format;
    let one = |scheme: Scheme| vec![scheme];
    match &webhook.proof {
        Proof::Nothing => Some(one(Scheme::Open)),
        Proof::Bearer(files) => texts(bench, at, "token_file", files, Scheme::Bearer),
        Proof::Token(files) => texts(bench, at, "token_file", files, |token| by_token(format, token)),
        Proof::Secret(files) => texts(bench, at, "secret_file", files, |secret| by_secret(format, secret)),
        Proof::Audience { files, audience } => texts(bench, at, "secret_file", files, |secret| {
            Scheme::Apple { secret, audience: audience.clone() }
        }),
        Proof::Basic { user, files } => texts(bench, at, "basic_password_file", files, |password| {
            Scheme::Basic { user: user.clone(), password }
        }),
        Proof::Key(keys) => {
            let keys: Vec<_> = keys.iter().map(|written| inline_key(bench, at, format, written)).collect();
            keys.into_iter().collect()
        }
        Proof::KeyFile(paths) => {
            let at = format!("{at}.public_key_file");
            let keys: Vec<_> =
                paths.iter().map(|path| bench.secret(&at, path, || key_of(format, path))).collect();
            keys.into_iter().collect()
        }
        Proof::Topic { certificates, topics } => {
            let at = format!("{at}.certificate_file");
            let keys: Vec<Option<Vec<u8>>> =
                certificates.iter().map(|path| bench.secret(&at, path, || certificate(path))).collect();
            let keys = keys.into_iter().collect::<Option<Vec<_>>>()?;
            Some(one(Scheme::Sns { keys, topics: topics.clone() }))
        }
    }
}

fn text(bench: &mut Bench<'_>, at: &str, path: &Path) -> Option<Secret> {
    bench.secret(at, path, || secret("secret of a webhook", path)).map(Secret::new)
}

fn texts(
    bench: &mut Bench<'_>,
    at: &str,
    key: &str,
    files: &[PathBuf],
    scheme: impl Fn(Secret) -> Scheme,
) -> Option<Vec<Scheme>> {
    let at = format!("{at}.{key}");
    let read: Vec<Option<Secret>> = files.iter().map(|path| text(bench, &at, path)).collect();
    Some(read.into_iter().collect::<Option<Vec<_>>>()?.into_iter().map(scheme).collect())
}

fn key_of(format: Format, path: &Path) -> Result<Scheme, SettingsError> {
    let why = || "it is no Ed25519 key as the provider's console shows it".to_owned();
    let malformed = || SettingsError::Malformed { what: KEY, path: path.to_owned(), why: why() };
    by_key(format, &secret(KEY, path)?).ok_or_else(malformed)
}

fn certificate(path: &Path) -> Result<Vec<u8>, SettingsError> {
    let why = |why: &str| SettingsError::Malformed {
        what: CERTIFICATE,
        path: path.to_owned(),
        why: why.to_owned(),
    };
    let pem = String::from_utf8(read(CERTIFICATE, path)?).map_err(|_| why("it is not text"))?;
    rsa_key(&pem).map_err(|fault| why(fault.sentence()))
}

fn inline_key(bench: &mut Bench<'_>, at: &str, format: Format, written: &str) -> Option<Scheme> {
    let scheme = by_key(format, written);
    if scheme.is_none() {
        let at = format!("{at}.public_key");
        let fact = format!("`{at}` is no Ed25519 key as the provider's console shows it");
        let hint = "copy it anew: base64 of Telnyx, hexadecimal of Discord";
        bench.failed = true;
        bench.push(Finding::error(Code::BadSecret, at, fact).hint(hint));
    }
    scheme
}

fn by_key(format: Format, written: &str) -> Option<Scheme> {
    match format {
        Format::Discord => public_key(written, Letters::Hex).map(Scheme::Discord),
        _ => public_key(written, Letters::Base64).map(Scheme::Telnyx),
    }
}

fn by_token(format: Format, token: Secret) -> Scheme {
    match format {
        Format::Telegram => Scheme::Telegram(token),
        Format::RocketChat => Scheme::RocketChat(token),
        _ => Scheme::Bearer(token),
    }
}

/// Which signature a format's secret makes. One that has none of its own never gets here, and would be refused.
fn by_secret(format: Format, secret: Secret) -> Scheme {
    match format {
        Format::Twilio | Format::TwilioConversations => Scheme::Twilio(secret),
        Format::Plivo => Scheme::Plivo(secret),
        Format::MessageBird => Scheme::MessageBird(secret),
        Format::WhatsApp | Format::Messenger | Format::Instagram => Scheme::Meta(secret),
        Format::Slack => Scheme::Slack(secret),
        Format::Line => Scheme::Line(secret),
        Format::Viber => Scheme::Viber(secret),
        Format::Chatwoot => Scheme::Chatwoot(secret),
        Format::Sinch => Scheme::Sinch(secret),
        Format::Vonage => Scheme::Vonage(secret),
        Format::Rfc5322
        | Format::Switchboard
        | Format::Telnyx
        | Format::Bandwidth
        | Format::Aws
        | Format::Telegram
        | Format::Discord
        | Format::Apple
        | Format::Matrix
        | Format::Xmpp
        | Format::RocketChat => Scheme::Bearer(secret),
    }
}
