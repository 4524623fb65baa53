//! What happened, as it is published: read back it is the same record, and its data are valid by the
//! schema on file of its event.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::Value;
use switchboard::domain::Names;
use switchboard::engine::event::{Event, Recorded};
use switchboard::wire::{Line, Subjects, journal, schema};

use crate::run::Run;
use crate::site::name;

/// How often the data of each event are validated: a validator is slower than the wire by far.
const VALIDATED_MAX: u32 = 300;
/// How many seeds are validated, and how far each goes.
const SEEDS: u64 = 3;
const STEPS: u64 = 2_500;

#[test]
fn the_data_of_every_event_are_valid_by_its_schema() {
    let schemas: BTreeMap<String, Validator> = schema::schemas().into_iter().map(compile).collect();
    let mut validated: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 1..=SEEDS {
        let mut run = Run::new(seed);
        for _ in 0..STEPS {
            let _trips = run.step(|_| {});
        }
        through_the_wire(run.records(), |word, line| {
            let count = validated.entry(word).or_default();
            *count += 1;
            if *count <= VALIDATED_MAX {
                let record: Value = serde_json::from_slice(&line.payload).expect("a line is JSON");
                check(&schemas["envelope"], word, &record);
                check(&schemas[&format!("event.{word}")], word, &record["data"]);
            }
        });
    }
    let often = validated.values().filter(|count| **count >= VALIDATED_MAX).count();
    assert!(often >= 20, "only {often} kinds of events happened often: {validated:?}");
}

/// Each record is written and read back by who knows the names that stand before it, and no more.
pub fn read_back(records: &[Recorded]) {
    through_the_wire(records, |_, _| {});
}

fn through_the_wire(records: &[Recorded], mut look: impl FnMut(&'static str, &Line)) {
    let subjects = Subjects::new(name("switchboard"));
    // The writer knows the names of its whole group at once.
    let (mut written, mut read) = (Names::default(), Names::default());
    records.iter().for_each(|recorded| learn(&mut written, recorded));
    for recorded in records {
        let line = journal::encode(recorded, &written, &subjects);
        let decoded = journal::decode(&line.subject, &line.payload, &read);
        assert!(decoded.as_ref() == Ok(recorded), "{recorded:?} is read back as {decoded:?}");
        learn(&mut read, recorded);
        look(journal::word(&recorded.event, &written), &line);
    }
}

fn learn(names: &mut Names, recorded: &Recorded) {
    if let Event::Named { kind, names: new, .. } = &recorded.event {
        names.add(*kind, new);
    }
}

fn compile((name, schema): (String, Value)) -> (String, Validator) {
    let validator = jsonschema::validator_for(&schema).expect("a schema is valid");
    (name, validator)
}

fn check(schema: &Validator, word: &str, value: &Value) {
    let faults: Vec<String> = schema.iter_errors(value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{word}: {faults:?}\n{value:#}");
}
