//! Goal: what is deep, wide or endless on purpose ends within the bounds. Method: the inputs go through the targets of
//! the fuzzer, which hold each to its counted steps and its limits, and then what is told of them is looked at.

use switchboard::domain::{Channel, Format, Source, Timestamp};
use switchboard::wire::format::Item;
use switchboard::wire::limits::{ATTACHMENTS_MAX, TEXT_BYTES_MAX};
use switchboard::wire::normalize::{Handed, normalize};

use crate::samples::name;
use crate::targets;

const MIB: usize = 1_024 * 1_024;

#[test]
fn nested_html_ends_within_its_steps() {
    for html in [
        "<div>".repeat(40_000),
        format!("{}x{}", "<div>".repeat(40_000), "</div>".repeat(40_000)),
        "<ul><li>".repeat(5_000),
        "<table><tr><td>".repeat(5_000),
        "<blockquote>".repeat(20_000),
        "<b><p>".repeat(10_000),
        "<a href=x>".repeat(20_000),
        "</div>".repeat(40_000),
    ] {
        targets::html(html.as_bytes());
        mail_of(&format!("Content-Type: text/html\n\n{html}"));
    }
}

#[test]
fn one_sign_and_nothing_else_ends_within_its_steps() {
    for sign in ["<", "&", "=?", ">"] {
        mail_of(&format!("Content-Type: text/html\n\n{}", sign.repeat(MIB / 32 / sign.len())));
    }
}

#[test]
fn what_is_endless_ends_within_its_steps() {
    for sign in ["<", "&", "=?", ">", "\"", "(", "<!--", "<a ", "> ", "--", "On ", "a@", "[", "Re:"] {
        let text = sign.repeat(MIB / 64 / sign.len());
        targets::html(text.as_bytes());
        targets::reply(text.as_bytes());
        targets::subject(text.as_bytes());
        targets::text(text.as_bytes());
        mail_of(&format!("Subject: {text}\n\n{text}"));
        mail_of(&format!("To: {text}\nReferences: {text}\nContent-Type: {text}\n\nx"));
    }
}

#[test]
fn many_lines_end_within_their_steps() {
    let lines = "a\n".repeat(100_000);
    targets::reply(lines.as_bytes());
    targets::html(lines.as_bytes());
    mail_of(&format!("Subject: x\n\n{lines}"));
    mail_of(&format!("Content-Type: text/plain; format=flowed\n\n{}", ">> a \n".repeat(100_000)));
    let references: String = (0..100_000).map(|number| format!("<{number}@x>\n ")).collect();
    mail_of(&format!("References: {references}\n\nx"));
}

/// mail-E49: what is too deep and too many is left out and flagged.
#[test]
fn deep_and_wide_mails_are_cut_and_flagged() {
    let level = |number| format!("Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n");
    let deep: String = (0..120).map(level).collect();
    assert!(flags(&mail_of(&format!("{deep}\nat the ground\n"))).contains(&"truncated".to_owned()));

    let part = "--b\nContent-Type: application/octet-stream; name=a.bin\n\nx\n";
    let wide =
        mail_of(&format!("Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n", part.repeat(2_000)));
    assert!(flags(&wide).contains(&"truncated".to_owned()));
    let Some(Item::Message(message)) = wide.first() else { panic!("a message") };
    assert!(message.attachments.len() <= ATTACHMENTS_MAX);

    let long = mail_of(&format!("X-Junk: {}\nSubject: Hello\n\nbody\n", "j ".repeat(100_000)));
    let Some(Item::Message(message)) = long.first() else { panic!("a message") };
    assert_eq!((message.subject.as_deref(), message.text.as_deref()), (Some("Hello"), Some("body")));
}

/// mail-E47, mail-E48, mail-E50, mail-E51 in one mail of several megabytes.
#[test]
fn a_large_broken_mail_is_read_once() {
    let line = "a --b in a line\0\r";
    let body = line.repeat(2 * MIB / line.len());
    let file = "Content-Type: text/plain\nContent-Disposition: attachment; filename=\"../../\u{202e}fdp.exe\"\n\nx\n";
    let told = mail_of(&format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n{body}\n--b\n{file}"));
    let Some(Item::Message(message)) = told.first() else { panic!("a message") };
    let text = message.text.as_deref().unwrap_or_default();
    assert!(text.starts_with("a --b in a line") && text.len() <= TEXT_BYTES_MAX && !text.contains('\0'));
    let named = message.attachments.first().and_then(|file| file.filename.as_deref());
    assert_eq!(named, Some("fdp.exe"));
}

/// A body of any provider that is nested a hundred levels, or far deeper, and one with everything many times.
#[test]
fn deep_json_of_any_provider_is_read_or_refused() {
    let deep = |levels: usize, open: &str, close: &str| {
        format!("{}1{}", open.repeat(levels), close.repeat(levels)).into_bytes()
    };
    let bodies = [
        deep(100, "{\"a\":", "}"),
        deep(100, "[", "]"),
        deep(200_000, "[", "]"),
        deep(100_000, "{\"a\":", "}"),
    ];
    for body in bodies {
        type Door = (fn(&[u8]), usize);
        let doors: [Door; 3] = [
            (targets::sms, targets::formats(Channel::Sms).len()),
            (targets::chat, targets::formats(Channel::Chat).len()),
            (targets::canonical, targets::canonical_channels().len()),
        ];
        for (door, count) in doors {
            for choice in (b'a'..).take(count) {
                door(&[&[choice], body.as_slice()].concat());
            }
        }
    }
}

#[test]
fn xml_with_entities_is_refused() {
    let levels: String = (1..20)
        .map(|level| format!("<!ENTITY l{level} \"{}\">", format!("&l{};", level - 1).repeat(10)))
        .collect();
    let laughing =
        format!("<!DOCTYPE m [<!ENTITY l0 \"ha\">{levels}]><message from='a@x'><body>&l19;</body></message>");
    let outside = "<!DOCTYPE m [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><message from='a@x'><body>&f;</body></message>";
    let unknown = "<message from='a@x'><body>&nbsp;&f;</body></message>";
    let deep = format!("<message>{}", "<a>".repeat(100_000));
    let spaces = format!("<message {}/>", "xmlns:a='b' ".repeat(50_000));
    for stanza in [laughing.as_str(), outside, unknown, &deep, &spaces] {
        targets::chat(format!("k{stanza}").as_bytes());
        let mut source = Source::new(name("jabber"), Channel::Chat, Vec::new());
        source.format = Format::Xmpp;
        let told = normalize(stanza.as_bytes(), &source, Handed::default(), Timestamp(0));
        assert!(told.is_err(), "{:.60}", stanza);
    }
}

/// Hands a mail to the fuzzer's target, and shows what is told of it.
fn mail_of(rest: &str) -> Vec<Item> {
    let raw = format!("From: jo@home.test\n{rest}");
    targets::mail(raw.as_bytes());
    let source = Source::new(name("support"), Channel::Email, vec!["help@desk.test".into()]);
    normalize(raw.as_bytes(), &source, Handed::default(), Timestamp(1_775_000_000_000)).expect("a mail")
}

fn flags(items: &[Item]) -> Vec<String> {
    items
        .iter()
        .flat_map(|item| match item {
            Item::Message(message) => message.flags.clone(),
            Item::Ignored(_) | Item::Challenge(_) | Item::Refused(..) => Vec::new(),
        })
        .collect()
}
