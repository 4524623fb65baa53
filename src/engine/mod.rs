pub mod bits;
pub mod command;
pub mod deadlines;
pub mod event;
mod evolve;
pub mod state;
mod table;
mod window;
