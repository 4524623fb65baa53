//! Bounces that are written for people alone. Programs differ in their words and agree in their form: a sentence that it
//! failed, the address at the begin of a line or behind a few fixed words, then the mail itself. So places are weighed
//! instead of programs being known.

use crate::domain::DeliveryState;
use crate::wire::canonical::mail::MailRecipient;
use crate::wire::limits::{CONTACT_BYTES_MAX, RECIPIENTS_MAX};
use crate::wire::text;

use super::super::{Mail, html};
use super::places::{Place, places};
use super::reason::Told;
use super::words::{DELAYS, ENDS, FAILURES, LEADS, OTHERS, SHOWN_FIELDS};

/// What of a text is looked at, in bytes: who failed stands at its begin.
const TOLD_BYTES_MAX: usize = 64 * 1024;
/// Lines behind an address that say why.
const NEAR_LINES_MAX: usize = 25;

/// The text of a bounce in two: what its server says, and what came back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    pub told: String,
    returned: Option<String>,
}

impl Source {
    /// The text that is shown, else its HTML as text, else the raw body: a broken mail still says who failed.
    pub fn of(mail: &Mail) -> Source {
        let whole = if !mail.text.trim().is_empty() {
            mail.text.clone()
        } else if let Some(html) = mail.html.as_deref().filter(|html| html.len() <= 16 * TOLD_BYTES_MAX) {
            text::lines(&html::rough_text(html))
        } else {
            let raw = mail.body.get(..mail.body.len().min(4 * TOLD_BYTES_MAX)).unwrap_or_default();
            text::lines(&String::from_utf8_lossy(raw))
        };
        let mut told = String::new();
        let mut lines = whole.lines().peekable();
        while let Some(line) = lines.next() {
            let at_fields =
                is_field_of_transport(line) && lines.peek().is_some_and(|next| is_fieldlike(next));
            if at_fields || is_mark(line) || told.len() > TOLD_BYTES_MAX {
                let rest = at_fields.then_some(line).into_iter().chain(lines);
                let mut returned = rest.collect::<Vec<_>>().join("\n");
                text::cut(&mut returned, 4 * TOLD_BYTES_MAX);
                return Source { told, returned: Some(returned) };
            }
            told.extend([line, "\n"]);
        }
        Source { told, returned: None }
    }

    /// What came back, where it stands in the text.
    pub fn returned(&self) -> Option<&str> {
        let returned = self
            .returned
            .as_deref()?
            .trim_start_matches(|char: char| char.is_whitespace() || "-=>|".contains(char));
        Some(returned).filter(|returned| !returned.is_empty())
    }

    /// Whether it says something of the domain of an address: of the server that did not take the mail.
    pub fn speaks_of_host(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        domain.is_some_and(|domain| !domain.is_empty() && self.told.to_lowercase().contains(&domain))
    }

    /// What is said of an address: from where it stands until the next one leads a line.
    pub fn near(&self, address: &str) -> String {
        let wanted = address.to_lowercase();
        let mut lines = self.told.lines().skip_while(|line| !line.to_lowercase().contains(&wanted));
        let mut near = lines.next().unwrap_or_default().to_owned();
        for line in lines.take(NEAR_LINES_MAX) {
            let other = |place: &Place<'_>| place.leads() && !place.address.eq_ignore_ascii_case(address);
            if places(line).iter().any(other) {
                break;
            }
            near.extend(["\n", line]);
        }
        near
    }
}

/// Whether a mail says that something was not delivered.
pub(crate) fn tells_of_failure(mail: &Mail) -> bool {
    let told = Source::of(mail).told.to_lowercase();
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    FAILURES.iter().any(|phrase| words.contains(phrase))
}

/// Whether a mail holds another that came back.
pub(crate) fn returns_mail(mail: &Mail) -> bool {
    let part = mail
        .parts
        .iter()
        .any(|part| ["message/rfc822", "text/rfc822-headers"].contains(&part.media.kind.as_str()));
    part || Source::of(mail).returned.is_some()
}

/// How far the mail came that a bounce without fields is about.
pub(super) fn state(mail: &Mail, source: &Source) -> DeliveryState {
    let subject = mail.subject.as_deref().unwrap_or_default();
    let words =
        format!("{subject} {}", source.told).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    // What will be told when it ends in failure may be said of a delay.
    let is_warning =
        ["delay", "warning", "still being retried"].iter().any(|word| subject.to_lowercase().contains(word));
    if says(DELAYS) && (is_warning || !says(ENDS)) { DeliveryState::Delayed } else { DeliveryState::Failed }
}

/// Who failed, as the fields of the bounce and its text tell. `to` is whom the returned mail was addressed to.
pub(super) fn recipients(mail: &Mail, source: &Source, to: &[String], ours: &[String]) -> Vec<MailRecipient> {
    let state = state(mail, source);
    let listed = mail.fields.all("x-failed-recipients").flat_map(super::addresses);
    let listed: Vec<String> = listed.take(RECIPIENTS_MAX).map(str::to_owned).collect();
    let found = if listed.is_empty() { weighed(mail, source, to, ours) } else { listed };
    found.iter().map(|address| recipient(source, address, state)).collect()
}

/// A recipient with what the text says of him.
pub(super) fn recipient(source: &Source, address: &str, state: DeliveryState) -> MailRecipient {
    let address = text::line(address, CONTACT_BYTES_MAX);
    let near = source.near(&address);
    let mut recipient =
        MailRecipient { address, state, status: None, smtp_code: None, reason: None, is_guess: true };
    Told::read(&near, None, None).fill(&mut recipient);
    Told::read(&source.told, None, None).fill(&mut recipient);
    recipient
}

/// The addresses of the most telling places.
fn weighed(mail: &Mail, source: &Source, to: &[String], ours: &[String]) -> Vec<String> {
    let names = named(mail, source);
    if !names.is_empty() {
        return names;
    }
    let writers = mail.from.iter().chain(&mail.to).map(|party| party.address.to_lowercase());
    let writers: Vec<String> = writers.chain(ours.iter().cloned()).collect();
    let is_sent_to = |address: &str| to.iter().any(|known| known.eq_ignore_ascii_case(address));
    let mut best: Vec<String> = Vec::new();
    let mut best_weight = 0;
    let mut before = "";
    for line in source.told.lines() {
        for place in places(line) {
            let lower = place.address.to_lowercase();
            let writer = writers.contains(&lower) && !is_sent_to(&lower);
            let weight = if writer { 0 } else { weight(line, before, &place, is_sent_to(&lower)) };
            if weight > best_weight {
                best.clear();
                best_weight = weight;
            }
            if weight == best_weight && weight > 0 && best.len() < RECIPIENTS_MAX {
                best.push(place.address.to_owned());
            }
        }
        if !line.trim().is_empty() {
            before = line;
        }
    }
    best
}

const WEIGHT_OF_PLACE: u8 = 4;
const WEIGHT_OF_WORDS: u8 = 3;

/// How surely an address is the one that failed: 0 is not at all.
fn weight(line: &str, before: &str, place: &Place<'_>, sent_to: bool) -> u8 {
    let lower = line.trim_start().to_lowercase();
    let about = about(line, place);
    let other = OTHERS.iter().any(|words| about.contains(words));
    let keeper = ["postmaster@", "abuse@", "mailer-daemon@", "support@"]
        .iter()
        .any(|name| place.address.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name)));
    if SHOWN_FIELDS.iter().any(|name| lower.starts_with(name)) {
        return u8::from(sent_to || lower.starts_with("to:"));
    }
    if place.leads() {
        let asks = OTHERS.iter().take(5).any(|words| before.to_lowercase().contains(words));
        return if keeper || asks { 2 } else { WEIGHT_OF_PLACE };
    }
    if keeper || other && !sent_to {
        return 0;
    }
    let told = LEADS.iter().any(|words| lower.contains(words) || before.to_lowercase().contains(words));
    // An answer of SMTP may repeat the sender.
    let answer = lower.starts_with(|char: char| char.is_ascii_digit());
    match (told, answer && !sent_to) {
        (true, false) => WEIGHT_OF_WORDS,
        (true, true) => 2,
        (false, _) => 1,
    }
}

/// What a line says of an address that stands in it: what leads to it from the one before, or all where it is the only
/// one. The words of addresses themselves say nothing.
fn about(line: &str, place: &Place<'_>) -> String {
    let places = places(line);
    let at = places.iter().position(|other| other.before.len() == place.before.len()).unwrap_or_default();
    let previous = at.checked_sub(1).and_then(|at| places.get(at));
    let from = previous.map_or(0, |previous| previous.before.len() + previous.address.len());
    let about = match places.len() {
        ..=1 => format!("{} {}", place.before, place.behind),
        _ => place.before.get(from..).unwrap_or_default().to_owned(),
    };
    about.trim_start().to_lowercase()
}

/// Users that a server names without a domain, as it knows its own: their domain is the server's, or what it writes
/// behind `NAME@`.
fn named(mail: &Mail, source: &Source) -> Vec<String> {
    let listed = listed(source);
    let plain = |name: &&str| {
        name.len() <= 64 && name.chars().all(|char| char.is_ascii_alphanumeric() || "._-+".contains(char))
    };
    let is_list = |line: &&str| !line.contains('@') && line.split_whitespace().count() <= 8;
    if !listed.iter().all(is_list) {
        return Vec::new();
    }
    let names =
        listed.iter().filter_map(|line| line.split_whitespace().next().filter(plain)).take(RECIPIENTS_MAX);
    let domains = own_domains(mail, source);
    names
        .flat_map(|name| domains.iter().map(move |domain| format!("{name}@{domain}")))
        .take(RECIPIENTS_MAX)
        .collect()
}

/// The indented lines below a heading as `The following recipients:`.
fn listed(source: &Source) -> Vec<&str> {
    let mut lines = source.told.lines();
    let heads = |line: &&str| {
        let lower = line.trim_end().to_lowercase();
        let whom =
            ["recipient", "address", "user", "to the following:"].iter().any(|word| lower.contains(word));
        lower.contains("following") && whom && !lower.contains("reason") && lower.ends_with([':', '.'])
    };
    // The heading may go on in the next line.
    let mut at = lines
        .by_ref()
        .skip_while(|line| !heads(line) && !(line.to_lowercase().contains("following recipients")));
    let Some(mut head) = at.next() else { return Vec::new() };
    let mut listed: Vec<&str> = Vec::new();
    for line in at {
        if line.trim().is_empty() {
            if listed.is_empty() {
                continue;
            }
            break;
        }
        if listed.is_empty() && !head.trim_end().ends_with(':') && !line.starts_with([' ', '\t']) {
            head = line;
            continue;
        }
        if !head.trim_end().ends_with(':') || !line.starts_with([' ', '\t']) {
            break;
        }
        listed.push(line);
    }
    listed
}

/// What a server calls itself: behind `NAME@` in its text, else where it writes from.
fn own_domains(mail: &Mail, source: &Source) -> Vec<String> {
    let told: Vec<&str> = source
        .told
        .lines()
        .flat_map(places)
        .filter(|place| place.address.starts_with("NAME@") && place.before.to_lowercase().contains("mail"))
        .map(|place| place.address)
        .collect();
    let mut domains: Vec<String> =
        told.iter().filter_map(|address| Some(address.split_once('@')?.1.to_lowercase())).collect();
    domains.sort();
    domains.dedup();
    let own = mail
        .from
        .first()
        .and_then(|from| from.address.rsplit_once('@'))
        .map(|(_, domain)| domain.to_lowercase());
    if domains.is_empty() {
        domains.extend(own);
    }
    domains
}

/// A line behind which the mail stands that came back.
fn is_mark(line: &str) -> bool {
    const MARKS: &[&str] = &[
        "original message",
        "copy of the message",
        "copy of your message",
        "original mail",
        "unsent message",
        "returned mail",
        "returned message",
        "message header",
        "message text",
        "message follow",
        "headers of the message",
        "header of the original",
        "headers from the original",
        "undelivered message",
        "copy of the original",
        "mensaje original",
        "mensagem original",
        "nachricht folgt",
        "kopie der nachricht",
        "ursprüngliche nachricht",
        "message d'origine",
        "includes the headers",
        "message you sent follows",
        "original headers",
        "the message that caused",
        "message contents",
        "beginning of your message",
        "first 50 lines",
        "returned content",
        "元のメール",
        "元メッセージ",
        "your message reads",
        "オリジナルメッセージ",
    ];
    let bare = line.trim().trim_matches(|char: char| "-=*_|>#~: .".contains(char));
    let lower = bare.to_lowercase();
    let of_people = ["address", "recipient", "did not", "not receive", "transcript"]
        .iter()
        .any(|word| lower.contains(word));
    if lower.len() > 120 || of_people || !MARKS.iter().any(|words| lower.contains(words)) {
        return false;
    }
    let framed = ["---", "===", "***", "|--", "___", "###"].iter().any(|frame| line.contains(frame));
    let ends = line.trim_end();
    framed
        || ends.ends_with(':')
        || lower.ends_with("follows")
        || lower.ends_with("follow")
        || lower.ends_with("below")
}

fn is_field_of_transport(line: &str) -> bool {
    const NAMES: &[&str] =
        &["received:", "return-path:", "message-id:", "dkim-signature:", "delivered-to:", "mime-version:"];
    NAMES.iter().any(|name| line.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name)))
}

fn is_fieldlike(line: &str) -> bool {
    let named = || {
        line.split_once(':').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    };
    line.starts_with([' ', '\t']) || named()
}
