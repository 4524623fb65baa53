//! What an agent writes arrives in the contact's thread, and the contact's answers come back to it.

use serde_json::json;

use super::site::MailSite;
use crate::support::caller::Caller;

#[tokio::test]
async fn a_reply_joins_the_contact_s_thread_and_his_answers_find_back() {
    let site = MailSite::set(&[]).await;
    let mut daemon = site.serve(0).await;
    let lines = "To: help@example.org\r\nSubject: RE: AW: Gdzie paczka?\r\nReferences: <0@example.net>\r\n";
    site.mail("1@example.net", lines, "Hej, gdzie?").await;
    let conversation = site.conversation_of(1).await;
    site.reply("r1", &conversation, "Jutro będzie.\n.\n-- \nSue").await;
    let first = site.relay.has_got(1).await.remove(0);
    assert_eq!(first.read(), ("Re: Gdzie paczka?".to_owned(), "Jutro będzie.\n.\n-- \nSue\n".to_owned()));
    assert_eq!(first.header("In-Reply-To").as_deref(), Some("<1@example.net>"));
    assert_eq!(first.header("References").as_deref(), Some("<0@example.net> <1@example.net>"));
    assert_eq!(first.header("From").as_deref(), Some("help@example.org"));
    assert_eq!(first.to, ["jo@example.net"]);
    assert_eq!(first.header("Auto-Submitted"), None);
    let reply_to = first.header("Reply-To").expect("an address for answers");
    assert!(reply_to.starts_with("help+c-") && reply_to.ends_with("@example.org"), "{reply_to}");
    assert_eq!(first.from, reply_to, "a bounce finds the conversation");
    let ours = first.header("Message-ID").expect("an id");
    assert!(ours.ends_with("@example.org>"), "{ours}");

    // As his program answers, to the mailbox as it is known.
    let lines = format!(
        "To: help@example.org\r\nSubject: Re: Gdzie paczka?\r\nIn-Reply-To: {ours}\r\n\
         References: <0@example.net> <1@example.net> {ours}\r\nReply-To: Jo at home <home@example.com>\r\n"
    );
    site.mail("2@example.net", &lines, "Dziękuję!").await;
    assert_eq!(site.conversation_of(2).await, conversation);
    // As a program answers that keeps nothing but the address.
    site.mail("3@example.net", &format!("To: {reply_to}\r\nSubject: one more thing\r\n"), "I jeszcze").await;
    assert_eq!(site.conversation_of(3).await, conversation);

    site.reply("r2", &conversation, "Proszę.").await;
    let second = site.relay.has_got(2).await.remove(1);
    assert_eq!(second.read().0, "Re: one more thing");
    assert_eq!(second.header("In-Reply-To").as_deref(), Some("<3@example.net>"));
    assert_ne!(second.header("Message-ID"), first.header("Message-ID"));
    site.board.has("mail.sent", 2).await;
    assert_eq!(site.all("mail.sent")[0]["response"], "250 2.0.0 kept as 1");
    daemon.stops().await;
    assert!(!daemon.log().contains("example.net"), "no address is in the log");
}

#[tokio::test]
async fn an_answer_goes_where_its_writer_wants_it() {
    let site = MailSite::set(&[]).await;
    let mut daemon = site.serve(0).await;
    let lines = "To: help@example.org\r\nSubject: x\r\nReply-To: Home <home@example.com>\r\n";
    site.mail("1@example.net", lines, "Hej").await;
    site.reply("r1", &site.conversation_of(1).await, "Hello.").await;
    let arrived = site.relay.has_got(1).await.remove(0);
    assert_eq!(arrived.to, ["home@example.com"]);
    assert_eq!(arrived.header("To").as_deref(), Some("Home <home@example.com>"));
    daemon.stops().await;
}

#[tokio::test]
async fn what_an_agent_begins_arrives_and_the_answer_joins_it() {
    let site = MailSite::set(&[]).await;
    let mut daemon = site.serve(0).await;
    let ana = Caller::alone(&site.stage.server, "ana").await;
    assert_eq!(ana.command("agent.sign_in", "a1", json!({})).await["ok"], true);
    let start = json!({
        "source": "help", "to": { "address": "jo@example.net", "name": "Jó" },
        "subject": "Twoja paczka", "text": "Już jedzie.",
    });
    let begun = ana.command("conversation.start", "a2", start).await;
    assert_eq!(begun["ok"], true, "{begun}");
    let conversation = begun["subject"].as_str().expect("an id").to_owned();
    let first = site.relay.has_got(1).await.remove(0);
    assert_eq!(first.read(), ("Twoja paczka".to_owned(), "Już jedzie.\n".to_owned()));
    assert_eq!((first.to_names(), &first.to), (vec!["Jó".to_owned()], &vec!["jo@example.net".to_owned()]));
    assert_eq!(first.header("From").as_deref(), Some("help@example.org"));
    assert_eq!((first.header("In-Reply-To"), first.header("References")), (None, None));
    assert_eq!(first.header("Auto-Submitted"), None, "a person wrote it");
    let ours = first.header("Message-ID").expect("an id");

    // The answer comes to the mailbox itself: nothing but the id that it answers names the conversation.
    let lines = format!("To: help@example.org\r\nSubject: Co?\r\nIn-Reply-To: {ours}\r\n");
    site.mail("1@example.net", &lines, "Która?").await;
    assert_eq!(site.conversation_of(1).await, conversation);
    assert_eq!(site.all("conversation.opened").len(), 1);
    site.reply("r1", &conversation, "Ta druga.").await;
    let second = site.relay.has_got(2).await.remove(1);
    assert_eq!(second.header("In-Reply-To").as_deref(), Some("<1@example.net>"));
    let references = second.header("References").expect("what it follows");
    assert!(references.contains(&ours), "{references}");
    daemon.stops().await;
}

/// His first address is a number, so only what was begun tells where a mail to him goes.
#[tokio::test]
async fn what_is_begun_at_another_address_of_the_contact_goes_on_there() {
    let site = MailSite::set(&[]).await;
    let mut daemon = site.serve(0).await;
    let sms = json!({ "message_id": "s1", "from": "+15550100", "text": "hello" }).to_string();
    assert!(site.gateway.publish("switchboard.in.sms.line", sms.into_bytes()).await, "an acknowledgement");
    site.board.has("message.received", 1).await;
    let link = json!({
        "contact": { "source": "line", "address": "+15550100" },
        "with": { "source": "help", "address": "kim@example.org" },
    });
    let linked = site.sue.command("contact.link", "l1", link).await;
    assert_eq!(linked["ok"], true, "{linked}");
    let ana = Caller::alone(&site.stage.server, "ana").await;
    assert_eq!(ana.command("agent.sign_in", "a1", json!({})).await["ok"], true);
    let start = json!({
        "source": "help", "to": { "address": "kim@example.org", "name": "Kim" }, "subject": "Paczka", "text": "Jedzie.",
    });
    let begun = ana.command("conversation.start", "a2", start).await;
    assert_eq!(begun["ok"], true, "{begun}");
    let conversation = begun["subject"].as_str().expect("an id").to_owned();
    // Mails leave side by side, so each is waited for.
    site.relay.has_got(1).await;
    for (id, count) in [("r1", 2), ("r2", 3)] {
        site.reply(id, &conversation, "I jeszcze.").await;
        let mail = site.relay.has_got(count).await.remove(count - 1);
        assert_eq!(mail.to, ["kim@example.org"]);
        assert_eq!(mail.to_names(), ["Kim"]);
        assert_eq!(mail.read().0, "Re: Paczka");
    }
    daemon.stops().await;
}

/// A relay that writes an id of its own over ours, as Amazon SES does: what the contact's program answers, and a
/// bounce, name that one.
#[tokio::test]
async fn the_id_that_a_relay_wrote_over_ours_finds_the_conversation() {
    const ID: &str = "0100018c2f3b5d7e-1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d-000000";
    let known = |text: &str| text.replace("[smtp]", "[smtp]\nmessage_id_domain = \"email.amazonses.com\"");
    let site = MailSite::edited(&["--answer", &format!("250 Ok {ID}")], known).await;
    let mut daemon = site.serve(0).await;
    site.mail("1@example.net", "To: help@example.org\r\nSubject: Paczka\r\n", "Hej, gdzie?").await;
    let conversation = site.conversation_of(1).await;
    site.reply("r1", &conversation, "Jutro.").await;
    site.board.has("mail.sent", 1).await;
    let sent = site.all("mail.sent").remove(0);
    assert_eq!(sent["response"], format!("250 Ok {ID}"));
    assert_eq!(sent["keys"].as_array().map(Vec::len), Some(1), "{sent}");
    let lines =
        format!("To: help@example.org\r\nSubject: Co?\r\nIn-Reply-To: <{ID}@email.amazonses.com>\r\n");
    site.mail("2@example.net", &lines, "Jutro?").await;
    assert_eq!(site.conversation_of(2).await, conversation);
    daemon.stops().await;
}
