//! Calendar parts (RFC 5545, RFC 5546): an invitation is content, an answer or a cancellation is an event of its thread.

use crate::wire::limits::SUBJECT_BYTES_MAX;
use crate::wire::text;

use super::Mail;

/// Lines of a calendar part that are looked at.
const LINES_MAX: usize = 5_000;

/// What a calendar part asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Method(
    /// In upper case, as `REQUEST`.
    pub String,
);

impl Method {
    /// Whether it is addressed to a person who should see it: an invitation or an announcement.
    pub fn invites(&self) -> bool {
        ["REQUEST", "PUBLISH", "ADD"].contains(&self.0.as_str())
    }
}

/// The method of a mail's calendar, by its media type, else as the calendar itself says. A calendar without one is a file
/// as any other.
pub(crate) fn method(mail: &Mail) -> Option<Method> {
    let parts = || mail.parts.iter().filter(|part| part.media.kind == "text/calendar");
    let top = Some(&mail.media).filter(|media| media.kind == "text/calendar");
    let told = parts().map(|part| &part.media).chain(top).find_map(|media| media.parameter("method"));
    // Who attaches a calendar file sends a file: only its media type makes it more (RFC 6047 2.4).
    let written =
        || parts().filter(|part| !part.is_attached).find_map(|part| property(&part.text, "METHOD", false));
    let method = told.map(str::to_owned).or_else(written)?;
    let method = method.trim().to_ascii_uppercase();
    (!method.is_empty() && method.len() <= 32).then_some(Method(method))
}

/// The text of a mail, or what its invitation says where there is none.
pub(crate) fn shown(mail: &Mail, written: String) -> String {
    let calendars = mail.parts.iter().filter(|part| part.media.kind == "text/calendar");
    let Some(calendar) = calendars.map(|part| part.text.as_str()).find(|text| !text.trim().is_empty()) else {
        return written;
    };
    // A program that writes a text beside its invitation says in it what it wants to be read.
    if written.trim().is_empty() || is_calendar(&written) { summary(calendar) } else { written }
}

/// Whether a text is the calendar itself, as some mail programs show it.
fn is_calendar(text: &str) -> bool {
    text.trim_start().get(..15).is_some_and(|begin| begin.eq_ignore_ascii_case("BEGIN:VCALENDAR"))
}

fn summary(calendar: &str) -> String {
    let lines = [
        ("", property(calendar, "SUMMARY", true)),
        ("Start: ", property(calendar, "DTSTART", true).map(|value| instant(&value))),
        ("End: ", property(calendar, "DTEND", true).map(|value| instant(&value))),
        ("Place: ", property(calendar, "LOCATION", true)),
        ("Organizer: ", property(calendar, "ORGANIZER", true).map(|value| mailbox(&value))),
        ("", property(calendar, "DESCRIPTION", true)),
    ];
    let lines = lines.into_iter().filter_map(|(name, value)| Some(format!("{name}{}", value?)));
    lines.collect::<Vec<_>>().join("\n")
}

/// The first property of this name: of the event where `within`, else of the calendar around it. Its time zone stands
/// behind the value.
fn property(calendar: &str, name: &str, within: bool) -> Option<String> {
    let mut components: Vec<String> = Vec::new();
    for line in unfolded(calendar) {
        let Some((head, value)) = cut_value(&line) else { continue };
        let mut words = head.split(';');
        let property = words.next().unwrap_or_default().trim().to_ascii_uppercase();
        match property.as_str() {
            "BEGIN" => components.push(value.trim().to_ascii_uppercase()),
            "END" => {
                components.pop();
            }
            found if found == name => {
                let inner = components.last().map(String::as_str);
                let place = if within {
                    matches!(inner, Some("VEVENT" | "VTODO" | "VJOURNAL"))
                } else {
                    inner == Some("VCALENDAR")
                };
                if !place {
                    continue;
                }
                let zone = words.find_map(|word| word.trim().strip_prefix("TZID="));
                let zone = zone.map(|zone| format!(" {}", zone.trim_matches('"'))).unwrap_or_default();
                let value = text::lines(&unescaped(value)).trim().to_owned() + &zone;
                return Some(value).filter(|value| !value.is_empty()).map(cut);
            }
            _ => {}
        }
    }
    None
}

fn cut(mut value: String) -> String {
    text::cut(&mut value, 4 * SUBJECT_BYTES_MAX);
    value
}

/// Lines with those that continue them; bounded.
fn unfolded(calendar: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in calendar.lines().take(LINES_MAX) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// A line at its first colon outside of quotes.
fn cut_value(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let place = line.char_indices().find_map(|(place, char)| {
        quoted ^= char == '"';
        (char == ':' && !quoted).then_some(place)
    })?;
    line.split_at_checked(place).map(|(head, value)| (head, value.get(1..).unwrap_or_default()))
}

fn unescaped(value: &str) -> String {
    let mut clean = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            clean.push(char);
            continue;
        }
        match chars.next() {
            Some('n' | 'N') => clean.push('\n'),
            Some(other) => clean.push(other),
            None => {}
        }
    }
    clean
}

/// `20260102T150000Z` as `2026-01-02 15:00 UTC`; what is written in another way stays.
fn instant(value: &str) -> String {
    let (stamp, zone) =
        value.split_once(' ').map_or((value, String::new()), |(stamp, zone)| (stamp, format!(" {zone}")));
    let (stamp, zone) = match stamp.strip_suffix('Z') {
        Some(stamp) => (stamp, " UTC".to_owned()),
        None => (stamp, zone),
    };
    let (day, time) = stamp.split_once('T').unwrap_or((stamp, ""));
    let digits =
        |text: &str, length: usize| text.len() >= length && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(day, 8) {
        return value.to_owned();
    }
    let part = |text: &str, from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
    let day = format!("{}-{}-{}", part(day, 0, 4), part(day, 4, 6), part(day, 6, 8));
    match digits(time, 4) {
        true => format!("{day} {}:{}{zone}", part(time, 0, 2), part(time, 2, 4)),
        false => day,
    }
}

fn mailbox(value: &str) -> String {
    let bare = value.get(..7).filter(|begin| begin.eq_ignore_ascii_case("mailto:"));
    bare.and_then(|_| value.get(7..)).unwrap_or(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::mail::{MailPart, Media};

    const REQUEST: &str = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19701025T030000\n\
        END:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nSUMMARY:Visit\\, short\nDTSTART;TZID=\"Europe/Berlin\":20260102T1500\n 00\n\
        LOCATION:Hall 3\\nDoor 4\nORGANIZER;CN=\"A: B\":mailto:ann@example.test\nEND:VEVENT\nEND:VCALENDAR\n";

    fn mail(kind: &str, text: &str) -> Mail {
        let part = MailPart {
            media: Media { kind: kind.to_owned(), parameters: Vec::new() },
            text: text.to_owned(),
            ..MailPart::default()
        };
        Mail { parts: vec![part], ..Mail::default() }
    }

    #[test]
    fn an_invitation_says_what_when_and_where() {
        let mail = mail("text/calendar", REQUEST);
        assert!(method(&mail).expect("a method").invites());
        let shown = shown(&mail, String::new());
        let wanted = "Visit, short\nStart: 2026-01-02 15:00 Europe/Berlin\nPlace: Hall 3\nDoor 4\nOrganizer: ann@example.test";
        assert_eq!(shown, wanted);
    }

    #[test]
    fn what_the_text_says_already_is_not_said_again() {
        let mail = mail("text/calendar", REQUEST);
        assert_eq!(shown(&mail, "Visit, short: please come".to_owned()), "Visit, short: please come");
        assert_eq!(shown(&mail, "Please come".to_owned()), "Please come");
    }

    #[test]
    fn a_broken_calendar_says_what_it_can() {
        for text in ["", "BEGIN:VCALENDAR", "BEGIN", ":", "\\", "BEGIN:VEVENT\nDTSTART:x\nSUMMARY:\\"] {
            let mail = mail("text/calendar", text);
            assert_eq!(method(&mail), None);
            let _ = shown(&mail, String::new());
        }
        assert_eq!(instant("2026ł"), "2026ł");
    }
}
