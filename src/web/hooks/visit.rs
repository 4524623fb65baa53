//! One request from its first line to its answer.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use bytes::Bytes;
use tokio::time::timeout;
use tracing::warn;

use super::answer::{self, bare};
use super::{BODY_TIME, Door, Ending, Hook, Input, Stored, ask};
use crate::domain::{Channel, Format};
use crate::signature::{self, Notice, Refused};

/// Where the home server of Matrix appends its calls to the address of an application service.
const MATRIX: [&str; 2] = ["/_matrix/app/v1/transactions/", "/transactions/"];
/// What it asks to see whether somebody is there.
const MATRIX_PING: &str = "/_matrix/app/v1/ping";

/// What is called of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Message,
    Ping,
}

pub(super) async fn answer(door: &Door, request: Request) -> Response {
    let found = door.hooks.iter().find_map(|hook| Some((hook, called(hook, request.uri().path())?)));
    let Some((hook, call)) = found else {
        door.intake.count(None, Ending::Refused("unknown"));
        return bare(StatusCode::NOT_FOUND);
    };
    let (response, ending) = match judged(door, hook, call, request).await {
        Ok(response) => response,
        Err((status, word)) => (answer::refusal(status), Ending::Refused(word)),
    };
    door.intake.count(Some(hook), ending);
    response
}

fn called(hook: &Hook, path: &str) -> Option<Call> {
    let rest = path.strip_prefix(hook.path.as_str())?;
    let is_transaction = |begin: &str| rest.strip_prefix(begin).is_some_and(|id| !id.is_empty());
    match hook.format {
        Format::Matrix if MATRIX.into_iter().any(is_transaction) => Some(Call::Message),
        Format::Matrix if rest == MATRIX_PING => Some(Call::Ping),
        _ => rest.is_empty().then_some(Call::Message),
    }
}

type Refusal = (StatusCode, &'static str);

async fn judged(
    door: &Door,
    hook: &Hook,
    call: Call,
    request: Request,
) -> Result<(Response, Ending), Refusal> {
    let (head, body) = request.into_parts();
    let by_get = head.method == Method::GET;
    let query = head.uri.query().unwrap_or_default();
    if by_get && answer::is_meta(hook.format) {
        let challenge = ask::meta(hook, query).ok_or((StatusCode::FORBIDDEN, "forged"))?;
        return Ok((answer::text(challenge), Ending::Answered));
    }
    if !is_allowed(hook.format, &head.method) {
        return Err((StatusCode::METHOD_NOT_ALLOWED, "method"));
    }
    let body = whole(door, body).await?;
    if by_get && !body.is_empty() {
        // The query is what is stored, so it must be what is proved.
        return Err((StatusCode::BAD_REQUEST, "malformed"));
    }
    prove(door, hook, &head.uri, &head.headers, &body)?;
    if call == Call::Ping {
        return Ok((answer::of(hook.format, &body), Ending::Answered));
    }
    if let Some(response) = ask::asked(hook.format, &body) {
        return Ok((response, Ending::Answered));
    }
    if let Some(notice) = Notice::of(&body).filter(|_| hook.format == Format::Aws) {
        door.intake.notice(hook, notice);
        return Ok((bare(StatusCode::OK), Ending::Answered));
    }
    let input = input(hook, query, if by_get { query.to_owned().into() } else { body.clone() });
    match door.intake.put(hook, input).await {
        Stored::Yes => Ok((answer::of(hook.format, &body), Ending::Stored)),
        Stored::Unknown => Err((StatusCode::SERVICE_UNAVAILABLE, "unavailable")),
        Stored::TooLarge => Err((StatusCode::PAYLOAD_TOO_LARGE, "too_large")),
        Stored::Unfit => Err((StatusCode::BAD_REQUEST, "unfit")),
    }
}

/// Messages are posted, but that Matrix puts them, and that some providers of SMS may be set to send by GET.
fn is_allowed(format: Format, method: &Method) -> bool {
    let by_get = matches!(format, Format::Vonage | Format::Twilio | Format::Plivo);
    method == Method::POST
        || method == Method::PUT && format == Format::Matrix
        || method == Method::GET && by_get
}

/// The whole body, unless it is too large or takes too long.
async fn whole(door: &Door, body: axum::body::Body) -> Result<Bytes, Refusal> {
    let max = door.limits.body_bytes_max;
    match timeout(BODY_TIME, to_bytes(body, max)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(fault)) if is_too_long(&fault) => Err((StatusCode::PAYLOAD_TOO_LARGE, "too_large")),
        Ok(Err(_)) => Err((StatusCode::BAD_REQUEST, "broken")),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "slow")),
    }
}

fn is_too_long(fault: &axum::Error) -> bool {
    // The limit's own error is not named in axum; what else may go wrong comes from hyper.
    let mut at: Option<&dyn std::error::Error> = Some(fault);
    while let Some(fault) = at {
        if fault.is::<hyper::Error>() {
            return false;
        }
        at = fault.source();
    }
    true
}

/// Holds the request against each way in which it may prove itself.
fn prove(door: &Door, hook: &Hook, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Result<(), Refusal> {
    let headers: Vec<(&str, &str)> =
        headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let path = uri.path_and_query().map_or(uri.path(), |path| path.as_str());
    let url = format!("{}{path}", door.public_url);
    let query = uri.query().unwrap_or_default();
    let request = signature::Request { url: &url, query, headers: &headers, body };
    let now = door.intake.now();
    let mut refused = Refused::Mismatch;
    for scheme in &hook.schemes {
        match scheme.verify(&request, now) {
            Ok(()) => return Ok(()),
            Err(why) => refused = why,
        }
    }
    let word = refused.as_str();
    if hook.tells(now) {
        // Amazon signs by another certificate from time to time.
        match signature::certificate_url(body).filter(|_| hook.format == Format::Aws) {
            Some(url) => warn!(source = %hook.source, reason = word, %url,
                "a webhook was called without a right signature; it names this certificate"),
            None => {
                warn!(source = %hook.source, reason = word, "a webhook was called without a right signature");
            }
        }
    }
    // Discord asks with wrong signatures, and takes no address that has another answer.
    let is_unsigned = matches!(refused, Refused::Missing(_)) || hook.format == Format::Discord;
    Err((if is_unsigned { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN }, word))
}

/// A mail's envelope stands in the query, as `mail_from` and `rcpt_to`.
fn input(hook: &Hook, query: &str, body: Bytes) -> Input {
    let mut input = Input { body, ..Input::default() };
    if hook.channel == Channel::Email {
        for (key, value) in ask::pairs(query) {
            match key.as_str() {
                "mail_from" => input.mail_from = Some(value),
                "rcpt_to" => input.rcpt_to.push(value),
                _ => {}
            }
        }
    }
    input
}
