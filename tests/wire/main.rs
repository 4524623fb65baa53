//! The wire: every event in its public form, every input with the message that it becomes, every refusal
//! with its exact sentence. Golden files are renewed with `UPDATE_EXPECT=1 cargo test --test wire`.

mod again;
mod asyncapi;
mod cards;
mod cases;
mod clean;
#[path = "../common/corpus.rs"]
mod corpus;
mod fixtures;
mod golden;
mod hostile;
mod journal;
#[path = "../common/passed_by.rs"]
mod passed_by;
mod providers;
mod samples;
mod schema;
mod seeds;
mod several;
mod steps;
#[path = "../../fuzz/targets.rs"]
mod targets;
mod updates;
