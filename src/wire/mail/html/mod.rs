//! stub
pub(crate) struct Text { pub text: String, pub steps: u64 }
pub(crate) fn text(html: &str) -> Text { Text { text: html.into(), steps: 0 } }
pub(crate) fn reply(html: &str) -> String { html.into() }
