//! Values that are written in more than one way, or read later: texts of spans and sizes, one or many. Each
//! describes itself for the schema too.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::ByChannel;
use crate::domain::spelled;

/// Texts that are read later, each with a word for what it should be.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $wanted:literal $pattern:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub(in crate::config) struct $name(pub String);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                spelled(deserializer, $wanted, |text| Some($name(text.to_owned())))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn inline_schema() -> bool {
                true
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    )*};
}

texts! {
    /// A span of time.
    SpanText "a span such as `\"30s\"`" r"^\s*(\d+\s*(h|m|s|ms)\s*)+$";
    /// A size in bytes.
    SizeText "a size such as `\"512MiB\"`" r"^\s*\d+\s*(KiB|MiB|GiB|TiB)$";
}

/// One span for every channel, or one for each.
#[derive(Clone, Debug)]
pub(in crate::config) enum OfferTimeout {
    All(SpanText),
    Each(ByChannel<SpanText>),
}

impl<'de> Deserialize<'de> for OfferTimeout {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = OfferTimeout;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a span such as `\"30s\"`, or a table of them by channel")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<OfferTimeout, E> {
                Ok(OfferTimeout::All(SpanText(text.to_owned())))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OfferTimeout, A::Error> {
                ByChannel::deserialize(MapAccessDeserializer::new(map)).map(OfferTimeout::Each)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl JsonSchema for OfferTimeout {
    fn schema_name() -> Cow<'static, str> {
        "OfferTimeout".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let all = generator.subschema_for::<SpanText>();
        let each = generator.subschema_for::<ByChannel<SpanText>>();
        json_schema!({ "anyOf": [all, each] })
    }
}

/// One text or a list of them.
#[derive(Clone, Debug)]
pub(in crate::config) struct OneOrMany<T> {
    pub items: Vec<T>,
    /// Whether a list was written, so that a place in it can be told.
    pub listed: bool,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OneOrMany<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<OneOrMany<T>, E> {
                let item = T::deserialize(text.into_deserializer())?;
                Ok(OneOrMany { items: vec![item], listed: false })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<OneOrMany<T>, A::Error> {
                let items = Vec::deserialize(SeqAccessDeserializer::new(list))?;
                Ok(OneOrMany { items, listed: true })
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany_{}", T::schema_name()).into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        let many = generator.subschema_for::<Vec<T>>();
        json_schema!({ "anyOf": [one, many] })
    }
}
