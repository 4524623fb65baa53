//! The dialog with a relay, step by step. The library knows how to say each step; which one it was that failed
//! is what decides whether the mail may have left, so the steps are walked here.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use secrecy::ExposeSecret;

use crate::config::SmtpSecurity;
use crate::shell::fault;

use super::compose::Mail;
use super::relay::Relay;

/// How long a relay may take to say goodbye.
const PARTING_MAX: Duration = Duration::from_secs(1);

/// How far a dialog has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Reaching the relay, its greeting, and encryption from the first byte.
    Connect,
    /// From STARTTLS to the second greeting.
    Encrypt,
    /// User and password.
    Login,
    /// MAIL, RCPT and DATA, until the body may be sent.
    Envelope,
    /// The body is on its way: from here on the relay may have the mail.
    Body,
}

/// Why a dialog did not end well.
#[derive(Debug)]
pub(super) enum Broken {
    /// The library or the relay said so.
    Said(Error),
    /// The relay answered what does not fit the question: it speaks something else.
    Odd(String),
    /// The relay offers no STARTTLS, and we do not speak in the clear.
    NoStarttls,
    /// The mail has letters that this relay cannot carry.
    NoUtf8,
    /// No recipient was taken; what the relay said of each.
    NoRecipient(Vec<Error>),
}

impl From<Error> for Broken {
    fn from(fault: Error) -> Broken {
        Broken::Said(fault)
    }
}

/// What a relay answered to the body.
#[derive(Debug)]
pub(super) struct Taken {
    /// Its words.
    pub response: Response,
    /// Recipients that it took.
    pub taken: Vec<Address>,
    /// What it said of those that it did not take.
    pub refused: Vec<Error>,
}

/// One mail over one connection, up to what the relay answered to its body. `step` tells how far it came, also
/// where this is dropped in the middle. The connection is given back while it stands, for [`part`].
pub(super) async fn hold(
    relay: &Relay,
    mail: &Mail,
    step: &mut Step,
) -> (Result<Taken, Broken>, Option<AsyncSmtpConnection>) {
    let mut connection = match connect(relay, step).await {
        Ok(connection) => connection,
        Err(broken) => return (Err(broken), None),
    };
    let taken = converse(&mut connection, relay, mail, step).await;
    let stands = match &taken {
        Ok(_) | Err(Broken::NoUtf8 | Broken::NoRecipient(_)) => true,
        Err(Broken::Said(fault)) => fault.status().is_some(),
        Err(Broken::Odd(_) | Broken::NoStarttls) => false,
    };
    (taken, Some(connection).filter(|_| stands))
}

/// Says goodbye. What the relay makes of it changes nothing.
pub(super) async fn part(mut connection: AsyncSmtpConnection) {
    // An answer within the limit lets the relay forget us in good order.
    let _ = tokio::time::timeout(PARTING_MAX, connection.quit()).await;
}

async fn connect(relay: &Relay, step: &mut Step) -> Result<AsyncSmtpConnection, Broken> {
    // One of several addresses that does not answer must not take the time of the others.
    let each = relay.timeout / 4;
    let first = relay.tls.clone().filter(|_| relay.security == SmtpSecurity::Tls);
    let server = (relay.host.as_str(), relay.port);
    let mut connection =
        AsyncSmtpConnection::connect_tokio1(server, Some(each), &relay.hello, first, None).await?;
    if let Some(tls) = relay.tls.clone().filter(|_| relay.security == SmtpSecurity::Starttls) {
        *step = Step::Encrypt;
        if !connection.can_starttls() {
            return Err(Broken::NoStarttls);
        }
        connection.starttls(tls, &relay.hello).await?;
    }
    Ok(connection)
}

async fn converse(
    connection: &mut AsyncSmtpConnection,
    relay: &Relay,
    mail: &Mail,
    step: &mut Step,
) -> Result<Taken, Broken> {
    if let Some((user, password)) = &relay.login {
        *step = Step::Login;
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
    }
    *step = Step::Envelope;
    let parameters = parameters(connection, mail)?;
    expect(connection.command(MailFrom::new(mail.envelope.from().cloned(), parameters)).await?, 250)?;
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for address in mail.envelope.to() {
        match connection.command(Rcpt::new(address.clone(), Vec::new())).await {
            Ok(_) => taken.push(address.clone()),
            // An answer came, so the connection stands: the others may be taken.
            Err(fault) if fault.status().is_some() => refused.push(fault),
            Err(fault) => return Err(Broken::Said(fault)),
        }
    }
    if taken.is_empty() {
        return Err(Broken::NoRecipient(refused));
    }
    expect(connection.command(Data).await?, 354)?;
    *step = Step::Body;
    // The library ends the last line by itself.
    let bytes = mail.bytes.strip_suffix(b"\r\n").unwrap_or(&mail.bytes);
    let response = fault::sent("mail_sent", connection.message(bytes)).await?;
    Ok(Taken { response: expect(response, 250)?, taken, refused })
}

/// What is said beside the sender.
fn parameters(connection: &AsyncSmtpConnection, mail: &Mail) -> Result<Vec<MailParameter>, Broken> {
    if !mail.needs_utf8() {
        return Ok(Vec::new());
    }
    let knows = |feature| connection.server_info().supports_feature(feature);
    if !knows(Extension::SmtpUtfEight) || !knows(Extension::EightBitMime) {
        return Err(Broken::NoUtf8);
    }
    Ok(vec![MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)])
}

/// An answer with exactly this code. Another positive one means that questions and answers have come apart.
fn expect(response: Response, code: u16) -> Result<Response, Broken> {
    if response.has_code(code) {
        return Ok(response);
    }
    Err(Broken::Odd(format!("the relay answered {} where {code} was due", response.code())))
}
