//! Secrets that are sent along: tokens and passwords.

use super::compare::{base64, same};
use super::{Refused, Request, Secret};

/// A header that is the token.
pub(super) fn header(request: &Request<'_>, name: &'static str, token: &Secret) -> Result<(), Refused> {
    same(request.header(name)?.as_bytes(), token.bytes())
}

/// What stands behind the scheme in `Authorization`, whose name may be in any case.
pub(super) fn credentials<'a>(request: &Request<'a>, scheme: &str) -> Result<&'a str, Refused> {
    let written = request.header("authorization")?;
    let (known, rest) = written.trim().split_once(' ').ok_or(Refused::Malformed)?;
    if known.eq_ignore_ascii_case(scheme) { Ok(rest.trim()) } else { Err(Refused::Malformed) }
}

/// A bearer's token. Where there is no such header, the query may have it.
pub(super) fn bearer(request: &Request<'_>, token: &Secret) -> Result<(), Refused> {
    match credentials(request, "bearer") {
        Ok(given) => same(given.as_bytes(), token.bytes()),
        Err(Refused::Missing(name)) => {
            let mut pairs = form_urlencoded::parse(request.query.as_bytes());
            let given = pairs.find(|(key, _)| key == "access_token");
            let (_, given) = given.ok_or(Refused::Missing(name))?;
            same(given.as_bytes(), token.bytes())
        }
        Err(refused) => Err(refused),
    }
}

/// User and password. Both are looked at, whatever became of the first.
pub(super) fn basic(request: &Request<'_>, user: &str, password: &Secret) -> Result<(), Refused> {
    let given = base64(credentials(request, "basic")?)?;
    let colon = given.iter().position(|byte| *byte == b':').ok_or(Refused::Malformed)?;
    let (name, rest) = given.split_at(colon);
    let word = rest.get(1..).unwrap_or_default();
    let verdicts = [same(name, user.as_bytes()), same(word, password.bytes())];
    verdicts.into_iter().collect()
}
