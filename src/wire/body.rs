//! A body that does not lie in its input message but in the site's bucket of bodies: what the header
//! `Switchboard-Body` says of it, both ways.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::limits::BODY_BYTES_MAX;

/// Where a body lies and how it is known again: `sha256=<64 hex digits>; size=<bytes>`. The digits are its
/// name in the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyRef {
    name: String,
    size: usize,
}

/// Why a text is no reference. It repeats nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyRefFault {
    /// Not of the form.
    #[error("its body is not named as `sha256=<64 lower case hex digits>; size=<bytes>`")]
    Form,
    /// Larger than anything that is taken.
    #[error("its body is said to be larger than {BODY_BYTES_MAX} bytes")]
    TooLarge,
}

impl BodyRef {
    /// The header that names a body.
    pub const HEADER: &str = "Switchboard-Body";

    /// The reference to these bytes.
    pub fn of(body: &[u8]) -> BodyRef {
        BodyRef { name: HEXLOWER.encode(&Sha256::digest(body)), size: body.len() }
    }

    /// Its name in the bucket.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes it has, at most [`BODY_BYTES_MAX`] when it was read from a header.
    pub fn size(&self) -> usize {
        self.size
    }
}

impl fmt::Display for BodyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256={}; size={}", self.name, self.size)
    }
}

impl FromStr for BodyRef {
    type Err = BodyRefFault;

    fn from_str(text: &str) -> Result<BodyRef, BodyRefFault> {
        let (digest, size) = text.split_once(';').ok_or(BodyRefFault::Form)?;
        let name = digest.trim().strip_prefix("sha256=").ok_or(BodyRefFault::Form)?;
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if name.len() != 64 || !name.bytes().all(hex) {
            return Err(BodyRefFault::Form);
        }
        let digits = size.trim().strip_prefix("size=").ok_or(BodyRefFault::Form)?;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BodyRefFault::Form);
        }
        // Too many digits for a number are too many bytes, too.
        let size = digits.parse().unwrap_or(usize::MAX);
        if size > BODY_BYTES_MAX {
            return Err(BodyRefFault::TooLarge);
        }
        Ok(BodyRef { name: name.to_owned(), size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let body = BodyRef::of(b"a large mail");
        assert_eq!(body.to_string().parse(), Ok(body.clone()));
        assert_eq!((body.name().len(), body.size()), (64, 12));
    }

    #[test]
    fn what_is_not_of_the_form_is_refused() {
        let name = "0".repeat(64);
        for wrong in [
            String::new(),
            name.clone(),
            format!("sha256={name}"),
            format!("sha256={name}; size="),
            format!("sha256={name}; size=+1"),
            format!("sha256={}; size=1", "0".repeat(63)),
            format!("sha256={}; size=1", "A".repeat(64)),
            format!("md5={name}; size=1"),
        ] {
            assert_eq!(wrong.parse::<BodyRef>(), Err(BodyRefFault::Form), "{wrong}");
        }
        for size in [format!("{}", BODY_BYTES_MAX + 1), "9".repeat(40)] {
            let text = format!("sha256={name}; size={size}");
            assert_eq!(text.parse::<BodyRef>(), Err(BodyRefFault::TooLarge), "{size}");
        }
    }
}
