//! The room that touches the world: NATS and the clock.
//!
//! - [`site`]: the prefix and every name that is made from it.
//! - [`nats`]: the two connections, and what is logged of them.
//! - [`streams`]: what the streams must be; making and checking them.
//! - [`fenced`]: publishing that is refused unless the stream ends where we believe it does.
//! - [`stored`]: one stored message, and reading it by its sequence.
//! - [`reader`]: a stream in its order, over faults and restarts of the server.
//! - [`journal`]: EVENTS, one writer and any reader.
//! - [`inbox`]: IN, in order.
//! - [`clock`]: now, which never runs backwards.
//!
//! What is absent here: meaning. Nothing in these modules knows a command, an event or a policy.

pub mod clock;
pub mod fenced;
pub mod inbox;
pub mod journal;
pub mod nats;
pub mod reader;
pub mod site;
pub mod stored;
pub mod streams;
