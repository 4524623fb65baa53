//! twilio.

use super::{Context, Item};
use crate::wire::canonical::Fault;

pub(super) fn read(_body: &[u8], _context: Context<'_>) -> Result<Vec<Item>, Fault> {
    Err(("unsupported_format", "this format is not read yet"))
}
