//! Small sites and all that can happen to them, drawn from a seed; after each step everything that must
//! hold is asked. The invariants are listed in `invariants.rs`; what trips each is in `planted.rs`.
//!
//! `SWITCHBOARD_SEED_FROM` and `SWITCHBOARD_SEEDS` choose the seeds, `SWITCHBOARD_STEPS` how far each goes.
//! A failure prints its seed and step with the orders and events before it.

mod invariants;
mod planted;
mod reference;
mod run;
mod site;
mod workload;

use run::Run;

const SEEDS: u64 = 40;
const STEPS: u64 = 2_500;

#[test]
fn whatever_happens_to_a_site_the_invariants_hold() {
    let first = number("SWITCHBOARD_SEED_FROM", 1);
    let seeds: Vec<u64> = (first..first + number("SWITCHBOARD_SEEDS", SEEDS)).collect();
    let steps = number("SWITCHBOARD_STEPS", STEPS);
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let mine = seeds.iter().skip(worker).step_by(workers);
            scope.spawn(move || mine.for_each(|seed| Run::new(*seed).to_the_end(steps)));
        }
    });
}

#[test]
fn the_same_seed_gives_the_same_records() {
    for seed in 1..=3 {
        let records = || {
            let mut run = Run::new(seed);
            run.to_the_end(500);
            format!("{:?}", run.records())
        };
        assert!(records() == records(), "seed {seed} run twice gives other records");
    }
}

fn number(variable: &str, default: u64) -> u64 {
    let set = std::env::vars().find(|(name, _)| name == variable);
    set.map_or(default, |(name, text)| {
        text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}"))
    })
}

#[test]
fn counts() {
    let mut counts = std::collections::BTreeMap::new();
    for seed in 1..=6 {
        let mut run = Run::new(seed);
        run.to_the_end(2500);
        for r in run.records() {
            let text = format!("{:?}", r.event);
            let word: String = text.chars().take_while(|c| c.is_alphanumeric()).collect();
            *counts.entry(word).or_insert(0) += 1;
        }
        *counts.entry(format!("zz open at end {seed} {} convs {}", run.open(), run.convs())).or_insert(0) +=
            1;
    }
    println!("{counts:#?}");
}
