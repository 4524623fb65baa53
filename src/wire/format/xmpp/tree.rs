//! A stanza as a tree. There are no document types, no entities but the five that XML knows, no instructions; depth and
//! number of elements are bounded.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use crate::wire::canonical::Fault;

const DEPTH_MAX: usize = 32;
const ELEMENTS_MAX: usize = 2_000;
const ATTRIBUTES_MAX: usize = 64;
const BYTES_MAX: usize = crate::wire::limits::CANONICAL_BYTES_MAX;
/// A sentence that repeats nothing of the stanza.
const BROKEN: Fault = ("not_xml", "it is not a well-formed stanza");

/// An element with what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub name: String,
    pub space: String,
    attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// An attribute; an empty one is none.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The first child of this name and namespace.
    pub fn child(&self, name: &str, space: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name && child.space == space)
    }

    /// The first child of this name, whatever its namespace: for stanzas, whose own namespace is not always told.
    pub fn plain(&self, name: &str) -> Option<&Element> {
        self.children
            .iter()
            .find(|child| child.name == name && (child.space == self.space || child.space.is_empty()))
    }
}

/// The one element of a text.
pub(super) fn parse(body: &[u8]) -> Result<Element, Fault> {
    if body.len() > BYTES_MAX {
        return Err(("too_large", "the body has over 1 MiB"));
    }
    let text = std::str::from_utf8(body).map_err(|_| ("not_xml", "it is not UTF-8"))?;
    let mut reader = NsReader::from_str(text.trim());
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    for _ in 0..ELEMENTS_MAX * 4 {
        let event = reader.read_event().map_err(|_| BROKEN)?;
        match event {
            Event::Start(start) => {
                if open.len() >= DEPTH_MAX || root.is_some() {
                    return Err(("too_deep", "it is nested too deeply or has several roots"));
                }
                let element = element(&reader, &start)?;
                open.push(element);
            }
            Event::Empty(start) => {
                let element = element(&reader, &start)?;
                close(&mut open, &mut root, element)?;
            }
            Event::End(_) => {
                let element = open.pop().ok_or(BROKEN)?;
                close(&mut open, &mut root, element)?;
            }
            Event::Text(text) => push(&mut open, &text.xml10_content()),
            Event::CData(text) => push(&mut open, &text.xml10_content()),
            Event::GeneralRef(name) => {
                let char = name.resolve_char_ref().map_err(|_| BROKEN)?;
                let known = match name.xml10_content().as_ref() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => None,
                };
                let char = char.or(known).ok_or(("not_xml", "it names an entity"))?;
                push(&mut open, char.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) | Event::PI(_) => return Err(("not_xml", "it holds what no stanza may hold")),
            Event::Comment(_) | Event::Decl(_) => {}
            Event::Eof => return if open.is_empty() { root.ok_or(BROKEN) } else { Err(BROKEN) },
        }
    }
    Err(("too_many", "it has too many elements"))
}

fn push(open: &mut [Element], text: &str) {
    if let Some(last) = open.last_mut() {
        last.text.push_str(text);
    }
}

fn close(open: &mut [Element], root: &mut Option<Element>, element: Element) -> Result<(), Fault> {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None if root.is_none() => *root = Some(element),
        None => return Err(BROKEN),
    }
    Ok(())
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, Fault> {
    let (space, local) = reader.resolver().resolve_element(start.name());
    let space = match space {
        ResolveResult::Bound(space) => space.as_ref().to_owned(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(_) => return Err(BROKEN),
    };
    let mut attributes = Vec::new();
    // Looking for doubles takes the square of their number.
    for attribute in start.attributes().with_checks(false) {
        if attributes.len() == ATTRIBUTES_MAX {
            return Err(("too_many", "an element has too many attributes"));
        }
        let attribute = attribute.map_err(|_| BROKEN)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| BROKEN)?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name: local.as_ref().to_owned(), space, attributes, ..Element::default() })
}
