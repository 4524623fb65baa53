//! Bodies that were packed for their way: Apple packs all of its own. A proof is over the bytes that were sent, what
//! is stored is what they say.

use std::io::Read;

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use crate::domain::Format;

/// How gzip begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Plain,
    Gzip,
}

/// Why a body cannot be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unpacked {
    TooLarge,
    Broken,
}

/// What the headers say; `None` where it is a way that is not known, or several.
pub(super) fn of(headers: &HeaderMap) -> Option<Coding> {
    let mut written = headers.get_all(header::CONTENT_ENCODING).iter();
    let (Some(word), None) = (written.next(), written.next()) else {
        return headers.get(header::CONTENT_ENCODING).is_none().then_some(Coding::Plain);
    };
    match word.to_str().ok()?.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Some(Coding::Plain),
        "gzip" | "x-gzip" => Some(Coding::Gzip),
        _ => None,
    }
}

/// What a body says, of so many bytes at most. Apple's are packed whether or not their headers say so.
pub(super) fn unpack(coding: Coding, format: Format, body: &Bytes, max: usize) -> Result<Bytes, Unpacked> {
    let is_packed = coding == Coding::Gzip || format == Format::Apple && body.starts_with(&GZIP);
    if !is_packed || body.is_empty() {
        return Ok(body.clone());
    }
    let mut plain = Vec::new();
    let room = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(body.as_ref()).take(room).read_to_end(&mut plain).map_err(|_| Unpacked::Broken)?;
    if plain.len() > max { Err(Unpacked::TooLarge) } else { Ok(plain.into()) }
}
