//! Texts that a carrier cut into several messages. The parts of one text wait for each other here; nothing is said of
//! their text, and no keyword looked for, before it is whole.
//!
//! The buffer is a pure value: the caller tells the time, hands parts in, and takes what became whole or waited too
//! long. A buffer that is built anew from the same parts in the same order says the same again, with the same keys of
//! dedupe: a joined message has the key of its lowest part, a late one its own.
//!
//! What happens to a part:
//! - the first of its text: it opens a group, which waits [`Part::wait`];
//! - the last that was missing: the group is joined;
//! - one that is there: dropped as a repetition; where it says something else, the number was used again, and the older
//!   group ends without what it lacks;
//! - one that was missing when its group ended: a message of its own with the flag `late_part`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::{Content, Digest, InboundMessage, Span, Timestamp};

use super::limits::{ATTACHMENTS_MAX, TEXT_BYTES_MAX};
use super::surrogates::mend;
use super::{keyword, text};

/// The most texts that wait at once; above, the oldest ends without what it lacks.
pub const GROUPS_MAX: usize = 10_000;
/// The most bytes of text that wait at once; likewise.
pub const BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most ended groups that are remembered, to know repetitions and late parts.
const ENDED_MAX: usize = 10_000;
/// How long they are: providers repeat a delivery for a day.
const REMEMBERED: Span = Span(24 * 60 * 60 * 1_000);
/// Stands for what is missing.
const MISSING: &str = "[…]";

/// One part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What the parts of one text have in common: our number, theirs, the reference, how many there are.
    pub group: Digest,
    /// Which one it is, from 1.
    pub number: u32,
    /// How many there are.
    pub total: u32,
    /// The part as a message, its text as it came.
    pub message: InboundMessage,
    /// How long it waits for the others.
    pub wait: Span,
    /// The languages of the keywords that the whole text is held against.
    pub languages: Vec<String>,
}

/// What the members begin with by which a body names a part (`concat`, `concat-ref`), and how a letter of them would be
/// escaped in JSON or a form.
const MARKS: [&[u8]; 5] = [b"concat", b"\\u006", b"\\u007", b"%6", b"%7"];

impl Part {
    /// Whether a body may tell a part, by a look that costs far less than reading it. One that may not tells none.
    pub fn may_be_in(body: &[u8]) -> bool {
        MARKS.iter().any(|mark| body.windows(mark.len()).any(|there| there == *mark))
    }
}

/// What became of parts: one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The message, with the flag `incomplete` or `late_part` where it is one.
    pub message: InboundMessage,
    /// Of how many parts it is made.
    pub parts: usize,
}

/// The parts that wait.
#[derive(Debug, Default)]
pub struct Buffer {
    groups: BTreeMap<Digest, Group>,
    due: BTreeSet<(Timestamp, Digest)>,
    bytes: usize,
    ended: BTreeMap<Digest, Ended>,
    forget: BTreeSet<(Timestamp, Digest)>,
}

/// Parts of one text.
#[derive(Debug)]
struct Group {
    due: Timestamp,
    total: u32,
    parts: BTreeMap<u32, Part>,
}

/// What is remembered of a group.
#[derive(Debug)]
struct Ended {
    until: Timestamp,
    missing: BTreeSet<u32>,
    /// The keys of the parts that were taken.
    taken: BTreeSet<Digest>,
    /// Until when the same text in the same place is a repetition.
    due: Timestamp,
    /// The marks of those texts.
    said: BTreeSet<(u32, u32)>,
}

impl Part {
    /// The part as a message of its own.
    pub fn alone(self) -> InboundMessage {
        finished(self.message, None)
    }
}

impl Buffer {
    /// Hands in one part; answers what ended by it, what is due by then first.
    pub fn offer(&mut self, part: Part, at: Timestamp) -> Vec<Joined> {
        let mut ended = self.flush(at);
        if self.is_repeated(&part, at) {
            return ended;
        }
        let key = part.group;
        if self.groups.get(&key).is_some_and(|group| group.is_contradicted_by(&part)) {
            ended.extend(self.end(key));
        }
        if !self.groups.contains_key(&key) && self.take_late(&part) {
            let message = finished(part.message, Some("late_part"));
            ended.push(Joined { message, parts: 1 });
            return ended;
        }
        let due = Timestamp(at.0.saturating_add(part.wait.0));
        self.bytes += part.message.content.text.len();
        let group = self.groups.entry(key).or_insert_with(|| {
            self.due.insert((due, key));
            Group { due, total: part.total, parts: BTreeMap::new() }
        });
        group.parts.insert(part.number, part);
        if group.is_whole() {
            ended.extend(self.end(key));
        }
        while self.groups.len() > GROUPS_MAX || self.bytes > BYTES_MAX {
            let Some((_, oldest)) = self.due.first().copied() else { break };
            ended.extend(self.end(oldest));
        }
        ended
    }

    /// What has waited long enough by now.
    pub fn flush(&mut self, now: Timestamp) -> Vec<Joined> {
        let mut ended = Vec::new();
        while let Some((_, key)) = self.due.first().copied().filter(|(due, _)| *due <= now) {
            ended.extend(self.end(key));
        }
        while let Some((until, key)) = self.forget.first().copied().filter(|(until, _)| *until <= now) {
            self.forget.remove(&(until, key));
            self.ended.remove(&key);
        }
        ended
    }

    /// When something will have waited long enough.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.due.first().map(|(due, _)| *due)
    }

    /// How many texts wait.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Whether this very part was taken before, or the same text stands in its place.
    fn is_repeated(&self, part: &Part, at: Timestamp) -> bool {
        let key = part.message.dedupe;
        let was_said = |ended: &Ended| at <= ended.due && ended.said.contains(&part.mark());
        let was_taken =
            self.ended.get(&part.group).is_some_and(|ended| ended.taken.contains(&key) || was_said(ended));
        let waits = self.groups.get(&part.group).and_then(|group| group.parts.get(&part.number));
        was_taken || waits.is_some_and(|there| there.message.dedupe == key || there.says_the_same(part))
    }

    /// Whether the part was missing when its group ended; then it is no longer.
    fn take_late(&mut self, part: &Part) -> bool {
        let Some(ended) = self.ended.get_mut(&part.group) else { return false };
        let was_missing = ended.missing.remove(&part.number);
        if was_missing {
            ended.taken.insert(part.message.dedupe);
        }
        was_missing
    }

    /// Ends a group: what it has becomes one message.
    fn end(&mut self, key: Digest) -> Option<Joined> {
        let group = self.groups.remove(&key)?;
        self.due.remove(&(group.due, key));
        let size: usize = group.parts.values().map(|part| part.message.content.text.len()).sum();
        self.bytes = self.bytes.saturating_sub(size);
        self.remember(key, &group);
        group.joined()
    }

    fn remember(&mut self, key: Digest, group: &Group) {
        let until = Timestamp(group.due.0.saturating_add(REMEMBERED.0));
        let missing = (1..=group.total).filter(|number| !group.parts.contains_key(number)).collect();
        let taken = group.parts.values().map(|part| part.message.dedupe).collect();
        let (due, said) = (group.due, group.parts.values().map(Part::mark).collect());
        if let Some(before) = self.ended.insert(key, Ended { until, missing, taken, due, said }) {
            self.forget.remove(&(before.until, key));
        }
        self.forget.insert((until, key));
        while self.ended.len() > ENDED_MAX {
            let Some((_, oldest)) = self.forget.pop_first() else { break };
            self.ended.remove(&oldest);
        }
    }
}

impl Part {
    /// Its place, and a sum of its text.
    fn mark(&self) -> (u32, u32) {
        (self.number, crc32fast::hash(self.message.content.text.as_bytes()))
    }

    fn says_the_same(&self, other: &Part) -> bool {
        self.message.content.text == other.message.content.text
    }
}

impl Group {
    fn is_whole(&self) -> bool {
        u32::try_from(self.parts.len()).is_ok_and(|count| count >= self.total)
    }

    /// Something else stands in the place of the part.
    fn is_contradicted_by(&self, part: &Part) -> bool {
        self.parts.contains_key(&part.number)
    }

    fn joined(self) -> Option<Joined> {
        let parts = self.parts.len();
        let is_whole = self.is_whole();
        let mut body = String::new();
        let mut next = 1;
        for (number, part) in &self.parts {
            if *number > next {
                body.push_str(MISSING);
            }
            body.push_str(&part.message.content.text);
            next = number + 1;
        }
        if next <= self.total {
            body.push_str(MISSING);
        }
        let received_at = self.parts.values().map(|part| part.message.received_at).max();
        let attachments =
            self.parts.values().flat_map(|part| part.message.content.attachments.iter().cloned());
        let attachments: Vec<_> = attachments.take(ATTACHMENTS_MAX).collect();
        let keys: Vec<Digest> = self.parts.values().skip(1).map(|part| part.message.dedupe).collect();
        let (_, first) = self.parts.into_iter().next()?;
        let mut message = first.message;
        message.parts = keys;
        message.received_at = received_at.unwrap_or(message.received_at);
        let content = Arc::make_mut(&mut message.content);
        content.text = body;
        content.attachments = attachments;
        let mut message = finished(message, (!is_whole).then_some("incomplete"));
        if is_whole && message.keyword.is_none() {
            message.keyword = keyword::of(&message.content.text, &first.languages);
        }
        Some(Joined { message, parts })
    }
}

/// The message with its halves of characters mended, cut to what a text may have, and this flag.
fn finished(mut message: InboundMessage, flag: Option<&str>) -> InboundMessage {
    let content: &mut Content = Arc::make_mut(&mut message.content);
    content.text = mend(&content.text).into_owned();
    if text::cut(&mut content.text, TEXT_BYTES_MAX) {
        content.flags.push("truncated".to_owned());
    }
    content.flags.extend(flag.map(str::to_owned));
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Channel, Name};
    use crate::wire::Keys;

    fn part(keys: &Keys, group: u32, number: u32, total: u32, text: &str) -> Part {
        let source: Name = "line".parse().expect("a name");
        let id = format!("{group} {number} {text}");
        let content = Arc::new(Content { text: text.to_owned(), ..Content::default() });
        let (from, dedupe) = (keys.dedupe(&["from"]), keys.dedupe(&[&id]));
        let (to, at) = ("+4930901821".into(), Timestamp(0));
        let message = InboundMessage::new(Channel::Sms, source, to, from, dedupe, at, content);
        let group = keys.dedupe(&["group", &group.to_string()]);
        Part { group, number, total, message, wait: Span(600_000), languages: Vec::new() }
    }

    fn keys() -> Keys {
        Keys::new(b"a secret of tests that is long enough").expect("long enough")
    }

    #[test]
    fn a_body_without_the_name_of_a_part_tells_none() {
        for body in [
            r#"{"text":"a","concat":{"ref":"7","total":2,"part":1}}"#,
            r#"{"text":"a","\u0063oncat":{"ref":"7","total":2,"part":1}}"#,
            "text=a&concat=true&concat-ref=7&concat-total=2&concat-part=1",
            "text=a&%63oncat-ref=7&%63oncat-total=2&%63oncat-part=1",
        ] {
            assert!(Part::may_be_in(body.as_bytes()), "{body}");
        }
        for body in [r#"{"text":"When does it come?"}"#, "text=Hello%21+%C3%A9", "", "concaT"] {
            assert!(!Part::may_be_in(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn a_buffer_built_anew_says_the_same_with_the_same_keys() {
        let keys = keys();
        let told = || {
            let mut buffer = Buffer::default();
            let parts = [part(&keys, 1, 2, 2, "b"), part(&keys, 2, 1, 3, "x"), part(&keys, 1, 1, 2, "a")];
            let offered = parts.into_iter().zip(0..).flat_map(|(part, at)| buffer.offer(part, Timestamp(at)));
            let mut told: Vec<Joined> = offered.collect();
            assert_eq!(buffer.next_due(), Some(Timestamp(600_001)));
            told.extend(buffer.flush(Timestamp(600_001)));
            assert!(buffer.is_empty() && buffer.bytes == 0);
            told
        };
        assert_eq!(told(), told());
        let keys_told: Vec<Digest> = told().iter().map(|joined| joined.message.dedupe).collect();
        assert_eq!(keys_told, [keys.dedupe(&["1 1 a"]), keys.dedupe(&["2 1 x"])], "of the lowest part");
    }

    #[test]
    fn above_its_bounds_the_oldest_ends() {
        let (keys, mut buffer) = (keys(), Buffer::default());
        let large = "x".repeat(BYTES_MAX / 4 + 1);
        let ended: Vec<Joined> = (0..4)
            .flat_map(|group| buffer.offer(part(&keys, group, 1, 2, &large), Timestamp(i64::from(group))))
            .collect();
        assert_eq!((ended.len(), buffer.len()), (1, 3));
        assert!(ended.iter().all(|joined| joined.message.content.flags.contains(&"incomplete".to_owned())));
    }

    /// Whatever arrives in whatever order, every part is told at most once and nothing stays.
    #[test]
    fn any_parts_end_in_bounded_steps() {
        let (keys, mut rng) = (keys(), fastrand::Rng::with_seed(11));
        for _ in 0..200 {
            let (mut buffer, mut told, mut now) = (Buffer::default(), Vec::new(), 0);
            for _ in 0..rng.usize(1..60) {
                now += rng.i64(0..200_000);
                let total = rng.u32(2..5);
                let one = part(&keys, total * 10 + rng.u32(0..2), rng.u32(1..=total), total, "ab");
                told.extend(buffer.offer(one, Timestamp(now)));
                assert!(buffer.next_due().is_none_or(|due| due > Timestamp(now)), "nothing is owed");
            }
            told.extend(buffer.flush(Timestamp(i64::MAX)));
            assert!(buffer.is_empty() && buffer.bytes == 0 && buffer.due.is_empty());
            assert!(told.iter().all(|joined| joined.parts > 0));
        }
    }
}
