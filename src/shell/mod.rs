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
//! - [`bodies`], [`fetching`]: bodies that are too large for a message, kept and brought in.
//! - [`decoding`]: input decoded ahead, in order, guarded.
//! - [`door`], [`answer`], [`answering`], [`query`], [`join`]: the API.
//! - [`desktops`], [`presence`]: heartbeats and leases.
//! - [`group`], [`runtime`], `committing`, [`adopting`]: the loop, and what one round of it appends.
//! - [`reload`], [`ruling`], [`policies`]: other rules while messages flow.
//! - [`control`], `operators`: the control socket, and what may be asked there.
//! - [`outbox`]: effects on their way out; `mailed`: what became of mails; [`hints`]: what desktops are told.
//! - [`mail`]: what leaves by SMTP.
//! - [`recovery`], [`beat`], `lead`, `leaving`, `daemon`, [`serve`]: who leads, from where, until when.
//! - [`demo`]: a small contact centre, played by clients from outside.
//! - [`gateway`]: the HTTP door of webhooks, another process.
//! - [`tools`]: what the operator's commands do over NATS.
//! - [`health`], [`notify`], [`metrics`], [`vitals`]: how the daemon is, for systemd, HTTP and the watchdog.
//! - [`settings`], [`hand`], [`housekeeping`], `acknowledged`, [`fault`], [`telemetry`]: around it.

mod acknowledged;
pub mod adopting;
pub mod answer;
pub mod answering;
pub mod beat;
pub mod bodies;
pub mod clock;
mod committing;
pub mod control;
mod daemon;
pub mod decoding;
pub mod demo;
pub mod desktops;
pub mod door;
mod exit;
pub mod fault;
pub mod fenced;
pub mod fetching;
pub mod gateway;
pub mod group;
pub mod hand;
pub mod health;
pub mod hints;
pub mod housekeeping;
mod identity;
pub mod inbox;
pub mod join;
pub mod journal;
mod lead;
mod leaving;
pub mod mail;
mod mailed;
pub mod metrics;
pub mod nats;
pub mod notify;
mod operators;
pub mod outbox;
pub mod parts;
pub mod pieces;
pub mod policies;
pub mod presence;
pub mod query;
pub mod reader;
pub mod recovery;
pub mod reload;
pub mod ruling;
pub mod runtime;
pub mod serve;
pub mod settings;
pub mod site;
pub mod stored;
pub mod stream_faults;
pub mod streams;
pub mod telemetry;
pub mod tools;
pub mod vitals;
