//! Bugs planted on purpose: records changed on their way to the observer. Each must trip its invariant.
