//! Traffic without end: round after round the script's people write, as others each time, in another order.
//! A seed and a number make a round; the same make the same.

use super::script::{Act, Letter, Script, Step};
use crate::domain::Channel;

impl Script {
    /// The round of this number. Nobody of another round is in it, nobody signs in, and nothing is reloaded.
    pub fn round(&self, seed: u64, number: u64) -> Script {
        let stays = |step: &&Step| !matches!(step.act, Act::SignIn { .. } | Act::Reload(_));
        let mut steps: Vec<Step> = self.steps.iter().filter(stays).cloned().collect();
        let began = steps.first().map_or(0, |step| step.at);
        let free: Vec<usize> = (0..steps.len()).filter(|index| self.is_free(&steps[*index])).collect();
        let mut chance = Chance(seed.wrapping_add(number.wrapping_mul(0x2545_f491_4f6c_dd1d)));
        for last in (1..free.len()).rev() {
            let other = chance.below(last as u64 + 1) as usize;
            let (one, other) = (free[last], free[other]);
            let act = steps[one].act.clone();
            steps[one].act = std::mem::replace(&mut steps[other].act, act);
        }
        for step in &mut steps {
            step.at -= began;
            match &mut step.act {
                Act::Write(letter) => become_another(letter, number),
                Act::Again { id } => *id = renamed(id, number),
                _ => {}
            }
        }
        Script { expected: self.expected.clone(), steps }
    }

    /// Whether it does not matter when this is written: no other step is about it or its writer.
    fn is_free(&self, step: &Step) -> bool {
        let Act::Write(letter) = &step.act else { return false };
        let by_writer = self.letters().filter(|other| other.from == letter.from).count();
        let again = |step: &Step| matches!(&step.act, Act::Again { id } if *id == letter.id);
        by_writer == 1 && !self.steps.iter().any(again)
    }
}

/// The letter of somebody of that round: other ids, another address.
fn become_another(letter: &mut Letter, number: u64) {
    letter.id = renamed(&letter.id, number);
    letter.answers = letter.answers.as_deref().map(|id| renamed(id, number));
    letter.thread = letter.thread.as_deref().map(|thread| format!("{thread}-{number}"));
    letter.from = match letter.channel {
        Channel::Sms => shifted(&letter.from, number),
        Channel::Email => match letter.from.split_once('@') {
            Some((name, host)) => format!("{name}.{number}@{host}"),
            None => letter.from.clone(),
        },
        Channel::Chat | Channel::Work => format!("{}-{number}", letter.from),
    };
}

fn renamed(id: &str, number: u64) -> String {
    format!("r{number}.{id}")
}

/// The telephone number so many ten thousands further: the last four digits tell the script's people apart.
fn shifted(telephone: &str, number: u64) -> String {
    let digits: u64 = telephone.trim_start_matches('+').parse().unwrap_or(0);
    format!("+{}", digits + number * 10_000)
}

/// Numbers by chance from a seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    fn shipped() -> Script {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/demo/script.jsonl");
        Script::load(&path).expect("the shipped script")
    }

    fn told(script: &Script) -> Vec<String> {
        script.steps.iter().map(|step| format!("{step:?}")).collect()
    }

    #[test]
    fn a_round_is_made_by_its_seed_and_its_number() {
        let script = shipped();
        assert_eq!(told(&script.round(7, 3)), told(&script.round(7, 3)));
        assert_ne!(told(&script.round(7, 3)), told(&script.round(8, 3)));
        let order =
            |script: &Script| -> Vec<String> { script.letters().map(|letter| letter.text.clone()).collect() };
        assert_ne!(order(&script.round(7, 3)), order(&script.round(7, 4)));
    }

    #[test]
    fn nobody_of_a_round_is_in_another() {
        let script = shipped();
        let people = |script: &Script| -> BTreeSet<String> {
            script.letters().map(|letter| letter.from.clone()).collect()
        };
        let everybody = people(&script).len();
        let mut met: BTreeMap<String, u64> = people(&script).into_iter().map(|who| (who, 0)).collect();
        for number in 1..=40 {
            let round = script.round(1, number);
            assert_eq!(people(&round).len(), everybody);
            assert_eq!(round.letters().count(), script.letters().count());
            for who in people(&round) {
                assert_eq!(met.insert(who.clone(), number), None, "{who}");
            }
        }
    }

    #[test]
    fn who_answers_or_repeats_does_so_after_what_it_is_about() {
        let script = shipped();
        for number in 1..=40 {
            let round = script.round(1, number);
            assert!(round.steps.is_sorted_by_key(|step| step.at));
            let mut written = BTreeSet::new();
            for step in &round.steps {
                match &step.act {
                    Act::Write(letter) => {
                        let earlier = letter.answers.as_ref();
                        assert!(earlier.is_none_or(|id| written.contains(id)), "{}", letter.id);
                        written.insert(letter.id.clone());
                    }
                    Act::Again { id } => assert!(written.contains(id), "{id}"),
                    _ => {}
                }
            }
        }
    }
}
