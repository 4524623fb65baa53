//! Who a mail is from and for, as mail servers hand it over: in arguments, or in a variable where a server lets no
//! word of a stranger into a command.

use std::ffi::{OsStr, OsString};

use clap::Args;

use super::login::Hindrance;

/// The envelope of a mail, but for the recipients behind the file.
#[derive(Debug, Args)]
pub(super) struct EnvelopeArgs {
    /// The envelope sender of a mail; empty, or `<>`, for a bounce.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "mail_from_env")]
    mail_from: Option<OsString>,
    /// The environment variable that has the envelope sender: `SENDER` in a pipe of Exim.
    #[arg(long, value_name = "VARIABLE")]
    mail_from_env: Option<OsString>,
    /// An envelope recipient of a mail; it may be repeated.
    #[arg(long, value_name = "ADDRESS")]
    rcpt_to: Vec<OsString>,
}

impl EnvelopeArgs {
    /// The envelope sender; none where nothing names one, empty for a bounce.
    pub(super) fn sender(&self) -> Result<Option<String>, Hindrance> {
        let Some(variable) = &self.mail_from_env else { return Ok(self.mail_from.as_deref().map(bare)) };
        #[expect(clippy::disallowed_methods, reason = "the sender of this one mail, not configuration")]
        let value = std::env::var_os(variable);
        // Without it a bounce could not be told from a mail whose server forgot to say.
        let missing = || {
            Hindrance::Config(format!("there is no variable `{}` with a sender", variable.to_string_lossy()))
        };
        value.as_deref().map(bare).map(Some).ok_or_else(missing)
    }

    /// The envelope recipients, then these.
    pub(super) fn recipients(&self, more: &[OsString]) -> Vec<String> {
        self.rcpt_to.iter().chain(more).map(|address| bare(address)).filter(|to| !to.is_empty()).collect()
    }
}

/// An address without the brackets of SMTP. Bytes that are no UTF-8 are replaced: to wait for better ones would only
/// make the mail bounce in days.
fn bare(address: &OsStr) -> String {
    let text = address.to_string_lossy();
    let text = text.trim_matches(' ');
    text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn an_address_is_taken_in_every_form_that_a_mail_server_gives_it() {
        let read = |bytes: &[u8]| bare(OsStr::from_bytes(bytes));
        assert_eq!(read(b"jo@example.net"), "jo@example.net");
        assert_eq!(read(b"<jo@example.net>"), "jo@example.net");
        assert_eq!(read(b"<>"), "");
        assert_eq!(read(b""), "");
        assert_eq!(read(b"\"a b\"@example.net"), "\"a b\"@example.net");
        assert_eq!(read("jó@example.net".as_bytes()), "jó@example.net");
        assert_eq!(read(b"j\xf3@example.net"), "j\u{fffd}@example.net");
        // Kept, so that it is refused as what it is.
        assert_eq!(read(b"jo@example.net\r\nX: y"), "jo@example.net\r\nX: y");
    }

    #[test]
    fn a_variable_that_is_not_there_is_no_bounce() {
        let args = EnvelopeArgs {
            mail_from: None,
            mail_from_env: Some("SWITCHBOARD_TEST_NO_SUCH_SENDER".into()),
            rcpt_to: vec!["a@example.org".into()],
        };
        assert!(matches!(args.sender(), Err(Hindrance::Config(_))));
        assert_eq!(args.recipients(&["-b@example.org".into()]), ["a@example.org", "-b@example.org"]);
    }
}
