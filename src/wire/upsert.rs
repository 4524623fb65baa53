//! `agent.upsert`: an agent whom no file names, held to the same limits as one of the files.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{Capacity, CapacityFault, Channel, Name, Proficiency, Skills, WrittenCapacity};
use crate::engine::command::{Command, WantedAgent};

use super::api::{RequestFault, fault};

/// Add or change an agent whom no file names.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpsertAgent {
    pub agent: Name,
    /// What the agent masters, each with its level of 1 to 5; at most 500.
    #[serde(default)]
    pub skills: BTreeMap<Name, i64>,
    /// The pool of units; absent: 1.
    #[serde(default)]
    #[schemars(range(min = 1, max = 10000))]
    pub capacity: Option<i64>,
    /// What one interaction of a channel takes of it, 1 to 10000; absent: 1.
    #[serde(default)]
    pub cost: ByChannel,
    /// The most interactions of a channel, 0 to 10000; absent: as many as the pool holds.
    #[serde(default)]
    pub max: ByChannel,
}

/// A number for each channel that is named.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ByChannel {
    pub chat: Option<i64>,
    pub email: Option<i64>,
    pub sms: Option<i64>,
    pub work: Option<i64>,
}

impl ByChannel {
    fn numbers(&self) -> [Option<i64>; Channel::ALL.len()] {
        Channel::ALL.map(|channel| match channel {
            Channel::Chat => self.chat,
            Channel::Email => self.email,
            Channel::Sms => self.sms,
            Channel::Work => self.work,
        })
    }
}

/// The command of what is asked.
pub(super) fn command(asked: UpsertAgent) -> Result<Command, RequestFault> {
    let wrong = |message: &str| fault("bad_member", message);
    if asked.skills.len() > Skills::MOST {
        return Err(wrong(&format!("`skills` has over {} entries", Skills::MOST)));
    }
    let levels = asked.skills.into_iter().map(|(skill, level)| {
        let level = u8::try_from(level).ok().and_then(Proficiency::new);
        Ok((skill, level.ok_or_else(|| wrong("a level of `skills` is not from 1 to 5"))?))
    });
    let skills = levels.collect::<Result<BTreeMap<_, _>, _>>()?;
    let written =
        WrittenCapacity { units: asked.capacity, costs: asked.cost.numbers(), maxima: asked.max.numbers() };
    let (capacity, faults) = Capacity::check(&written);
    if let Some(fault) = faults.first() {
        return Err(wrong(&sentence(fault)));
    }
    Ok(Command::UpsertAgent(Box::new(WantedAgent { agent: asked.agent, skills, capacity })))
}

fn sentence(fault: &CapacityFault) -> String {
    let (units, maxima) = (Capacity::UNITS, Capacity::MAXIMA);
    match fault {
        CapacityFault::Units(_) => {
            format!("`capacity` is not from {} to {}", units.start(), units.end())
        }
        CapacityFault::Cost(channel, _) => {
            format!("`cost.{channel}` is not from {} to {}", units.start(), units.end())
        }
        CapacityFault::Maximum(channel, _) => {
            format!("`max.{channel}` is not from {} to {}", maxima.start(), maxima.end())
        }
        CapacityFault::CostAboveUnits { channel, .. } => {
            format!("`cost.{channel}` is above the capacity: none would fit; say so by `max.{channel}` 0")
        }
    }
}
