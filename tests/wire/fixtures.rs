//! Goal: each input becomes the message, the command or the refusal in the text beside it, and nothing
//! that is damaged or hostile makes the decoder panic.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use switchboard::domain::*;
use switchboard::engine::command::{Command, Order};
use switchboard::engine::effect::{EffectId, Hand};
use switchboard::wire::{DecodeError, Decoded, Decoder, Inbound, Input, Keys, format_instant, out_message};

use crate::corpus::corpus;
use crate::golden;
use crate::journal::subjects;
use crate::samples::{NOW, name};

#[test]
fn every_fixture_is_what_stands_beside_it() {
    let decoder = decoder();
    for path in fixtures() {
        let expected = path.with_extension("txt");
        let (subject, payload) = read(&path);
        golden::check(&expected, &tell(decode(&decoder, &subject, &payload)));
    }
}

#[test]
fn a_refusal_says_nothing_of_what_was_sent() {
    let decoder = decoder();
    let refused =
        fixtures().into_iter().filter(|path| path.parent().is_some_and(|dir| dir.ends_with("refused")));
    for path in refused {
        let (subject, payload) = read(&path);
        let fault = decode(&decoder, &subject, &payload).expect_err("refused");
        assert!(!format!("{fault:?}").contains("secret"), "{}: {fault:?}", path.display());
    }
}

#[test]
fn damage_ends_as_a_message_or_a_refusal() {
    let decoder = decoder();
    // One at a time, since the decoder's own types hold no lock that a panic could poison.
    for path in fixtures() {
        let (subject, payload) = read(&path);
        let payload = &payload[..payload.len().min(4_000)];
        for end in 0..payload.len() {
            let _ = decode(&decoder, &subject, &payload[..end]);
        }
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..300 {
            let mut flipped = payload.to_vec();
            for _ in 0..random.usize(1..5) {
                if let Some(byte) = flipped.get_mut(random.usize(0..payload.len().max(1))) {
                    *byte ^= 1 << random.u8(0..8);
                }
            }
            let _ = decode(&decoder, &subject, &flipped);
        }
    }
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let decoder = decoder();
    for (subject, bytes, sentence) in [
        ("switchboard.in.sms.line", 1 << 21, "the message has over 1048576 bytes"),
        ("switchboard.in.email.support", 36 << 20, "the mail has over 35 MiB"),
        ("switchboard.in.command.crm.offer.accept", 1 << 20, "the request has over 524288 bytes"),
    ] {
        let fault = decode(&decoder, subject, &vec![b'x'; bytes]).expect_err("too large");
        assert_eq!((fault.code, fault.reason.as_str()), ("too_large", sentence));
    }
}

#[test]
fn a_subject_must_name_what_is_configured() {
    let decoder = decoder();
    for (subject, code, sentence) in [
        ("switchboard.in.sms.nowhere", "unknown_source", "its subject names no configured source"),
        ("switchboard.in.sms.support", "channel_mismatch", "its source is configured for another channel"),
        ("switchboard.in.sms", "bad_subject", "its subject is not one of the input's"),
        ("switchboard.in.command.CRM.status", "bad_subject", "its subject names an actor that is no name"),
    ] {
        let fault = decode(&decoder, subject, b"{}").expect_err("no such way in");
        assert_eq!((fault.code, fault.reason.as_str()), (code, sentence));
    }
}

#[test]
fn a_huge_header_block_is_cut_and_the_mail_kept() {
    let mail = format!("From: jo@example.org\n{}\nhello\n", "X-Long: x\n".repeat(60_000));
    let decoded = decode(&decoder(), "switchboard.in.email.support", mail.as_bytes());
    let Some(message) = single(decoded) else { panic!("a message") };
    assert_eq!(message.content.text, "hello");
    assert!(message.content.flags.contains(&"headers_cut".to_owned()));
}

#[test]
fn our_reply_is_found_by_its_id_at_any_mailbox() {
    let decoder = decoder();
    let payload = br#"{"conversation":"c12","text":"Hi","id":"x"}"#;
    let order = decode(&decoder, "switchboard.in.command.crm.conversation.reply", payload);
    let Ok(Decoded::Command(Order { command: Command::Reply { reply, own, .. }, .. })) = order else {
        panic!("a reply")
    };
    let id = reply.external_id.clone().expect("every reply has one");
    let answer = format!("From: jo@example.org\nIn-Reply-To: <{id}>\n\nThanks\n");
    for source in ["support", "billing"] {
        let answer = decode(&decoder, &format!("switchboard.in.email.{source}"), answer.as_bytes());
        let Some(answer) = single(answer) else { panic!("a message") };
        let own = own.expect("a reply with an id has a key");
        assert_eq!(answer.thread.parents.first().map(|key| key.digest), Some(own.digest));
    }
}

#[test]
fn the_answer_to_what_we_began_finds_back() {
    let decoder = decoder();
    let start = |payload: &str| {
        let order = decode(&decoder, "switchboard.in.command.crm.conversation.start", payload.as_bytes());
        let Ok(Decoded::Command(Order { command: Command::Start(start), .. })) = order else {
            panic!("a beginning: {order:?}")
        };
        start
    };
    let answered = |subject: &str, payload: &str| match decode(&decoder, subject, payload.as_bytes()) {
        Ok(Decoded::Inbound(told)) => only(told),
        other => panic!("{other:?}"),
    };
    let sms = start(r#"{"source":"line","to":{"address":"+1 (555) 010-0100"},"text":"Hi"}"#);
    let answer = r#"{"message_id":"1","from":"0015550100100","text":"Yes?"}"#;
    let answer = answered("switchboard.in.sms.line", answer);
    assert_eq!((answer.from, answer.thread.parents.first()), (sms.contact, sms.own.as_ref()));
    assert_eq!(sms.threads.len(), 2, "he may have written to each of our numbers");

    let mail = start(r#"{"source":"support","to":{"address":"Jo+x@Example.org"},"text":"Hi","id":"1"}"#);
    let id = mail.reply.external_id.clone().expect("a command with an id has one");
    let answer = answered(
        "switchboard.in.email.billing",
        &format!("From: jo@example.org\nReferences: <{id}>\n\nYes?\n"),
    );
    let parent = answer.thread.parents.first().map(|key| key.digest);
    assert_eq!((answer.from, parent), (mail.contact, mail.own.map(|key| key.digest)));
    assert_eq!(mail.own.map(|key| key.scope), Some(ThreadScope::Ours));

    for thread in [None, Some("room-3")] {
        let named = |member: &str| thread.map_or(String::new(), |id| format!(r#","{member}":"{id}""#));
        let chat =
            start(&format!(r#"{{"source":"web","to":{{"address":"u 7"}},"text":"Hi"{}}}"#, named("thread")));
        let answer = format!(r#"{{"message_id":"1","from":"u 7","text":"Yes?"{}}}"#, named("thread_id"));
        let answer = answered("switchboard.in.chat.web", &answer);
        assert_eq!((answer.from, answer.thread.parents.first()), (chat.contact, chat.own.as_ref()));
        let handed = out_message(EffectId { seq: Seq(9), ordinal: 0 }, &hand(), &chat.reply, &chat.to, None);
        let handed: serde_json::Value = serde_json::from_slice(&handed).expect("it is JSON");
        assert_eq!(handed.get("thread_id").and_then(serde_json::Value::as_str), thread, "{handed}");
    }
}

/// Behind another provider the address alone may tell that a network takes free text only in answer.
#[test]
fn the_network_of_an_address_has_its_window() {
    let decoder = decoder();
    for (address, is_windowed) in
        [("whatsapp:+15550100100", true), ("messenger:7", true), ("rcs:acme", false), ("+15550100100", false)]
    {
        let payload = format!(r#"{{"source":"web","to":{{"address":"{address}"}},"text":"Hi"}}"#);
        let order = decode(&decoder, "switchboard.in.command.crm.conversation.start", payload.as_bytes());
        let Ok(Decoded::Command(Order { command: Command::Start(start), .. })) = order else {
            panic!("a beginning: {order:?}")
        };
        assert_eq!(start.is_windowed, is_windowed, "{address}");
    }
}

/// A message for the gateway of the chat.
fn hand() -> Hand {
    Hand {
        reply_until: None,
        message: MessageId(1),
        conversation: ConversationId(1),
        contact: ContactId(1),
        channel: Channel::Chat,
        source: name("web"),
        from: "webchat".into(),
        content: Seq(7),
        contact_content: Seq(3),
        answers: None,
    }
}

#[test]
fn one_mail_to_two_mailboxes_is_one_message() {
    let decoder = decoder();
    let mail = "From: jo@example.org\nMessage-ID: <1@x>\n\nHi\n";
    let dedupe = |source: &str, mail: &str| match decode(
        &decoder,
        &format!("switchboard.in.email.{source}"),
        mail.as_bytes(),
    ) {
        Ok(Decoded::Inbound(told)) => only(told).dedupe,
        other => panic!("{other:?}"),
    };
    assert_eq!(dedupe("support", mail), dedupe("billing", &mail.replace('\n', "\r\n")));
    assert_ne!(dedupe("support", mail), dedupe("support", &mail.replace("Hi", "Ho")));
}

/// mail-E2: such a mail has an id of our own making, which is the same however it is delivered.
#[test]
fn a_mail_without_an_id_that_comes_again_is_one_message() {
    let decoder = decoder();
    let mail = "From: jo@example.org\nDate: Mon, 5 Jan 2026 14:00:00 +0000\nSubject: Hi\n\nHi\n";
    let told = |mail: &str| {
        single(decode(&decoder, "switchboard.in.email.support", mail.as_bytes())).expect("a message")
    };
    let again =
        told(&format!("Received: from relay.example by mx.example; Mon, 5 Jan 2026 14:05:00 +0000\n{mail}"));
    let first = told(mail);
    assert_eq!(first.content.external_id, again.content.external_id);
    assert_eq!(first.dedupe, again.dedupe);
    assert_ne!(first.dedupe, told(&mail.replace("Subject: Hi", "Subject: Ho")).dedupe);
}

/// mail-E57: the text is empty, and what stands for it is shown.
#[test]
fn an_encrypted_mail_shows_what_stands_for_its_text() {
    let mail = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/rows/email/pgp-encrypted.eml");
    let mail = fs::read(mail).expect("it lies there");
    let told = single(decode(&decoder(), "switchboard.in.email.support", &mail)).expect("a message");
    assert_eq!(told.content.text, "");
    assert_eq!(told.content.text_stripped.as_deref(), Some("(encrypted message)"));
    assert!(told.content.flags.iter().any(|flag| flag == "encrypted"), "{:?}", told.content.flags);
    assert_eq!(told.content.attachments.len(), 2);
}

/// mail-E43
#[test]
fn a_read_receipt_is_no_message() {
    let mail = "From: jo@example.org\nTo: support@help.example\nMessage-ID: <r@x>\nSubject: Read: Hi\n\
        Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n\
        --b\n\nIt was displayed.\n--b\nContent-Type: message/disposition-notification\n\n\
        Final-Recipient: rfc822; jo@example.org\nOriginal-Message-ID: <1@x>\n\
        Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n";
    let of = |mail: &str| match decode(&decoder(), "switchboard.in.email.support", mail.as_bytes()) {
        Ok(Decoded::Inbound(told)) => told,
        other => panic!("{other:?}"),
    };
    let [Inbound::Update(update)] = &of(mail)[..] else { panic!("it reports on a mail") };
    assert!(matches!(update.change, Change::Report { state: DeliveryState::Read, .. }), "{update:?}");
    let of_nothing = mail.replace("Original-Message-ID: <1@x>\n", "");
    assert!(matches!(of(&of_nothing)[..], [Inbound::Ignored("read_receipt")]));
}

#[test]
fn every_mail_of_the_shared_corpus_decodes() {
    let Some(folder) = corpus("email/mime/chatwoot") else { return };
    let decoder = decoder();
    for path in files(&folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "eml")) {
        let mail = fs::read(&path).expect("the mail is read");
        let decoded = decode(&decoder, "switchboard.in.email.support", &mail);
        assert!(matches!(decoded, Ok(Decoded::Inbound(_))), "{}: {decoded:?}", path.display());
    }
}

/// The one message of an input.
fn only(told: Vec<Inbound>) -> Box<InboundMessage> {
    let mut told = told.into_iter();
    match (told.next(), told.next()) {
        (Some(Inbound::Message(message)), None) => message,
        other => panic!("{other:?}"),
    }
}

fn single(decoded: Result<Decoded, DecodeError>) -> Option<Box<InboundMessage>> {
    match decoded {
        Ok(Decoded::Inbound(told)) => Some(only(told)),
        _ => None,
    }
}

fn decoder() -> Decoder {
    let source = |text, channel, addresses: &[&str]| {
        let addresses = addresses.iter().map(|address| Endpoint::from(*address)).collect();
        Source::new(name(text), channel, addresses)
    };
    let sources = vec![
        source(
            "support",
            Channel::Email,
            &["support@help.example", "sales@help.example", "billing@help.example"],
        ),
        source("billing", Channel::Email, &["billing@help.example"]),
        source("line", Channel::Sms, &["+15550100199", "+48 22 555 01 01"]),
        source("web", Channel::Chat, &["webchat"]),
        source("desk", Channel::Work, &[]),
    ];
    Decoder::new(subjects(), sources, keys())
}

fn keys() -> Keys {
    Keys::new(b"a secret for tests, thirty-two b").expect("long enough")
}

fn decode(decoder: &Decoder, subject: &str, payload: &[u8]) -> Result<Decoded, DecodeError> {
    let token = format!("support+{}@help.example", keys().token(ConversationId(12)));
    // One fixture is about its envelope; the others have none.
    let bcc = payload.starts_with(b"From: jo@example.org\r\nTo: undisclosed-recipients");
    let rcpt_to: &[&str] = if bcc { &[&token] } else { &[] };
    decoder.decode(&Input {
        subject,
        payload,
        mail_from: None,
        rcpt_to,
        language: None,
        inseq: 42,
        stored_at: NOW,
    })
}

/// Every input on file.
fn fixtures() -> Vec<PathBuf> {
    let folders = files(&golden::here().join("fixtures"));
    let all = folders.iter().flat_map(|folder| files(folder));
    all.filter(|path| path.extension().is_some_and(|end| end != "txt")).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// The subject that a fixture comes by, and its bytes with what only the keys can make filled in.
fn read(path: &Path) -> (String, Vec<u8>) {
    let file = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let folder = path.parent().and_then(Path::file_name).expect("a folder").to_string_lossy().into_owned();
    let (folder, file) = match folder.as_str() {
        "refused" => file.split_once('_').map(|(door, rest)| (door.to_owned(), rest.to_owned())),
        _ => Some((folder, file)),
    }
    .expect("a refused input begins with its channel");
    let subject = match folder.as_str() {
        "email" => "switchboard.in.email.support".to_owned(),
        "sms" => "switchboard.in.sms.line".to_owned(),
        "chat" => "switchboard.in.chat.web".to_owned(),
        "work" => "switchboard.in.work.desk".to_owned(),
        "command" => format!("switchboard.in.command.crm.{}", verb(&file)),
        other => format!("switchboard.in.{other}.line"),
    };
    let payload = fs::read(path).expect("the fixture is read");
    let token = keys().token(ConversationId(12)).to_uppercase();
    let issued = keys().message_id(ConversationId(12), Digest(1), "help.example");
    (subject, replace(&replace(&payload, "{TOKEN}", &token), "{ISSUED}", &issued))
}

/// `offer.accept_with_id` begins with a verb: two tokens, the second as far as the verbs go.
fn verb(file: &str) -> &str {
    let verbs = [
        "agent.sign_in",
        "agent.sign_out",
        "agent.presence",
        "agent.explode",
        "agent.upsert",
        "offer.accept",
        "offer.decline",
        "conversation.note",
        "conversation.reply",
        "conversation.start",
        "conversation.resolve",
        "conversation.requeue",
        "conversation.list",
        "conversation.pend",
        "conversation.resume",
        "conversation.set",
        "conversation.transfer",
        "wrap_up.finish",
        "escalation.ack",
        "work.create",
    ];
    verbs
        .into_iter()
        .find(|verb| file.starts_with(verb))
        .expect("a fixture of a command begins with its verb")
}

fn replace(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    match bytes.windows(from.len()).position(|window| window == from.as_bytes()) {
        Some(place) => [&bytes[..place], to.as_bytes(), &bytes[place + from.len()..]].concat(),
        None => bytes.to_vec(),
    }
}

fn tell(decoded: Result<Decoded, DecodeError>) -> String {
    match decoded {
        Ok(Decoded::Inbound(told)) => told.iter().map(tell_one).collect::<Vec<_>>().join("\n"),
        Ok(Decoded::Command(order)) => tell_order(&order),
        Err(DecodeError { code, reason, channel }) => {
            let channel = channel.map_or("no channel", Channel::as_str);
            format!("refused   {code}, {channel}\n          {reason}\n")
        }
    }
}

fn tell_one(told: &Inbound) -> String {
    match told {
        Inbound::Message(message) => tell_message(message),
        Inbound::Part(part) => {
            format!("part      {} of {}\n{}", part.number, part.total, tell_message(&part.message))
        }
        Inbound::Update(update) => tell_update(update),
        Inbound::Ignored(reason) => format!("ignored   {reason}\n"),
        Inbound::Refused(code, reason) => format!("refused   {code}\n          {reason}\n"),
    }
}

fn tell_update(update: &InboundUpdate) -> String {
    let mut told = String::new();
    let mut line = |word: &str, what: String| writeln!(told, "{word:<10}{what}").expect("text takes text");
    line("update", format!("{} by {} to {}", update.channel, update.source, update.to));
    line("change", format!("{:?}", update.change));
    update.from.iter().for_each(|from| line("from", short(*from)));
    update.token.iter().for_each(|token| line("token", token.to_string()));
    update.threads.iter().for_each(|key| line("thread", format!("{} {:?}", short(key.digest), key.scope)));
    update.targets.iter().for_each(|target| line("target", short(*target)));
    line("dedupe", short(update.dedupe));
    if !update.content.text.is_empty() {
        line("text", update.content.text.clone());
    }
    told
}

fn tell_message(message: &InboundMessage) -> String {
    let mut told = String::new();
    let mut line = |word: &str, what: String| writeln!(told, "{word:<10}{what}").expect("text takes text");
    let content = &message.content;
    line("message", format!("{} by {} to {}", message.channel, message.source, message.to));
    line("class", format!("{:?}", message.class));
    line("from", format!("{} as {}", party(&content.from), short(message.from)));
    content.to.iter().for_each(|to| line("to", party(to)));
    let thread = &message.thread;
    thread.token.iter().for_each(|token| line("token", token.to_string()));
    thread.parents.iter().for_each(|key| line("parent", tell_key(key)));
    thread.own.iter().for_each(|key| line("own", tell_key(key)));
    line("dedupe", short(message.dedupe));
    message.language.iter().for_each(|tag| line("language", tag.to_string()));
    message.sent_at.iter().for_each(|at| line("sent_at", format_instant(*at)));
    content.external_id.iter().for_each(|id| line("id", id.clone()));
    content.subject.iter().for_each(|subject| line("subject", subject.clone()));
    for attachment in &content.attachments {
        line("attached", format!("{attachment:?}"));
    }
    content.flags.iter().for_each(|flag| line("flag", flag.clone()));
    let shown: String = content.text.chars().take(400).collect();
    let more = if shown.len() < content.text.len() {
        format!("… {} bytes", content.text.len())
    } else {
        String::new()
    };
    writeln!(told, "\n{shown}{more}").expect("text takes text");
    told
}

fn tell_order(order: &Order) -> String {
    let key = order.key.map_or("none".to_owned(), short);
    let head = format!("command   {} by {}\nkey       {key}\n", order.command.verb(), order.actor);
    let version = order.if_version.map(|version| format!("version   {version}\n")).unwrap_or_default();
    format!("{head}{version}\n{:#?}\n", order.command)
}

fn party(party: &Party) -> String {
    match &party.name {
        Some(name) => format!("{name} <{}>", party.address),
        None => party.address.clone(),
    }
}

fn tell_key(key: &ThreadKey) -> String {
    format!("{} {:?}", short(key.digest), key.scope)
}

/// Enough of a digest to see whether two are the same.
fn short(digest: Digest) -> String {
    digest.to_string().chars().take(8).collect()
}
