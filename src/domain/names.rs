//! The numbers of configured names, both ways. Numbers are given by the event `site.named` alone, so
//! that a replay gives each name the same one.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};

use super::{ActorId, AgentId, Name, NameKind, QueueId, RouteId, SkillId, SourceId};

/// The actor of what the daemon does by itself. It has number 0 from the start: somebody must write the
/// record that names the others.
pub const SITE_ACTOR: &str = "switchboard";

/// Every name that the journal has named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names([Table; NameKind::ALL.len()]);

impl Default for Names {
    fn default() -> Self {
        let mut names = Names(Default::default());
        let site = SITE_ACTOR.parse().expect("the daemon's own name is a name");
        names.add(NameKind::Actor, &[site]);
        names
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Table {
    by_number: Vec<Name>,
    /// Looked up with every command and never iterated; the seed is fixed.
    by_name: HashMap<Name, u32, BuildHasherDefault<DefaultHasher>>,
}

impl Names {
    /// The daemon's own actor.
    pub const SITE: ActorId = ActorId(0);

    /// Gives numbers on from the kind's count. A name that has one keeps it.
    pub fn add(&mut self, kind: NameKind, names: &[Name]) {
        let table = &mut self.0[kind as usize];
        for name in names {
            if !table.by_name.contains_key(name) {
                table.by_name.insert(name.clone(), table.by_number.len() as u32);
                table.by_number.push(name.clone());
            }
        }
    }

    /// How many names of a kind there are: the number of the next one.
    pub fn count(&self, kind: NameKind) -> u32 {
        self.0[kind as usize].by_number.len() as u32
    }

    /// The number of a name.
    pub fn find(&self, kind: NameKind, name: &str) -> Option<u32> {
        self.0[kind as usize].by_name.get(name).copied()
    }

    /// The name of a number.
    pub fn get(&self, kind: NameKind, number: u32) -> Option<&Name> {
        self.0[kind as usize].by_number.get(number as usize)
    }
}

/// The same, typed, for each kind of id.
macro_rules! typed {
    ($($id:ident $kind:ident $name:ident $find:ident;)*) => {
        impl Names {$(
            /// The name of this id; panics on an id that no event named, which is a bug of ours.
            pub fn $name(&self, id: $id) -> &Name {
                self.get(NameKind::$kind, id.0).expect("every id in the state was named by an event")
            }

            /// The id of this name.
            pub fn $find(&self, name: &str) -> Option<$id> {
                self.find(NameKind::$kind, name).map($id)
            }
        )*}
    };
}

typed! {
    ActorId Actor actor find_actor;
    AgentId Agent agent find_agent;
    QueueId Queue queue find_queue;
    RouteId Route route find_route;
    SkillId Skill skill find_skill;
    SourceId Source source find_source;
}
