//! What a reload adds to a check, since it knows what held before: settings that a running daemon cannot take
//! over, and promises that are taken back from who waits. Connections, sockets and credentials are made once, at
//! the start; the rules, the sources and the level of the log are not among them.

use super::Loaded;
use super::finding::{Code, Finding};
use super::settings::{Gateway, Log, Nats, Notice, Settings, Smtp};
use crate::policy::Policy;

/// What findings of what is gone call the files: it is no single one that they are about.
const FILE: &str = "the configuration";

/// A fault for each setting that differs and holds only after a restart.
pub fn needing_restart(old: &Settings, new: &Loaded) -> Vec<Finding> {
    let keys = old.restart_keys(&new.settings).into_iter();
    keys.map(|key| needs_restart(key, "daemon", new)).collect()
}

/// The same for the gateway.
pub fn needing_gateway_restart(old: &Settings, new: &Loaded) -> Vec<Finding> {
    let keys = old.gateway_restart_keys(&new.settings).into_iter();
    keys.map(|key| needs_restart(key, "gateway", new)).collect()
}

/// With the place where it is written now; what was taken out has that of its section, or of the file.
fn needs_restart(key: &str, what: &str, new: &Loaded) -> Finding {
    let fact = format!("`{key}` is not what the {what} was started with");
    let hint = format!("take it back, or restart the {what}");
    new.origins.locate(Finding::error(Code::NeedsRestart, key, fact).hint(hint))
}

/// A warning for each queue that no longer promises what it did: who waits there loses it.
pub fn withdrawn_promises(old: &Policy, new: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, queue) in &old.queues {
        let now = new.queues.get(name).map_or_else(Default::default, |queue| queue.promises.clone());
        for promise in queue.promises.iter() {
            let (Some(sla), metric) = (&promise.sla, promise.metric) else { continue };
            if now.iter().any(|made| made.sla.as_ref() == Some(sla) && made.metric == metric) {
                continue;
            }
            let fact = format!("queue `{name}` no longer promises `{metric}` by sla `{sla}`");
            let hint = "its running clocks end, but for who moves to a queue that promises the same";
            let at = format!("queue.{name}");
            let finding = Finding::warning(Code::WithdrawnPromise, at, fact).hint(hint);
            found.push(Finding { file: FILE.to_owned(), ..finding });
        }
    }
    found
}

impl Settings {
    /// The keys that differ in `new` and hold only after a restart. Taken apart whole, so that a new setting must
    /// say on which side it is.
    pub fn restart_keys(&self, new: &Settings) -> Vec<&'static str> {
        let Settings {
            prefix,
            instance,
            test,
            key_file,
            nats,
            presence_lease,
            log: Log { format, level: _ },
            smtp,
            notice,
            http,
            control,
            sources: _,
            // Another process reads it.
            gateway: _,
        } = self;
        let mut keys = Keys(Vec::new());
        keys.compare("site.prefix", prefix, &new.prefix);
        keys.compare("site.instance", instance, &new.instance);
        keys.compare("site.test", test, &new.test);
        keys.compare("site.key_file", key_file, &new.key_file);
        keys.nats(nats, &new.nats);
        keys.compare("presence.lease", presence_lease, &new.presence_lease);
        keys.compare("log.format", format, &new.log.format);
        match (smtp, &new.smtp) {
            (Some(old), Some(new)) => keys.smtp(old, new),
            (old, new) => keys.compare("smtp", old, new),
        }
        keys.notice(notice, &new.notice);
        keys.compare("http.listen", http, &new.http);
        keys.compare("control.socket", control, &new.control);
        keys.0
    }

    /// The keys that differ in `new` and that a gateway takes over at its start alone.
    fn gateway_restart_keys(&self, new: &Settings) -> Vec<&'static str> {
        let Gateway {
            listen,
            public_url: _,
            status,
            body_max: _,
            bodies_max: _,
            connections,
            in_flight: _,
            ack_timeout,
            auth,
            webhooks: _,
        } = &self.gateway;
        let mut keys = Keys(Vec::new());
        keys.compare("site.prefix", &self.prefix, &new.prefix);
        keys.compare("log.format", &self.log.format, &new.log.format);
        keys.compare("nats.url", &self.nats.urls, &new.nats.urls);
        keys.compare("nats.tls", &self.nats.tls, &new.nats.tls);
        keys.compare("gateway.listen", listen, &new.gateway.listen);
        keys.compare("gateway.status", status, &new.gateway.status);
        keys.compare("gateway.connections", connections, &new.gateway.connections);
        keys.compare("gateway.ack_timeout", ack_timeout, &new.gateway.ack_timeout);
        keys.compare("gateway.nats", auth, &new.gateway.auth);
        keys.0
    }
}

struct Keys(Vec<&'static str>);

impl Keys {
    fn compare<T: PartialEq>(&mut self, key: &'static str, old: &T, new: &T) {
        if old != new {
            self.0.push(key);
        }
    }

    fn nats(&mut self, old: &Nats, new: &Nats) {
        let Nats { urls, door, journal, tls, replicas, in_max_bytes, out_max_bytes, append_timeout } = old;
        self.compare("nats.url", urls, &new.urls);
        self.compare("nats.door", door, &new.door);
        self.compare("nats.journal", journal, &new.journal);
        self.compare("nats.tls", tls, &new.tls);
        self.compare("nats.replicas", replicas, &new.replicas);
        self.compare("nats.in_max_bytes", in_max_bytes, &new.in_max_bytes);
        self.compare("nats.out_max_bytes", out_max_bytes, &new.out_max_bytes);
        self.compare("nats.append_timeout", append_timeout, &new.append_timeout);
    }

    fn smtp(&mut self, old: &Smtp, new: &Smtp) {
        let Smtp { host, port, security, login, ca_file, hello, message_id_domain, timeout, parallel } = old;
        self.compare("smtp.host", host, &new.host);
        self.compare("smtp.port", port, &new.port);
        self.compare("smtp.security", security, &new.security);
        let user = |login: &Option<(String, _)>| login.as_ref().map(|(user, _)| user.clone());
        let password = |login: &Option<(_, std::path::PathBuf)>| login.as_ref().map(|(_, file)| file.clone());
        self.compare("smtp.user", &user(login), &user(&new.login));
        self.compare("smtp.password_file", &password(login), &password(&new.login));
        self.compare("smtp.ca_file", ca_file, &new.ca_file);
        self.compare("smtp.hello", hello, &new.hello);
        self.compare("smtp.message_id_domain", message_id_domain, &new.message_id_domain);
        self.compare("smtp.timeout", timeout, &new.timeout);
        self.compare("smtp.parallel", parallel, &new.parallel);
    }

    fn notice(&mut self, old: &Notice, new: &Notice) {
        let Notice { from, subject, text, html } = old;
        self.compare("notice.from", from, &new.from);
        self.compare("notice.subject", subject, &new.subject);
        self.compare("notice.text", text, &new.text);
        self.compare("notice.html", html, &new.html);
    }
}
