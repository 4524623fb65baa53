//! Encrypted and with a password: what is asked for is given, or nothing is sent.

use std::fs;
use std::path::{Path, PathBuf};

use switchboard::config::{Smtp, SmtpSecurity};
use switchboard::shell::mail;
use tempfile::TempDir;

use super::{failure, response, sent};
use crate::support::smtp::{Relay, certificates};

/// A relay that speaks TLS in one of its two ways, and who signs for it.
struct Safe {
    folder: TempDir,
    relay: Relay,
}

impl Safe {
    fn start(way: &str, more: &[&str]) -> Safe {
        let folder = tempfile::tempdir().expect("a folder");
        certificates(folder.path());
        let file = |name: &str| folder.path().join(name).display().to_string();
        let (cert, key) = (file("relay.pem"), file("relay.key"));
        let relay = Relay::start(&[&["--tls", way, "--cert", &cert, "--key", &key], more].concat());
        Safe { folder, relay }
    }

    fn settings(&self, security: SmtpSecurity) -> Smtp {
        let ca_file = Some(self.folder.path().join("ca.pem"));
        Smtp { security, ca_file, ..self.relay.settings() }
    }

    fn with_login(&self, password: &str) -> Smtp {
        let login = Some(("switchboard".to_owned(), password_file(self.folder.path(), password)));
        Smtp { login, ..self.settings(SmtpSecurity::Starttls) }
    }
}

fn password_file(folder: &Path, password: &str) -> PathBuf {
    let path = folder.join("smtp.password");
    fs::write(&path, password).expect("a password");
    path
}

#[tokio::test]
async fn both_ways_of_tls_carry_mail() {
    let starttls = Safe::start("starttls", &[]);
    response(&sent(&starttls.settings(SmtpSecurity::Starttls)).await);
    let implicit = Safe::start("implicit", &[]);
    response(&sent(&implicit.settings(SmtpSecurity::Tls)).await);
    assert_eq!((starttls.relay.arrived().len(), implicit.relay.arrived().len()), (1, 1));
}

#[tokio::test]
async fn nothing_is_sent_over_a_connection_that_is_not_what_was_asked_for() {
    let plain = Relay::start(&[]);
    for security in [SmtpSecurity::Starttls, SmtpSecurity::Tls] {
        let settings = Smtp { security, ..plain.settings() };
        assert_eq!(failure(&sent(&settings).await), ("tls", false), "{security:?}");
    }
    let starttls = Safe::start("starttls", &[]);
    // The relay itself says that it wants STARTTLS first: a fault of the settings, not of the mail.
    assert_eq!(failure(&sent(&starttls.settings(SmtpSecurity::Plain)).await), ("auth", false));
    assert_eq!((plain.arrived().len(), starttls.relay.arrived().len()), (0, 0));
}

#[tokio::test]
async fn a_certificate_of_a_stranger_or_of_another_name_is_not_believed() {
    for (way, security) in [("starttls", SmtpSecurity::Starttls), ("implicit", SmtpSecurity::Tls)] {
        let safe = Safe::start(way, &[]);
        let of_the_system = Smtp { ca_file: None, ..safe.settings(security) };
        assert_eq!(failure(&sent(&of_the_system).await), ("tls", false), "{way}");
        let another_name = Smtp { host: "localhost".to_owned(), ..safe.settings(security) };
        assert_eq!(failure(&sent(&another_name).await), ("tls", false), "{way}");
        assert_eq!(safe.relay.arrived().len(), 0);
    }
}

#[tokio::test]
async fn a_password_opens_the_relay_and_a_wrong_one_does_not() {
    let safe = Safe::start("starttls", &["--auth", "switchboard:open sesame"]);
    response(&sent(&safe.with_login("open sesame\n")).await);
    assert_eq!(failure(&sent(&safe.with_login("guessed")).await), ("auth", false));
    assert_eq!(failure(&sent(&safe.settings(SmtpSecurity::Starttls)).await), ("auth", false));
    assert_eq!(safe.relay.arrived().len(), 1);
}

#[tokio::test]
async fn a_relay_without_passwords_is_not_told_one() {
    let safe = Safe::start("starttls", &[]);
    assert_eq!(failure(&sent(&safe.with_login("open sesame")).await), ("auth", false));
}

#[test]
fn secrets_that_cannot_be_read_are_told_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let relay = Smtp {
        host: "relay.example.org".to_owned(),
        port: 587,
        security: SmtpSecurity::Starttls,
        login: None,
        ca_file: None,
        hello: None,
        message_id_domain: None,
        timeout: switchboard::domain::Span::seconds(5),
        parallel: 1,
    };
    let told =
        |settings: Smtp| mail::relay::Relay::open(&settings).expect_err("it cannot be used").to_string();
    let path = folder.path().join("absent");
    let shown = path.display().to_string();
    let login = Some(("switchboard".to_owned(), path.clone()));
    let absent = told(Smtp { login, ..relay.clone() });
    assert_eq!(
        absent,
        format!(
            "cannot read the password of the relay from {shown}; check that it exists and that this user may read it"
        )
    );
    let empty = password_file(folder.path(), "\n");
    let login = Some(("switchboard".to_owned(), empty.clone()));
    assert_eq!(
        told(Smtp { login, ..relay.clone() }),
        format!("the password of the relay in {} cannot be used: it is empty", empty.display())
    );
    assert_eq!(
        told(Smtp { ca_file: Some(empty.clone()), ..relay.clone() }),
        format!("`smtp.ca_file` is {}, which holds no certificate in PEM", empty.display())
    );
    assert!(
        told(Smtp { ca_file: Some(path), ..relay.clone() })
            .starts_with("cannot read the certificate of the relay")
    );
    let hello = Some("two words".to_owned());
    assert!(told(Smtp { hello, ..relay }).starts_with("`smtp.hello` is `two words`"));
}
