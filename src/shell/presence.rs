//! Leases of desktops. A heartbeat is not an event: this table alone knows when a desktop was last heard,
//! and only a loss or a return reaches the engine.
//!
//! Of two desktops of one agent the newest to sign in holds the lease; the other is told.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::Name;

/// Who was heard when.
#[derive(Debug)]
pub struct Presence {
    lease: Duration,
    leases: BTreeMap<Name, Lease>,
}

#[derive(Debug)]
struct Lease {
    desktop: Option<String>,
    until: Instant,
    lost: bool,
}

/// What a heartbeat means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The lease goes on.
    Held,
    /// The agent was lost and is back.
    Returned,
    /// Another desktop holds the lease.
    HeldElsewhere,
    /// The agent is not signed in.
    NotSignedIn,
}

impl Presence {
    /// A table of leases of this length.
    pub fn new(lease: Duration) -> Presence {
        Presence { lease, leases: BTreeMap::new() }
    }

    /// The agent signed in, from this desktop: it holds the lease from now on. Whether it took that from
    /// another desktop.
    pub fn grant(&mut self, agent: Name, desktop: Option<String>, now: Instant) -> bool {
        let lease = Lease { desktop: desktop.clone(), until: now + self.lease, lost: false };
        let before = self.leases.insert(agent, lease);
        before.is_some_and(|before| before.desktop.is_some() && before.desktop != desktop)
    }

    /// A takeover: an agent signed in before has one full lease, from whatever desktop. One who was lost
    /// stays lost until he is heard.
    pub fn adopt(&mut self, agent: Name, lost: bool, now: Instant) {
        self.leases.insert(agent, Lease { desktop: None, until: now + self.lease, lost });
    }

    /// Keeps the leases of these agents alone.
    pub fn retain(&mut self, keep: impl Fn(&Name) -> bool) {
        self.leases.retain(|agent, _| keep(agent));
    }

    /// The agent signed out.
    pub fn revoke(&mut self, agent: &Name) {
        self.leases.remove(agent);
    }

    /// A desktop was heard. The first one after a takeover holds the lease.
    pub fn hear(&mut self, agent: &Name, desktop: Option<&str>, now: Instant) -> Heard {
        let Some(lease) = self.leases.get_mut(agent) else { return Heard::NotSignedIn };
        if lease.desktop.is_none() {
            lease.desktop = desktop.map(str::to_owned);
        }
        if lease.desktop.as_deref() != desktop && desktop.is_some() {
            return Heard::HeldElsewhere;
        }
        lease.until = now + self.lease;
        if std::mem::take(&mut lease.lost) { Heard::Returned } else { Heard::Held }
    }

    /// NATS was away: nobody could be heard, so everybody has a full lease.
    pub fn renew_all(&mut self, now: Instant) {
        for lease in self.leases.values_mut() {
            lease.until = now + self.lease;
        }
    }

    /// The first lease to lapse.
    pub fn next_lapse(&self) -> Option<Instant> {
        self.leases.values().filter(|lease| !lease.lost).map(|lease| lease.until).min()
    }

    /// One whose lease has lapsed by now; each is told once.
    pub fn next_lapsed(&mut self, now: Instant) -> Option<Name> {
        let (agent, lease) = self.leases.iter_mut().find(|(_, lease)| !lease.lost && lease.until <= now)?;
        lease.lost = true;
        Some(agent.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(30);

    fn ana() -> Name {
        "ana".parse().expect("a name")
    }

    #[test]
    fn the_newest_desktop_holds_the_lease_and_the_other_is_told() {
        let now = Instant::now();
        let mut presence = Presence::new(LEASE);
        assert!(!presence.grant(ana(), Some("desk".into()), now));
        assert!(!presence.grant(ana(), Some("desk".into()), now));
        assert!(presence.grant(ana(), Some("laptop".into()), now));
        assert_eq!(presence.hear(&ana(), Some("desk"), now), Heard::HeldElsewhere);
        assert_eq!(presence.hear(&ana(), Some("laptop"), now), Heard::Held);
    }

    #[test]
    fn a_silent_desktop_is_lost_once_and_returns_when_heard() {
        let now = Instant::now();
        let mut presence = Presence::new(LEASE);
        presence.grant(ana(), None, now);
        assert_eq!(presence.next_lapsed(now + LEASE), Some(ana()));
        assert_eq!(presence.next_lapsed(now + LEASE * 2), None);
        assert_eq!(presence.hear(&ana(), None, now + LEASE * 3), Heard::Returned);
        assert_eq!(presence.next_lapsed(now + LEASE * 3), None);
        assert_eq!(presence.next_lapse(), Some(now + LEASE * 4));
    }
}
