//! Values that are spelled as a text, read without the heap: a journal record holds ten of them, and the derived form
//! would allocate each.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};

/// Reads a text that `read` understands. `wanted` says what it should be.
pub fn spelled<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    wanted: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(Spelled { wanted, read, value: PhantomData })
}

struct Spelled<R, T> {
    wanted: &'static str,
    read: R,
    value: PhantomData<T>,
}

impl<R: Fn(&str) -> Option<T>, T> Visitor<'_> for Spelled<R, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}
