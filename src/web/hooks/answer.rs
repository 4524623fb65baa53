//! What each provider takes for "it is stored". Whatever else stands in an answer is read by somebody as an order.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::domain::Format;

/// After how many seconds a provider may try again.
const RETRY_AFTER: &str = "5";
/// No order for Twilio: nothing is sent back.
const NO_TWIML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response/>\n";

/// The answer to what is stored.
pub(super) fn of(format: Format, body: &[u8]) -> Response {
    match format {
        Format::Twilio => typed("text/xml; charset=utf-8", NO_TWIML.to_owned()),
        Format::Matrix => json(&json!({})),
        Format::Discord => discord(body),
        _ => bare(StatusCode::OK),
    }
}

/// Who is served by an interaction waits for an answer: it will come later. An event has none.
fn discord(body: &[u8]) -> Response {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let is_interaction = body["type"].as_i64().is_some_and(|kind| kind >= 2) && body["token"].is_string();
    if is_interaction { json(&json!({ "type": 5 })) } else { taken() }
}

/// What Discord hears of an event: it wants to see a type even where nothing is said.
pub(super) fn taken() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (StatusCode::NO_CONTENT, headers, Body::empty()).into_response()
}

/// An answer without a word; a provider is told when to come again, and what would do.
pub(super) fn refusal(status: StatusCode, instead: Option<(HeaderName, &'static str)>) -> Response {
    let mut response = bare(status);
    if let Some((name, value)) = instead {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
    }
    if matches!(
        status,
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
    ) {
        // What is left of the body is not waited for.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

pub(super) fn bare(status: StatusCode) -> Response {
    (status, Body::empty()).into_response()
}

pub(super) fn text(text: String) -> Response {
    typed("text/plain; charset=utf-8", text)
}

pub(super) fn json(value: &Value) -> Response {
    typed("application/json", value.to_string())
}

fn typed(form: &'static str, text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, form), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, text).into_response()
}

pub(super) fn is_meta(format: Format) -> bool {
    matches!(format, Format::WhatsApp | Format::Messenger | Format::Instagram)
}
