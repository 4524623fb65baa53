//! What the story tells of all that leaves, and of what an operator does.

use super::line::{Line, Word};
use super::operator::Reloaded;
use super::outgoing::Handed;
use super::relay::Mail;
use super::script::Edit;
use super::story::Story;

/// How many lines of a notice's text are shown.
const NOTICE_LINES: usize = 9;
/// How many lines of what a reload answers are shown.
const ANSWER_LINES: usize = 8;

impl Story {
    /// The gateway took a reply from the stream OUT.
    pub fn handed(&mut self, handed: &Handed) -> Line {
        *self.tally.left.entry(handed.message.clone()).or_default() += 1;
        let Handed { channel, from, to, in_reply_to, .. } = handed;
        let answers = in_reply_to.as_deref().unwrap_or("nothing");
        let rest = format!("{channel:<5} {from} to {to}, in reply to {answers}");
        self.line(&handed.conversation, Word::Sent, "gateway", rest)
    }

    /// The relay got a mail: a reply, or a notice, which answers nobody.
    pub fn mailed(&mut self, mail: &Mail) -> Line {
        let Some(answers) = mail.in_reply_to().filter(|_| mail.message_id().is_some()) else {
            return self.noticed(mail);
        };
        *self.tally.left.entry(mail.message_id().unwrap_or_default().to_owned()).or_default() += 1;
        self.tally.mails += 1;
        let threads = self.script.letter(answers).is_some_and(|letter| mail.threads(letter));
        self.tally.astray += usize::from(!threads);
        let place = self.ledger.borrow().place(answers).map(str::to_owned).unwrap_or_default();
        let (to, subject) = (mail.to.join(", "), mail.header("Subject"));
        let thread = if threads { "in their thread" } else { "NOT in their thread" };
        let rest = format!("email to {to}: “{subject}”, In-Reply-To: <{answers}>, {thread}");
        self.line(&place, Word::Sent, "relay", rest)
    }

    fn noticed(&mut self, mail: &Mail) -> Line {
        self.tally.noticed.extend(mail.to.iter().cloned());
        let subject = mail.header("Subject");
        let named = subject.split_whitespace().find(|word| self.tally.conversations.contains_key(*word));
        let mut line =
            self.line(named.unwrap_or_default(), Word::Notice, "relay", "a mail arrives".to_owned());
        for name in ["From", "To", "Subject"] {
            line.under.push(format!("{name}: {}", mail.header(name)));
        }
        line.under.push(String::new());
        line.under.extend(mail.text.lines().take(NOTICE_LINES).map(str::to_owned));
        line.under.push("...".to_owned());
        line
    }

    /// The operator writes into the configuration.
    pub fn edited(&self, edit: &Edit) -> Line {
        let mut line = self.line("", Word::Edited, "operator", format!("{}: {}", edit.file, edit.what));
        line.under = edit.text.lines().map(str::to_owned).collect();
        line
    }

    /// The daemon answered whether it goes by that.
    pub fn reloaded(&mut self, reloaded: &Reloaded) -> Line {
        let Reloaded { before, after, .. } = reloaded;
        let rest = if reloaded.is_taken() {
            self.tally.reloads += 1;
            format!("taken: policy {before} before, {after} now")
        } else if reloaded.is_refused() {
            self.tally.refused_reloads += 1;
            format!("refused, and nothing has changed: policy {after} as before; the file is put right")
        } else {
            format!("neither taken nor refused: policy {before} before, {after} now")
        };
        let mut line = self.line("", Word::Reload, "operator", rest);
        line.under = reloaded.answer.iter().take(ANSWER_LINES).cloned().collect();
        if reloaded.answer.len() > ANSWER_LINES {
            line.under.push("...".to_owned());
        }
        line
    }
}
