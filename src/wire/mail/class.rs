//! Whether a person or a robot wrote a mail (field page channels 1.5), from its fields alone where they say it: what robots
//! set on purpose goes before what they are called, and the words of a subject come last.

use crate::domain::{MailSource, MessageClass};
use crate::wire::address::canonical_mail;

use super::hints;
use super::report::prose;
use super::subject::folded;
use super::{Mail, calendar, lists};

/// More lines of `Received` than any way that a mail takes.
const HOPS_MAX: usize = 25;

/// What a mail is, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub class: MessageClass,
    /// What told it, as one word.
    pub reason: &'static str,
    /// An automatic answer may be sent to it.
    pub may_auto_reply: bool,
    /// Nobody wants to hear what becomes of it: its envelope sender is `<>`.
    pub null_sender: bool,
}

/// What is known of a mail besides what it says.
pub(crate) struct Facts<'a> {
    /// The envelope sender.
    pub mail_from: Option<&'a str>,
    /// The address of whoever wrote it; none where nothing tells.
    pub from: Option<&'a str>,
    /// Every address of ours, as it is compared.
    pub ours: &'a [String],
    /// Whether we issued a Message-ID.
    pub issued: &'a dyn Fn(&str) -> bool,
}

pub(super) type Sign = (MessageClass, &'static str);

/// Whether an address is one that nobody reads: of a server, of a list (RFC 3834 2).
fn is_machine(address: &str) -> bool {
    const NAMES: [&str; 9] = [
        "mailer-daemon",
        "postmaster",
        "majordomo",
        "listserv",
        "listmaster",
        "bounce",
        "bounces",
        "mail-daemon",
        "noreply",
    ];
    let address = address.trim_matches(['<', '>', ' ']);
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local).to_ascii_lowercase();
    let name = local.split('+').next().unwrap_or_default();
    NAMES.contains(&name)
        || name.starts_with("owner-")
        || name.starts_with("bounce-")
        || ["-request", "-owner", "-bounces"].iter().any(|end| name.ends_with(end))
}

impl Verdict {
    /// What a mail is.
    pub fn of(mail: &Mail, facts: &Facts<'_>) -> Verdict {
        let null_sender = null_sender(mail, facts.mail_from);
        let written = mail.fields.first("from").unwrap_or_default().to_ascii_lowercase();
        let nameless = mail.from.is_empty() && written.contains("mailer-daemon");
        let daemon = is_daemon(facts.from.unwrap_or_default()) || nameless;
        let told = report(mail, facts)
            .or_else(|| complaint(mail, facts))
            .or_else(|| bounce(mail, facts, daemon, null_sender))
            .or_else(|| returned(mail, facts))
            .or_else(|| answer(mail))
            .or_else(|| absence(mail, null_sender))
            .or_else(|| calendar::method(mail).map(|_| (MessageClass::Calendar, "calendar")))
            .or_else(|| machine(mail))
            .or_else(|| lists::sent_to_many(mail, facts))
            .or_else(|| weak(facts, null_sender, daemon));
        let (class, reason) = told.unwrap_or((MessageClass::Human, "nothing_else"));
        let names = [facts.from, facts.mail_from, mail.fields.first("return-path")];
        let quiet = null_sender
            || facts.from.is_none()
            || suppresses(mail)
            || is_lost(mail)
            || names.into_iter().flatten().any(is_machine);
        Verdict { class, reason, may_auto_reply: class == MessageClass::Human && !quiet, null_sender }
    }

    /// Whether a mail of this class opens a conversation at a mailbox.
    pub fn opens(&self, mail: &Mail, mailbox: &MailSource) -> bool {
        match self.class {
            MessageClass::Human => true,
            MessageClass::Automated | MessageClass::List | MessageClass::Bulk => {
                !self.null_sender && mailbox.opens.contains(&self.class)
            }
            MessageClass::Calendar => calendar::method(mail).is_some_and(|method| method.invites()),
            MessageClass::AutoReply
            | MessageClass::Bounce
            | MessageClass::ReadReceipt
            | MessageClass::Complaint
            | MessageClass::Loop
            | MessageClass::System => false,
        }
    }
}

/// It went through more hands than any mail does.
pub(crate) fn is_lost(mail: &Mail) -> bool {
    mail.fields.all("received").nth(HOPS_MAX).is_some()
}

/// Reports bear a media type of their own (RFC 6522), whatever else their fields say; some are not told as reports but
/// have the part.
fn report(mail: &Mail, facts: &Facts<'_>) -> Option<Sign> {
    let told = mail.media.parameter("report-type").unwrap_or_default().to_ascii_lowercase();
    let told = if mail.media.kind == "multipart/report" { told } else { Default::default() };
    let has = |kind: &str| mail.parts.iter().any(|part| part.media.kind == kind);
    if told == "feedback-report" || has("message/feedback-report") {
        return Some((MessageClass::Complaint, "feedback_report"));
    }
    if told == "disposition-notification"
        || has("message/disposition-notification")
        || has("message/global-disposition-notification")
    {
        return Some((MessageClass::ReadReceipt, "disposition_notification"));
    }
    // A person who asks about a report may send it along.
    let machine = (has("message/delivery-status") || has("message/global-delivery-status"))
        && (mail.media.kind.ends_with("delivery-status") || !is_personal(mail, facts));
    let report =
        mail.media.kind == "multipart/report" && (told.is_empty() || told.ends_with("delivery-status"));
    (report || machine).then_some((MessageClass::Bounce, "delivery_status"))
}

/// A complaint of a provider that does not write feedback reports: from its desk of complaints, with our mail.
fn complaint(mail: &Mail, facts: &Facts<'_>) -> Option<Sign> {
    let subject = mail.subject.as_deref().unwrap_or_default().to_lowercase();
    let returned = mail.parts.iter().any(|part| part.media.kind == "message/rfc822");
    let desk = mail.fields.first("x-hmxmroriginalrecipient").is_some()
        || local(facts.from.unwrap_or_default()).is_some_and(|local| local == "staff" || local == "abuse");
    let says = subject.starts_with("complaint about message from") || subject.contains("abuse report");
    (returned && desk && says).then_some((MessageClass::Complaint, "complaint_subject"))
}

/// A bounce without a part for machines: its sender, its fields, or what it says.
fn bounce(mail: &Mail, facts: &Facts<'_>, daemon: bool, null_sender: bool) -> Option<Sign> {
    let robot = answer(mail).map(|(_, reason)| reason);
    let answers =
        robot.is_some_and(|reason| reason != "auto_submitted") || absence(mail, null_sender).is_some();
    if mail.fields.first("x-failed-recipients").is_some_and(|value| value.contains('@')) {
        return Some((MessageClass::Bounce, "failed_recipients"));
    }
    let says = || prose::tells_of_failure(mail);
    if daemon && (!answers || says()) {
        return Some((MessageClass::Bounce, "daemon"));
    }
    if answers {
        return None;
    }
    let subject = hints::is_bounce(mail.subject.as_deref().unwrap_or_default());
    let personal = is_personal(mail, facts);
    let system = system_sender(mail, facts, personal);
    let returns = || prose::returns_mail(mail);
    if robot.is_some() {
        // Some servers call their bounces answers, as RFC 3834 lets them; so do robots that speak of what was not delivered.
        let is_server = system != System::No || returns();
        return (subject && is_server && says()).then_some((MessageClass::Bounce, "failure_told"));
    }
    // A person who writes of a bounce uses the same words, but does not send back a mail under such a subject.
    let sends_back = || subject && !is_passed_on(mail) && returns();
    let is_server = match (null_sender, system) {
        (true, _) => subject || system != System::No || returns(),
        (false, System::Yes) => !personal || subject || returns(),
        (false, System::Maybe) => subject,
        (false, System::No) => !personal && sends_back(),
    };
    if is_server && says() {
        return Some((MessageClass::Bounce, "failure_told"));
    }
    let is_named = system == System::Yes && !personal && !is_passed_on(mail);
    (subject && (null_sender || is_named)).then_some((MessageClass::Bounce, "bounce_subject"))
}

/// A person answers or passes on what a server wrote.
fn is_passed_on(mail: &Mail) -> bool {
    let subject = folded(mail.subject.as_deref().unwrap_or_default());
    let subject = hints::bare(&subject);
    ["re:", "fwd:", "fw:", "aw:", "wg:", "tr:", "rv:", "sv:", "vs:"]
        .iter()
        .any(|prefix| subject.starts_with(prefix))
}

/// What does not arrive comes back to its writer: a server that reports has nowhere for that.
fn is_personal(mail: &Mail, facts: &Facts<'_>) -> bool {
    let path = facts.mail_from.or_else(|| mail.fields.first("return-path")).unwrap_or_default();
    mail.from.iter().any(|from| path.contains('@') && canonical_mail(path) == canonical_mail(&from.address))
}

/// Our own mail that came back: it names us as its sender, bears our mark, or was delivered to us before.
fn returned(mail: &Mail, facts: &Facts<'_>) -> Option<Sign> {
    let ours = |address: &str| facts.ours.contains(&canonical_mail(address));
    if facts.from.is_some_and(ours) {
        return Some((MessageClass::Loop, "own_address"));
    }
    if mail.message_id.as_deref().is_some_and(facts.issued) {
        return Some((MessageClass::Loop, "own_message_id"));
    }
    if mail.fields.all("x-loop").any(|mark| super::headers::addresses(mark).any(ours)) {
        return Some((MessageClass::Loop, "own_mark"));
    }
    let mut seen: Vec<String> = Vec::new();
    for address in mail.fields.all("delivered-to").flat_map(super::headers::addresses).take(HOPS_MAX) {
        let address = address.to_lowercase();
        if ours(&address) && seen.contains(&address) {
            return Some((MessageClass::Loop, "delivered_twice"));
        }
        seen.push(address);
    }
    None
}

/// Fields that robots set which answer a mail, and their values; an empty one means any but `no`.
const ANSWER_FIELDS: &[(&str, &str, &str)] = &[
    ("x-oof", "", "x_vacation"),
    ("x-autogenerated", "reply", "x_autogenerated"),
    ("x-autogenerated", "forward", "x_autogenerated"),
    ("x-post-messageclass", "9", "message_class"),
    ("precedence", "auto_reply", "precedence"),
    ("precedence", "auto-reply", "precedence"),
    ("preference", "auto_reply", "precedence"),
    ("x-precedence", "auto_reply", "precedence"),
    ("x-mailer", "vacation", "vacation"),
    ("x-apple-action", "vacation", "vacation"),
];

/// A robot's answer.
fn answer(mail: &Mail) -> Option<Sign> {
    if mail.fields.word("auto-submitted").as_deref() == Some("auto-replied") {
        return Some((MessageClass::AutoReply, "auto_submitted"));
    }
    let says = |(name, value, _): &&(&str, &str, &str)| match mail.fields.word(name) {
        Some(word) if value.is_empty() => !word.is_empty() && word != "no",
        Some(word) => word == *value,
        None => false,
    };
    if let Some((.., reason)) = ANSWER_FIELDS.iter().find(says) {
        return Some((MessageClass::AutoReply, reason));
    }
    if let Some(reason) = mail.fields.in_order().find_map(|(name, value)| answer_field(name, value)) {
        return Some((MessageClass::AutoReply, reason));
    }
    let robot = mail.fields.all("delivered-to").any(|to| to.eq_ignore_ascii_case("autoresponder"));
    robot.then_some((MessageClass::AutoReply, "autoresponder"))
}

/// Every program of this kind has a field of its own, and its name says what it is: `X-Autoreply`, `X-Mail-Autoreply`,
/// `X-Vacation`. One that begs for none is no such.
fn answer_field(name: &str, value: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 5] = [
        ("autorepl", "x_autoreply"),
        ("autorespon", "x_autorespond"),
        ("autoanswer", "x_autoreply"),
        ("outofoffice", "x_vacation"),
        ("vacation", "x_vacation"),
    ];
    let bare: String = name.strip_prefix("x-")?.chars().filter(char::is_ascii_alphanumeric).collect();
    let word = value.split([';', ' ', '\t', '(']).next().unwrap_or_default().to_ascii_lowercase();
    let denies = bare.contains("suppress") || ["", "no", "none", "false", "0"].contains(&word.as_str());
    NAMES.iter().find(|(part, _)| !denies && bare.contains(part)).map(|(_, reason)| *reason)
}

/// A robot's answer that nothing but its subject tells. Mail to many may have such a subject too.
fn absence(mail: &Mail, null_sender: bool) -> Option<Sign> {
    let is_to_many =
        ["list-id", "list-post", "list-unsubscribe"].iter().any(|name| mail.fields.first(name).is_some());
    let precedence = mail.fields.word("precedence").unwrap_or_default();
    let is_loose = null_sender
        || suppresses(mail)
        || automation(mail).is_some()
        || ["bulk", "junk"].contains(&precedence.as_str())
        || ["in-reply-to", "references"].iter().any(|name| mail.fields.first(name).is_some());
    let says = || hints::is_absence(mail.subject.as_deref().unwrap_or_default(), is_loose);
    (!is_to_many && says()).then_some((MessageClass::AutoReply, "absence_subject"))
}

/// The word of a mail that says that a machine wrote it.
fn automation(mail: &Mail) -> Option<String> {
    mail.fields.word("auto-submitted").filter(|word| !word.is_empty() && word != "no")
}

/// A machine that says so.
fn machine(mail: &Mail) -> Option<Sign> {
    if automation(mail).is_some() {
        return Some((MessageClass::Automated, "auto_submitted"));
    }
    let generated = mail.fields.first("x-fc-machinegenerated").is_some_and(|value| {
        !value.is_empty() && !["false", "no", "0"].iter().any(|word| value.eq_ignore_ascii_case(word))
    });
    if generated {
        return Some((MessageClass::Automated, "machine_generated"));
    }
    if mail.media.kind == "multipart/report" {
        return Some((MessageClass::Automated, "report"));
    }
    let cron = mail.fields.first("x-cron-env").is_some();
    cron.then_some((MessageClass::Automated, "cron"))
}

/// Names of those who read no answer.
const DEAF: [&str; 16] = [
    "noreply",
    "donotreply",
    "dontreply",
    "nepasrepondre",
    "keineantwort",
    "nichtantworten",
    "noresponder",
    "noresponda",
    "naoresponda",
    "nonrispondere",
    "nietbeantwoorden",
    "geenantwoord",
    "ikkesvar",
    "svarikke",
    "intesvara",
    "svarainte",
];

/// What hints at a machine where nothing says so.
fn weak(facts: &Facts<'_>, null_sender: bool, daemon: bool) -> Option<Sign> {
    let local = local(facts.from.unwrap_or_default()).unwrap_or_default();
    if daemon {
        return Some((MessageClass::Bounce, "daemon"));
    }
    if null_sender {
        return Some((MessageClass::Automated, "null_sender"));
    }
    let bare: String = local.chars().filter(char::is_ascii_alphabetic).collect();
    if ["autoreply", "autoresponder"].contains(&bare.as_str()) {
        return Some((MessageClass::AutoReply, "auto_reply_sender"));
    }
    DEAF.iter().any(|word| bare.contains(word)).then_some((MessageClass::Automated, "no_reply_sender"))
}

/// The sender asks robots not to answer (what Exchange writes).
fn suppresses(mail: &Mail) -> bool {
    let wishes = mail.fields.all("x-auto-response-suppress").flat_map(|value| value.split([',', ';', ' ']));
    let mut wishes = wishes.map(|wish| wish.trim().to_ascii_lowercase());
    wishes.any(|wish| ["all", "oof", "autoreply"].contains(&wish.as_str()))
}

fn null_sender(mail: &Mail, mail_from: Option<&str>) -> bool {
    let null = |sender: &str| sender.trim().trim_matches(['<', '>']).trim().is_empty();
    mail_from.or_else(|| mail.fields.first("return-path")).is_some_and(null)
}

/// Called as the programs that carry mail are.
pub(crate) fn is_daemon(address: &str) -> bool {
    let local = local(address).unwrap_or_default();
    ["mailer-daemon", "mailerdaemon", "mailer_daemon"].contains(&local.as_str())
}

/// Whether a sender is called as a server is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum System {
    Yes,
    /// As those are who look after one: they may be persons, too.
    Maybe,
    No,
}

fn system_sender(mail: &Mail, facts: &Facts<'_>, personal: bool) -> System {
    const NAMES: &[&str] = &[
        "mdaemon",
        "mailadm",
        "mail-daemon",
        "ndr",
        "bounce",
        "bounces",
        "imss",
        "mail.delivery.system",
        "mailsweeper",
    ];
    const SHOWN: &[&str] =
        &["mail delivery", "delivery subsystem", "mail system", "system administrator", "mail administrator"];
    let from = mail.from.first();
    let Some(local) = from.map(|from| from.address.as_str()).or(facts.from).and_then(local) else {
        // Servers write `From: <>`; who leaves it out may be anybody.
        return if mail.fields.first("from").is_some() { System::Yes } else { System::Maybe };
    };
    let shown = from.and_then(|from| from.name.as_deref()).unwrap_or_default().to_lowercase();
    let parts = ["postmaster", "post_master", "mail_service"];
    if NAMES.contains(&local.as_str())
        || parts.iter().any(|part| local.contains(part))
        || SHOWN.iter().any(|words| shown.contains(words))
    {
        return System::Yes;
    }
    let keeper = ["system", "smtp", "majordomo"].contains(&local.as_str()) || local.ends_with("-admin");
    let maybe_keeper = !personal && ["admin", "administrator"].contains(&local.as_str());
    if keeper || maybe_keeper { System::Maybe } else { System::No }
}

/// What stands before the at sign, in lower case; all of what has none.
fn local(address: &str) -> Option<String> {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    let local = local.trim().trim_matches(['"', '\\', '<', '>']).to_lowercase();
    Some(local).filter(|local| !local.is_empty())
}
