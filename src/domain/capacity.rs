//! How much an agent can hold, and the one check of what somebody asks for him, in a file or by a command.

use std::ops::RangeInclusive;

use super::Channel;

/// How much an agent can hold: one pool of units, a cost per channel, and an optional maximum of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// The pool, in units.
    pub units: u32,
    /// What one interaction of a channel takes of it, by [`Channel::index`]. At least 1.
    pub costs: [u32; Channel::ALL.len()],
    /// The most interactions of a channel, by [`Channel::index`].
    pub maxima: [Option<u32>; Channel::ALL.len()],
}

/// A capacity as it was written: what is absent has its default, one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenCapacity {
    /// The pool, in units.
    pub units: Option<i64>,
    /// By [`Channel::index`].
    pub costs: [Option<i64>; Channel::ALL.len()],
    /// By [`Channel::index`].
    pub maxima: [Option<i64>; Channel::ALL.len()],
}

/// What is wrong with a written capacity, with the number as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapacityFault {
    /// The pool is outside [`Capacity::UNITS`].
    Units(i64),
    /// A cost is outside [`Capacity::UNITS`].
    Cost(Channel, i64),
    /// A maximum is outside [`Capacity::MAXIMA`].
    Maximum(Channel, i64),
    /// One interaction costs more than the pool has, so that none would ever fit. A maximum of 0 would say so.
    CostAboveUnits {
        /// Of which channel.
        channel: Channel,
        /// What one takes.
        cost: i64,
        /// What there is.
        units: i64,
    },
}

impl Capacity {
    /// How large a pool or a cost may be.
    pub const UNITS: RangeInclusive<i64> = 1..=10_000;
    /// How large a maximum may be.
    pub const MAXIMA: RangeInclusive<i64> = 0..=10_000;

    /// The capacity that was written, with everything that is wrong with it. Beside a fault the number in
    /// question has its default, and what is made is not to be used.
    pub fn check(written: &WrittenCapacity) -> (Capacity, Vec<CapacityFault>) {
        let mut faults = Vec::new();
        let units = held(written.units, 1, Capacity::UNITS, CapacityFault::Units, &mut faults);
        let mut capacity = Capacity {
            units: small(units),
            costs: [1; Channel::ALL.len()],
            maxima: [None; Channel::ALL.len()],
        };
        for channel in Channel::ALL {
            let place = channel.index();
            let of = |value| CapacityFault::Cost(channel, value);
            let cost = held(written.costs[place], 1, Capacity::UNITS, of, &mut faults);
            if cost > units && written.maxima[place] != Some(0) {
                faults.push(CapacityFault::CostAboveUnits { channel, cost, units });
            }
            capacity.costs[place] = small(cost);
            capacity.maxima[place] = written.maxima[place].map(|most| {
                let of = |value| CapacityFault::Maximum(channel, value);
                small(held(Some(most), 0, Capacity::MAXIMA, of, &mut faults))
            });
        }
        (capacity, faults)
    }
}

/// A number inside its limits, else the default and a fault.
fn held(
    written: Option<i64>,
    default: i64,
    limits: RangeInclusive<i64>,
    fault: impl Fn(i64) -> CapacityFault,
    faults: &mut Vec<CapacityFault>,
) -> i64 {
    let Some(value) = written else { return default };
    if limits.contains(&value) {
        return value;
    }
    faults.push(fault(value));
    default
}

fn small(number: i64) -> u32 {
    u32::try_from(number).expect("numbers are held against their limits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_at_once() {
        let written = WrittenCapacity {
            units: Some(2),
            costs: [Some(3), Some(0), Some(3), None],
            maxima: [None, Some(-1), Some(0), None],
        };
        let chat = CapacityFault::CostAboveUnits { channel: Channel::Chat, cost: 3, units: 2 };
        let cost = CapacityFault::Cost(Channel::Email, 0);
        let maximum = CapacityFault::Maximum(Channel::Email, -1);
        assert_eq!(Capacity::check(&written).1, [chat, cost, maximum]);
    }

    #[test]
    fn what_is_absent_is_one_unit() {
        let (capacity, faults) = Capacity::check(&WrittenCapacity::default());
        assert!(faults.is_empty());
        assert_eq!(capacity, Capacity { units: 1, costs: [1; 4], maxima: [None; 4] });
    }
}
