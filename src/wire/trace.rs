//! The trace context of whoever caused a record: it passes through, so that a backend's trace goes on in
//! what its message or command led to (W3C Trace Context, `traceparent`).

use std::fmt;

/// A `traceparent` of version 00: `00-<32 hex>-<16 hex>-<2 hex>`. Nothing else passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traceparent(String);

impl Traceparent {
    /// The header's name, and the attribute's.
    pub const NAME: &str = "traceparent";

    /// Reads a header. `None` when it is not of the form, or names no trace.
    pub fn parse(text: &str) -> Option<Traceparent> {
        let mut parts = text.split('-');
        let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let formed = parts.next().is_none()
            && version == "00"
            && is_hex(trace, 32)
            && is_hex(parent, 16)
            && is_hex(flags, 2);
        let named = trace.bytes().any(|byte| byte != b'0') && parent.bytes().any(|byte| byte != b'0');
        (formed && named).then(|| Traceparent(text.to_owned()))
    }

    /// As it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Traceparent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_passes_in_its_one_form_alone() {
        let whole = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(Traceparent::parse(whole).map(|trace| trace.to_string()).as_deref(), Some(whole));
        for wrong in [
            "",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-\"}",
        ] {
            assert_eq!(Traceparent::parse(wrong), None, "{wrong}");
        }
    }
}
