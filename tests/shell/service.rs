//! The daemon as a service: what systemd is told, what HTTP shows, how it stops.

mod health;
mod logs;
mod metrics;
mod notify;
mod stop;
