//! One request from its first line to its answer. What can be refused by the head alone is refused before the body is
//! read.

use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::time::timeout;
use tracing::warn;

use super::answer::{self, bare};
use super::share::{Full, Piece};
use super::{BODY_TIME, Door, Ending, Hook, Input, Stored, Taken, ask, coding};
use crate::domain::{Channel, Format};
use crate::signature::{self, Notice, Refused, Scheme};

/// Where the home server of Matrix appends its calls to the address of an application service.
const MATRIX: [&str; 2] = ["/_matrix/app/v1/transactions/", "/transactions/"];
/// What it asks to see whether somebody is there.
const MATRIX_PING: &str = "/_matrix/app/v1/ping";
/// So much of a body that is not wanted is let in, and for so long: many a client reads no answer before it has sent.
const SPARED_BYTES_MAX: usize = 64 * 1_024;
const SPARED_TIME: Duration = Duration::from_millis(200);

/// What is called of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Message,
    Ping,
}

/// Why a request is refused, in a status and a word for those who count.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    word: &'static str,
    /// What would do: the methods, or the way to prove oneself.
    instead: Option<(HeaderName, &'static str)>,
}

impl From<(StatusCode, &'static str)> for Refusal {
    fn from((status, word): (StatusCode, &'static str)) -> Refusal {
        Refusal { status, word, instead: None }
    }
}

impl From<Full> for Refusal {
    fn from(full: Full) -> Refusal {
        match full {
            Full::OfSource => (StatusCode::TOO_MANY_REQUESTS, "flood").into(),
            Full::OfAll => (StatusCode::SERVICE_UNAVAILABLE, "full").into(),
        }
    }
}

type Answered = (Response, Ending);

/// A request to one of the webhooks.
struct Visit<'a> {
    door: &'a Door,
    taken: &'a Taken,
    hook: &'a Hook,
    call: Call,
    head: &'a Parts,
}

pub(super) async fn answer(door: &Door, request: Request) -> Response {
    let taken = door.taken.load_full();
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    let found = taken.hooks.iter().find_map(|hook| Some((hook, called(hook, path)?)));
    let Some((hook, call)) = found else {
        door.intake.count(None, Ending::Refused("unknown"));
        spare(&head, body).await;
        return bare(StatusCode::NOT_FOUND);
    };
    let visit = Visit { door, taken: &taken, hook, call, head: &head };
    let judged = match visit.admit(&body) {
        Ok(None) => visit.take(body).await,
        Ok(Some(answered)) => Ok(answered),
        Err(refusal) => {
            spare(&head, body).await;
            Err(refusal)
        }
    };
    let (response, ending) = match judged {
        Ok(answered) => answered,
        Err(Refusal { status, word, instead }) => (answer::refusal(status, instead), Ending::Refused(word)),
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

/// Lets a little of an unwanted body in and throws it away. Who asks first whether to send gets his answer at once.
async fn spare(head: &Parts, body: Body) {
    if head.headers.contains_key(header::EXPECT) {
        return;
    }
    let thrown_away = async {
        let mut pieces = body.into_data_stream();
        let mut count = 0_usize;
        while let Some(Ok(piece)) = pieces.next().await {
            count = count.saturating_add(piece.len());
            if count > SPARED_BYTES_MAX {
                return;
            }
        }
    };
    let _ = timeout(SPARED_TIME, thrown_away).await;
}

/// Messages are posted, but that Matrix puts them, that some providers of SMS may be set to send by GET, and that Meta
/// asks by it whether the address is ours.
fn methods(format: Format) -> (&'static [Method], &'static str) {
    match format {
        Format::Matrix => (&[Method::POST, Method::PUT], "POST, PUT"),
        Format::Vonage | Format::Twilio | Format::Plivo => (&[Method::GET, Method::POST], "GET, POST"),
        format if answer::is_meta(format) => (&[Method::GET, Method::POST], "GET, POST"),
        _ => (&[Method::POST], "POST"),
    }
}

impl Visit<'_> {
    /// What can be said before the body is there: an answer to a question that has none, a refusal, or nothing.
    fn admit(&self, body: &Body) -> Result<Option<Answered>, Refusal> {
        let format = self.hook.format;
        let (methods, allow) = methods(format);
        if !methods.contains(&self.head.method) {
            let (status, word) = (StatusCode::METHOD_NOT_ALLOWED, "method");
            return Err(Refusal { status, word, instead: Some((header::ALLOW, allow)) });
        }
        if self.is_by_get() && answer::is_meta(format) {
            let challenge = ask::meta(self.hook, self.query()).ok_or((StatusCode::FORBIDDEN, "forged"))?;
            return Ok(Some((answer::text(challenge), Ending::Answered)));
        }
        let least = body.size_hint().lower();
        if least > u64::try_from(self.taken.limits.body_bytes_max).unwrap_or(u64::MAX) {
            return Err((StatusCode::PAYLOAD_TOO_LARGE, "too_large").into());
        }
        if self.is_by_get() && least > 0 {
            // The query is what is stored, so it must be what is proved.
            return Err((StatusCode::BAD_REQUEST, "malformed").into());
        }
        self.prove(None)?;
        if coding::of(&self.head.headers).is_none() {
            return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "encoding").into());
        }
        Ok(None)
    }

    /// Reads the body, holds it against its proof, and stores it.
    async fn take(&self, body: Body) -> Result<Answered, Refusal> {
        let Visit { door, taken, hook, .. } = self;
        let (format, limits) = (hook.format, &taken.limits);
        let _request = door.requests.take(&hook.source, limits.connections, 1)?;
        let mut bytes = door.bytes.piece(&hook.source, limits.bodies_bytes_max);
        let body = self.whole(body, &mut bytes).await?;
        if self.is_by_get() && !body.is_empty() {
            return Err((StatusCode::BAD_REQUEST, "malformed").into());
        }
        self.prove(Some(&body))?;
        let body = self.unpacked(&body, &mut bytes)?;
        if self.call == Call::Ping {
            return Ok((answer::of(format, &body), Ending::Answered));
        }
        if let Some(response) = ask::asked(format, &body) {
            return Ok((response, Ending::Answered));
        }
        let notice = Notice::of(&body).filter(|_| format == Format::Aws);
        let stored = if self.is_by_get() { self.query().to_owned().into() } else { body.clone() };
        let _flying = door.flying.take(&hook.source, limits.in_flight, 1)?;
        match door.intake.put(hook, self.input(stored)).await {
            Stored::At(seq) => {
                notice.into_iter().for_each(|notice| door.intake.notice(hook, notice, seq));
                Ok((answer::of(format, &body), Ending::Stored))
            }
            Stored::Unknown => Err((StatusCode::SERVICE_UNAVAILABLE, "unavailable").into()),
            Stored::TooLarge => Err((StatusCode::PAYLOAD_TOO_LARGE, "too_large").into()),
            Stored::Unfit => Err((StatusCode::BAD_REQUEST, "unfit").into()),
        }
    }

    fn is_by_get(&self) -> bool {
        self.head.method == Method::GET
    }

    fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }

    /// The whole body, unless it is too large or takes too long. What has come of it is counted, not what is to come.
    async fn whole(&self, body: Body, held: &mut Piece<'_>) -> Result<Bytes, Refusal> {
        let max = self.taken.limits.body_bytes_max;
        let gathered = async {
            let mut pieces = body.into_data_stream();
            let mut whole = Vec::new();
            while let Some(piece) = pieces.next().await {
                let piece = piece.map_err(|_| (StatusCode::BAD_REQUEST, "broken"))?;
                if piece.len() > max.saturating_sub(whole.len()) {
                    return Err(Refusal::from((StatusCode::PAYLOAD_TOO_LARGE, "too_large")));
                }
                held.grow(piece.len())?;
                whole.extend_from_slice(&piece);
            }
            Ok(Bytes::from(whole))
        };
        let slow = |_| Refusal::from((StatusCode::REQUEST_TIMEOUT, "slow"));
        timeout(BODY_TIME, gathered).await.unwrap_or_else(|late| Err(slow(late)))
    }

    fn unpacked(&self, body: &Bytes, held: &mut Piece<'_>) -> Result<Bytes, Refusal> {
        let coding = coding::of(&self.head.headers).unwrap_or(coding::Coding::Plain);
        let plain = coding::unpack(coding, self.hook.format, body, self.taken.limits.body_bytes_max);
        let plain = plain.map_err(|why| match why {
            coding::Unpacked::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            coding::Unpacked::Broken => (StatusCode::BAD_REQUEST, "broken"),
        })?;
        if plain != body {
            held.grow(plain.len())?;
        }
        Ok(plain)
    }

    /// Holds the request against each way in which it may prove itself: its head alone, or all of it.
    fn prove(&self, body: Option<&Bytes>) -> Result<(), Refusal> {
        let Visit { door, taken, hook, head, .. } = self;
        let headers = head.headers.iter();
        let headers: Vec<(&str, &str)> =
            headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
        let path = head.uri.path_and_query().map_or(head.uri.path(), |path| path.as_str());
        let url = format!("{}{path}", taken.public_url);
        let bytes = body.map(AsRef::as_ref).unwrap_or_default();
        let request = signature::Request { url: &url, query: self.query(), headers: &headers, body: bytes };
        let now = door.intake.now();
        let mut refused = Refused::Mismatch;
        for scheme in &hook.schemes {
            let verdict =
                if body.is_some() { scheme.verify(&request, now) } else { scheme.admit(&request, now) };
            match verdict {
                Ok(()) => return Ok(()),
                Err(why) => refused = why,
            }
        }
        let word = refused.as_str();
        if hook.tells(now) {
            // Amazon signs by another certificate from time to time.
            match signature::certificate_url(bytes).filter(|_| hook.format == Format::Aws) {
                Some(url) => warn!(source = %hook.source, reason = word, %url,
                    "a webhook was called without a right signature; it names this certificate"),
                None => {
                    warn!(source = %hook.source, reason = word, "a webhook was called without a right signature");
                }
            }
        }
        // Discord asks with wrong signatures, and takes no address that has another answer.
        let is_unsigned = matches!(refused, Refused::Missing(_)) || hook.format == Format::Discord;
        if !is_unsigned {
            return Err((StatusCode::FORBIDDEN, word).into());
        }
        // Some providers send their password only to who asks for it.
        let instead = hook.schemes.iter().find_map(|scheme| match scheme {
            Scheme::Basic { .. } => {
                Some((header::WWW_AUTHENTICATE, "Basic realm=\"webhook\", charset=\"UTF-8\""))
            }
            Scheme::Bearer(_) => Some((header::WWW_AUTHENTICATE, "Bearer realm=\"webhook\"")),
            _ => None,
        });
        Err(Refusal { status: StatusCode::UNAUTHORIZED, word, instead })
    }

    /// A mail's envelope stands in the query, as `mail_from` and `rcpt_to`.
    fn input(&self, body: Bytes) -> Input {
        let mut input = Input { body, ..Input::default() };
        if self.hook.channel == Channel::Email {
            for (key, value) in ask::pairs(self.query()) {
                match key.as_str() {
                    "mail_from" => input.mail_from = Some(value),
                    "rcpt_to" => input.rcpt_to.push(value),
                    _ => {}
                }
            }
        }
        input
    }
}
