//! Skills, how well they are mastered, and when that is enough.

use std::sync::Arc;

use super::SkillId;

/// How well a skill is mastered or asked for: 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Proficiency(u8);

impl Proficiency {
    /// `None` outside 1 to 5.
    pub fn new(level: u8) -> Option<Proficiency> {
        (1..=5).contains(&level).then_some(Proficiency(level))
    }

    /// The level, 1 to 5.
    pub fn level(self) -> u8 {
        self.0
    }
}

/// A skill with the least proficiency asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// The skill.
    pub skill: SkillId,
    /// The least proficiency.
    pub least: Proficiency,
}

/// All that is asked of an agent, sorted by skill, each skill once. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Needs(Arc<[Need]>);

impl Needs {
    /// Sorts, and keeps the highest level where a skill is asked twice.
    pub fn new(mut needs: Vec<Need>) -> Needs {
        needs.sort_by_key(|need| (need.skill, std::cmp::Reverse(need.least)));
        needs.dedup_by_key(|need| need.skill);
        Needs(needs.into())
    }

    /// Each need, by skill.
    pub fn iter(&self) -> impl Iterator<Item = &Need> {
        self.0.iter()
    }
}

/// What an agent masters, sorted by skill, each skill once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skills(Box<[(SkillId, Proficiency)]>);

impl Skills {
    /// The most skills of one agent.
    pub const MOST: usize = 500;

    /// Sorts, and keeps the highest level where a skill is named twice.
    pub fn new(mut skills: Vec<(SkillId, Proficiency)>) -> Skills {
        skills.sort_by_key(|(skill, level)| (*skill, std::cmp::Reverse(*level)));
        skills.dedup_by_key(|(skill, _)| *skill);
        Skills(skills.into())
    }

    /// Each skill with its level, by skill.
    pub fn iter(&self) -> impl Iterator<Item = &(SkillId, Proficiency)> {
        self.0.iter()
    }

    /// Whether every need is mastered well enough.
    pub fn meet(&self, needs: &Needs) -> bool {
        needs.iter().all(|need| {
            let found = self.0.binary_search_by_key(&need.skill, |(skill, _)| *skill);
            found.is_ok_and(|place| self.0[place].1 >= need.least)
        })
    }
}
