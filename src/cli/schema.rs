//! `switchboard schema`: the interface as JSON Schema and AsyncAPI, as this very build speaks it.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::exit;
use super::output::{fail, say};
use crate::config::{self, nearest};
use crate::wire::{asyncapi, schema};

/// The name of the schema of the configuration, which is no part of the interface.
const CONFIG: &str = "config";

/// Print a JSON Schema of an event, command, query, input or the configuration; without a name, list them.
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Which one, as `event.offer.made` or `config`; without it the names are listed.
    name: Option<String>,
    /// The draft of JSON Schema in which `config` is printed: 7 is what editors read.
    #[arg(long, value_enum, default_value_t = Draft::Seven)]
    draft: Draft,
    /// Print the AsyncAPI document, which says what goes by which subject.
    #[arg(long, conflicts_with = "name")]
    asyncapi: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Draft {
    #[value(name = "7")]
    Seven,
    #[value(name = "2020-12")]
    Of2020,
}

impl Schema {
    /// Exits 0, or 2 where there is no schema of that name.
    pub(super) fn run(self) -> ExitCode {
        match self.text() {
            Ok(text) => {
                say(&text);
                ExitCode::SUCCESS
            }
            Err(sentence) => fail(exit::USAGE, &sentence),
        }
    }

    fn text(&self) -> Result<String, String> {
        let schemas = schema::schemas();
        match &self.name {
            _ if self.asyncapi => Ok(pretty(&asyncapi::document())),
            Some(name) if name == CONFIG => Ok(pretty(&config::schema(match self.draft {
                Draft::Seven => config::Draft::Seven,
                Draft::Of2020 => config::Draft::Of2020,
            }))),
            Some(name) => find(&schemas, name).map(pretty).ok_or_else(|| unknown(&schemas, name)),
            None => Ok(names(&schemas).chain([CONFIG]).collect::<Vec<_>>().join("\n")),
        }
    }
}

fn find<'a>(schemas: &'a [(String, Value)], wanted: &str) -> Option<&'a Value> {
    schemas.iter().find(|(name, _)| name == wanted).map(|(_, schema)| schema)
}

/// A word alone, as `offer.made`, is meant for the first kind that has it.
fn unknown(schemas: &[(String, Value)], wanted: &str) -> String {
    let words = || names(schemas).filter_map(|name| name.split_once('.').map(|(_, word)| word));
    let of_word = |wanted: &str| {
        names(schemas).find(|name| name.split_once('.').is_some_and(|(_, word)| word == wanted))
    };
    let meant = of_word(wanted)
        .or_else(|| nearest(wanted, names(schemas)))
        .or_else(|| of_word(nearest(wanted, words())?));
    let way_out = match meant {
        Some(name) => format!("did you mean `{name}`?"),
        None => "`switchboard schema` lists the names".to_owned(),
    };
    format!("there is no schema `{wanted}`\n\nhint: {way_out}")
}

fn names(schemas: &[(String, Value)]) -> impl Iterator<Item = &str> {
    schemas.iter().map(|(name, _)| name.as_str())
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a value with text keys is printed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: Option<&str>, asyncapi: bool) -> Result<String, String> {
        Schema { name: name.map(str::to_owned), draft: Draft::Seven, asyncapi }.text()
    }

    #[test]
    fn names_are_listed_and_each_has_its_schema() {
        let names = text(None, false).expect("a list");
        assert!(names.lines().any(|name| name == "event.offer.made"), "{names}");
        for name in names.lines() {
            assert!(text(Some(name), false).is_ok_and(|schema| schema.starts_with("{\n")), "{name}");
        }
        assert!(text(None, true).is_ok_and(|document| document.contains(r#""asyncapi": "3.0.0""#)));
    }

    #[test]
    fn an_unknown_name_is_told_with_the_nearest() {
        for (wanted, way_out) in [
            ("event.offer.mad", "did you mean `event.offer.made`?"),
            ("offer.made", "did you mean `event.offer.made`?"),
            ("offer.mad", "did you mean `event.offer.made`?"),
            ("offer.accept", "did you mean `command.offer.accept`?"),
            ("xyzzy", "`switchboard schema` lists the names"),
        ] {
            let sentence = format!("there is no schema `{wanted}`\n\nhint: {way_out}");
            assert_eq!(text(Some(wanted), false), Err(sentence));
        }
    }
}
