//! What is told: lines of the story.

/// One line of the story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Milliseconds since the first agent signed in.
    pub at: i64,
    /// Which conversation it is about, or nothing.
    pub about: String,
    pub what: Word,
    /// Who acts or is acted on.
    pub who: String,
    pub rest: String,
    /// What is shown beneath it, line by line.
    pub under: Vec<String>,
}

/// What happened, as one word of the story.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Word {
    #[default]
    Presence,
    Wrote,
    Offered,
    Accepted,
    Declined,
    Missed,
    Replied,
    Resolved,
    Warned,
    Breached,
    Escalated,
    Acked,
    Late,
    Again,
    Dead,
    /// A reply left.
    Sent,
    /// A notice arrived.
    Notice,
    Edited,
    Reload,
}

impl Word {
    /// As it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Word::Presence => "presence",
            Word::Wrote => "wrote",
            Word::Offered => "offered",
            Word::Accepted => "accepted",
            Word::Declined => "declined",
            Word::Missed => "missed",
            Word::Replied => "replied",
            Word::Resolved => "resolved",
            Word::Warned => "warned",
            Word::Breached => "BREACHED",
            Word::Escalated => "ESCALATED",
            Word::Acked => "acked",
            Word::Late => "met late",
            Word::Again => "duplicate",
            Word::Dead => "DEAD",
            Word::Sent => "sent",
            Word::Notice => "NOTICE",
            Word::Edited => "edits",
            Word::Reload => "reload",
        }
    }
}
