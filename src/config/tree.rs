//! The merged file as a tree that converts nothing: a text is never a number and a number never a text,
//! unlike with the deserializer of the `config` crate. A node that was refused can be pruned, so that
//! reading goes on behind it and finds the next fault too.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

/// A value of the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// Refused: to be read as if it were not there.
    Pruned,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Table(BTreeMap<String, Node>),
}

/// One step from a table or a list into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a table.
    Key(String),
    /// Into a list: the place among what is not pruned.
    Place(usize),
}

impl Node {
    /// Takes the node at the end of the steps out of the tree and names its place in the file.
    pub(super) fn prune(&mut self, at: &str, steps: &[Step]) -> (String, Node) {
        let [first, rest @ ..] = steps else {
            return (at.to_owned(), std::mem::replace(self, Node::Pruned));
        };
        match self.step(first) {
            Some((name, inner)) => inner.prune(&format!("{at}{name}"), rest),
            // Serde named a place that is not there: nothing to take, and the caller stops at that.
            None => (at.to_owned(), Node::Pruned),
        }
    }

    /// What it is, in our words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Node::Pruned => "nothing",
            Node::Bool(_) => "a boolean",
            Node::Int(_) => "a whole number",
            Node::Float(_) => "a fraction",
            Node::Text(_) => "a text",
            Node::List(_) => "a list",
            Node::Table(_) => "a table",
        }
    }

    fn step(&mut self, step: &Step) -> Option<(String, &mut Node)> {
        match (self, step) {
            (Node::Table(table), Step::Key(key)) => {
                table.get_mut(key).map(|node| (format!(".{}", spell_key(key)), node))
            }
            (Node::List(list), Step::Place(place)) => {
                let kept = list.iter_mut().enumerate().filter(|(_, node)| **node != Node::Pruned);
                kept.map(|(index, node)| (format!("[{index}]"), node)).nth(*place)
            }
            _ => None,
        }
    }
}

/// A key as one would write it.
pub(super) fn spell_key(key: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !key.is_empty() && key.bytes().all(bare) { key.to_owned() } else { format!("{key:?}") }
}

impl From<config::Value> for Node {
    fn from(value: config::Value) -> Node {
        use config::ValueKind;
        match value.kind {
            ValueKind::Nil => Node::Pruned,
            ValueKind::Boolean(value) => Node::Bool(value),
            ValueKind::I64(value) => Node::Int(value),
            // TOML has no wider ones. Where another source had, every limit of ours is nearer than this.
            ValueKind::I128(value) => Node::Int(i64::try_from(value).unwrap_or(i64::MAX)),
            ValueKind::U64(value) => Node::Int(i64::try_from(value).unwrap_or(i64::MAX)),
            ValueKind::U128(value) => Node::Int(i64::try_from(value).unwrap_or(i64::MAX)),
            ValueKind::Float(value) => Node::Float(value),
            ValueKind::String(value) => Node::Text(value),
            ValueKind::Array(list) => Node::List(list.into_iter().map(Node::from).collect()),
            ValueKind::Table(table) => {
                Node::Table(table.into_iter().map(|(key, value)| (key, Node::from(value))).collect())
            }
        }
    }
}

/// Why a node cannot be what is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A key that its table does not know.
    Key { key: String, known: &'static [&'static str] },
    /// A word that is none of the known ones.
    Word { word: String, known: &'static [&'static str] },
    /// A value of another type. What was found is not kept, since it may be a secret.
    Type { wanted: String },
    /// Anything else that serde says.
    Other(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Key { key, .. } => write!(f, "unknown key `{key}`"),
            Refusal::Word { word, .. } => write!(f, "unknown word `{word}`"),
            Refusal::Type { wanted } => write!(f, "it is not {wanted}"),
            Refusal::Other(sentence) => f.write_str(sentence),
        }
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(sentence: T) -> Self {
        Refusal::Other(sentence.to_string())
    }

    fn invalid_type(_found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Refusal::Type { wanted: spell_wanted(&wanted.to_string()) }
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Refusal::Word { word: word.to_owned(), known }
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Refusal::Key { key: key.to_owned(), known }
    }
}

/// Serde's word for what it wanted, in ours.
fn spell_wanted(wanted: &str) -> String {
    match wanted {
        "i64" => "a whole number".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "a string" | "string or map" => "a text".to_owned(),
        "a sequence" => "a list".to_owned(),
        other if other == "a map" || other.starts_with("struct ") => "a table".to_owned(),
        other => other.to_owned(),
    }
}

/// A node for serde.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strict<'de>(pub(super) &'de Node);

impl<'de> IntoDeserializer<'de, Refusal> for Strict<'de> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Strict<'de> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.0 {
            Node::Pruned => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Int(value) => visitor.visit_i64(*value),
            Node::Float(value) => visitor.visit_f64(*value),
            Node::Text(value) => visitor.visit_borrowed_str(value),
            Node::List(list) => {
                let kept = list.iter().filter(|node| **node != Node::Pruned);
                visitor.visit_seq(SeqDeserializer::new(kept.map(Strict)))
            }
            Node::Table(table) => {
                let kept = table.iter().filter(|(_, node)| **node != Node::Pruned);
                visitor.visit_map(MapDeserializer::new(kept.map(|(key, node)| (key.as_str(), Strict(node)))))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match self.0 {
            Node::Text(word) => word.as_str().into_deserializer().deserialize_enum(name, words, visitor),
            _ => Err(Refusal::Type { wanted: "a text".to_owned() }),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}
