//! The webhooks of sources: a path of its own for each, and what its provider's requests are proved by. A webhook
//! that takes what anybody sends is one only where the section says so in so many words.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::site::file;
use super::value::path;
use crate::config::finding::{Code, Finding, Findings};
use crate::config::raw::{OneOrMany, RawFile, RawWebhook, SignatureWord};
use crate::config::settings::{Proof, Webhook};
use crate::domain::{Channel, Format, Source};

/// The longest path.
const PATH_BYTES_MAX: usize = 200;

/// What a format's provider proves its requests by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Secret,
    Token,
    Key,
    Basic,
    Bearer,
    Audience,
    Topic,
    Nothing,
}

/// Every webhook of a source that is one.
pub(super) fn webhooks(
    raw: &RawFile,
    dir: &Path,
    sources: &[Source],
    findings: &mut Findings,
) -> Vec<Webhook> {
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    let mut webhooks = Vec::new();
    for source in sources {
        let name = source.name.as_str();
        let Some(written) = raw.sources.get(name).and_then(|source| source.webhook.as_ref()) else {
            continue;
        };
        let at = format!("{}.webhook", path("source", name));
        if source.channel == Channel::Work {
            let fact = format!("source `{name}` is of channel `work`, which has no webhook");
            let hint = "work is created by a command, or published to NATS";
            findings.push(Finding::error(Code::BadWebhook, &at, fact).hint(hint));
        }
        let way = written.path.clone().unwrap_or_else(|| format!("/{name}"));
        check_path(findings, &at, &way);
        if let Some(owner) = owners.insert(way.clone(), name) {
            let fact = format!("the path `{way}` belongs to source `{owner}` already");
            let hint = "each webhook has a path of its own";
            findings.push(Finding::error(Code::BadWebhook, format!("{at}.path"), fact).hint(hint));
        }
        let mut section = Section { at: &at, written, dir, findings };
        let proof = section.proof(source.format);
        let verify = written.verify_token_file.as_ref();
        let verify_token_file = verify.map(|written| section.file("verify_token_file", written));
        section.verified(source.format);
        webhooks.extend(proof.map(|proof| Webhook {
            source: source.name.clone(),
            channel: source.channel,
            format: source.format,
            path: way,
            proof,
            verify_token_file,
        }));
    }
    webhooks
}

/// Refuses webhooks whose provider signs the URL, where nobody says what that is.
pub(super) fn needing_url(webhooks: &[Webhook], findings: &mut Findings) {
    let signs_url = |webhook: &&Webhook| {
        let format = matches!(
            webhook.format,
            Format::Twilio | Format::TwilioConversations | Format::Plivo | Format::MessageBird
        );
        format && matches!(webhook.proof, Proof::Secret(_))
    };
    if let Some(first) = webhooks.iter().find(signs_url) {
        let (source, format) = (&first.source, first.format.as_str());
        let hint = format!(
            "{format}, of source `{source}`, signs the whole URL: write how it calls, as `https://hooks.example.org`"
        );
        findings.missing("gateway", "public_url", hint);
    }
}

fn check_path(findings: &mut Findings, at: &str, way: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let fits = way.starts_with('/')
        && (2..=PATH_BYTES_MAX).contains(&way.len())
        && way.bytes().all(plain)
        && !way.contains("//")
        && !way.ends_with('/');
    if !fits {
        let fact = format!("`{at}.path` cannot be the path of a URL");
        let hint = "write it as `/sms/line`: letters, digits, `-`, `.`, `_`, `~`, with no slash at its end";
        findings.push(Finding::error(Code::BadWebhook, format!("{at}.path"), fact).hint(hint));
    }
}

/// One section, while it is looked at.
struct Section<'a> {
    at: &'a str,
    written: &'a RawWebhook,
    dir: &'a Path,
    findings: &'a mut Findings,
}

impl Section<'_> {
    fn proof(&mut self, format: Format) -> Option<Proof> {
        let kind = self.kind(format);
        self.only_keys_of(kind);
        match kind {
            Kind::Nothing => {
                let fact = format!("`{}` takes what anybody sends", self.at);
                let hint = "let its provider sign, or let only the provider's addresses through to it";
                let at = format!("{}.signature", self.at);
                self.findings.push(Finding::warning(Code::UnsignedWebhook, at, fact).hint(hint));
                Some(Proof::Nothing)
            }
            Kind::Secret => self.secrets(format).map(Proof::Secret),
            Kind::Token => self.tokens(format).map(Proof::Token),
            Kind::Bearer => self.tokens(format).map(Proof::Bearer),
            Kind::Basic => self.basic(format),
            Kind::Key => self.key(format),
            Kind::Audience => {
                let files = self.secrets(format);
                let audience = self.written.audience.clone();
                if audience.is_none() {
                    self.missing("audience", "name the id that Apple gave this service provider");
                }
                files.zip(audience).map(|(files, audience)| Proof::Audience { files, audience })
            }
            Kind::Topic => self.topic(),
        }
    }

    fn kind(&self, format: Format) -> Kind {
        match self.written.signature {
            Some(SignatureWord::None) => Kind::Nothing,
            Some(SignatureWord::Bearer) => Kind::Bearer,
            Some(SignatureWord::Basic) => Kind::Basic,
            Some(SignatureWord::Provider) | None => match of_provider(format) {
                // Who has no way of his own takes either.
                Kind::Bearer if self.written.basic_user.is_some() => Kind::Basic,
                kind => kind,
            },
        }
    }

    fn secrets(&mut self, format: Format) -> Option<Vec<PathBuf>> {
        let written = self.written.secret_file.clone();
        self.needed("secret_file", written, format, "the secret that the provider signs with")
    }

    fn tokens(&mut self, format: Format) -> Option<Vec<PathBuf>> {
        let written = self.written.token_file.clone();
        self.needed("token_file", written, format, "the token that is sent along")
    }

    fn basic(&mut self, format: Format) -> Option<Proof> {
        let user = self.written.basic_user.clone();
        if user.is_none() {
            self.missing("basic_user", "name the user that the provider was given");
        }
        let written = self.written.basic_password_file.clone();
        let files = self.needed("basic_password_file", written, format, "the password")?;
        user.map(|user| Proof::Basic { user, files })
    }

    fn key(&mut self, format: Format) -> Option<Proof> {
        match (&self.written.public_key, &self.written.public_key_file) {
            (Some(keys), None) if !keys.items.is_empty() => Some(Proof::Key(keys.items.clone())),
            (None, Some(written)) if !written.items.is_empty() => {
                let written = written.items.clone();
                Some(Proof::KeyFile(written.iter().map(|it| self.file("public_key_file", it)).collect()))
            }
            (None, _) | (_, None) => {
                let hint = self.way_out(format, "public_key", "the public key of the provider's console");
                self.missing("public_key", &hint);
                None
            }
            (Some(_), Some(_)) => {
                let fact = format!("`{}` has both `public_key` and `public_key_file`", self.at);
                let finding = Finding::error(Code::BadAuth, self.at, fact).hint("keep one of them");
                self.findings.push(finding);
                None
            }
        }
    }

    fn topic(&mut self) -> Option<Proof> {
        let format = Format::Aws;
        let written = self.written.certificate_file.clone();
        let certificates =
            self.needed("certificate_file", written, format, "the certificate of `SigningCertURL`");
        let topics = self.written.topic.clone().map(|topics| topics.items).unwrap_or_default();
        if topics.is_empty() {
            self.missing("topic", "name our topic, as `arn:aws:sns:us-east-1:123456789012:sms`");
            return None;
        }
        certificates.map(|certificates| Proof::Topic { certificates, topics })
    }

    fn needed(
        &mut self,
        key: &str,
        written: Option<OneOrMany<String>>,
        format: Format,
        noun: &str,
    ) -> Option<Vec<PathBuf>> {
        let Some(written) = written.filter(|written| !written.items.is_empty()) else {
            let hint = self.way_out(format, key, noun);
            self.missing(key, &hint);
            return None;
        };
        Some(written.items.iter().map(|written| self.file(key, written)).collect())
    }

    fn way_out(&self, format: Format, key: &str, noun: &str) -> String {
        let what = if key.ends_with("_file") { "the file of " } else { "" };
        let format = format.as_str();
        format!(
            "a webhook of {format} needs {what}{noun}; `signature = \"none\"` would take what anybody sends"
        )
    }

    fn missing(&mut self, key: &str, hint: &str) {
        self.findings.missing(self.at, key, hint);
    }

    fn file(&mut self, key: &str, written: &str) -> PathBuf {
        file(self.findings, self.dir, &format!("{}.{key}", self.at), written)
    }

    /// Refuses what would be written in vain: who writes it believes that it protects.
    fn only_keys_of(&mut self, kind: Kind) {
        let RawWebhook { secret_file, token_file, public_key, public_key_file, certificate_file, .. } =
            self.written;
        let RawWebhook { topic, audience, basic_user, basic_password_file, .. } = self.written;
        let keys: [(&str, bool, &[Kind]); 9] = [
            ("secret_file", secret_file.is_some(), &[Kind::Secret, Kind::Audience]),
            ("token_file", token_file.is_some(), &[Kind::Token, Kind::Bearer]),
            ("public_key", public_key.is_some(), &[Kind::Key]),
            ("public_key_file", public_key_file.is_some(), &[Kind::Key]),
            ("certificate_file", certificate_file.is_some(), &[Kind::Topic]),
            ("topic", topic.is_some(), &[Kind::Topic]),
            ("audience", audience.is_some(), &[Kind::Audience]),
            ("basic_user", basic_user.is_some(), &[Kind::Basic]),
            ("basic_password_file", basic_password_file.is_some(), &[Kind::Basic]),
        ];
        for (key, _, _) in keys.iter().filter(|(_, is_there, kinds)| *is_there && !kinds.contains(&kind)) {
            let fact = format!("`{}.{key}` has no part in how this webhook is signed", self.at);
            let hint = "take it out, or set `signature` to what it belongs to";
            let at = format!("{}.{key}", self.at);
            self.findings.push(Finding::error(Code::BadAuth, at, fact).hint(hint));
        }
    }

    /// Only Meta asks whether an address is ours, and then must know the word.
    fn verified(&mut self, format: Format) {
        let is_meta = matches!(format, Format::WhatsApp | Format::Messenger | Format::Instagram);
        let is_there = self.written.verify_token_file.is_some();
        if is_meta && !is_there {
            self.missing(
                "verify_token_file",
                "name the file of the word that Meta repeats when it asks for us",
            );
        } else if !is_meta && is_there {
            let at = format!("{}.verify_token_file", self.at);
            let fact = format!("`{at}` is asked for by Meta alone");
            self.findings.push(Finding::error(Code::BadAuth, at, fact).hint("take it out"));
        }
    }
}

fn of_provider(format: Format) -> Kind {
    match format {
        Format::Rfc5322 | Format::Switchboard | Format::Xmpp => Kind::Bearer,
        Format::Twilio | Format::TwilioConversations | Format::Vonage | Format::Sinch => Kind::Secret,
        Format::MessageBird | Format::Plivo | Format::Slack | Format::Viber | Format::Line => Kind::Secret,
        Format::WhatsApp | Format::Messenger | Format::Instagram | Format::Chatwoot => Kind::Secret,
        Format::Telegram | Format::RocketChat | Format::Matrix => Kind::Token,
        Format::Telnyx | Format::Discord => Kind::Key,
        Format::Bandwidth => Kind::Basic,
        Format::Apple => Kind::Audience,
        Format::Aws => Kind::Topic,
    }
}
