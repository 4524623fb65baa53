//! Decisions, one at a time: given what people did, when one thing more is done, then exactly these events or
//! this refusal. The lines are those of a story (see `tests/scenarios/story.rs`), the rules `house.toml` unless
//! a test names others.

mod agents;
mod answers;
mod changes;
mod commands;
mod contacts;
mod holds;
mod links;
mod mails;
mod messages;
mod people;
mod promises;
mod rules;
mod subscriptions;
mod threads;
mod transfers;
mod updates;
mod wrap_ups;

#[path = "../scenarios/story.rs"]
mod story;
#[path = "../scenarios/transcript.rs"]
mod transcript;
#[path = "../scenarios/world.rs"]
mod world;

use expect_test::Expect;

use world::World;

/// Given the lines of `given`, when the lines of `when` are told, then what they lead to.
fn check(given: &str, when: &str, then: &Expect) {
    check_under("house.toml", given, when, then);
}

/// The same under other rules.
fn check_under(rules: &str, given: &str, when: &str, then: &Expect) {
    let mut world = World::open(rules);
    world.tell(given);
    then.assert_eq(&world.tell(when));
    world.end();
}
