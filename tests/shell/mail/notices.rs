//! Supervisors hear of broken promises by mail; and a site whose mail cannot work does not start.

use super::site::MailSite;

/// The second rung names a mailbox.
fn with_mailbox(text: &str) -> String {
    let edited = text.replace(
        "rung.2 = { after = \"400ms\", notify = [\"role:supervisor\"] }",
        "rung.2 = { after = \"400ms\", notify = [\"role:supervisor\", \"email:duty@example.org\"] }",
    );
    assert_ne!(edited, text, "the ladder is there");
    edited
}

#[tokio::test]
async fn a_rung_with_a_mailbox_sends_what_a_supervisor_needs() {
    let site = MailSite::edited(&[], with_mailbox).await;
    let mut daemon = site.serve(0).await;
    let conversation = site.question().await;
    let notice = site.relay.has_got(1).await.remove(0);
    let (subject, text) = notice.read();
    assert!(subject.starts_with(&format!("switchboard: {conversation} waits ")), "{subject}");
    assert!(subject.ends_with("queue general, rung 2 of 3)"), "{subject}");
    let raised = site.all("escalation.raised");
    let raised = raised.iter().find(|raised| raised["rung"] == 2).expect("the rung was reached");
    let escalation = raised["escalation"].as_str().expect("an id");
    for told in [
        "A promise is broken: promised was that ",
        &format!("Conversation  {conversation}, email by help\n"),
        "Subject       Gdzie paczka?\n",
        "Queue         general, priority 50\n",
        "Held by       nobody\n",
        &format!("Escalation    {escalation}, rung 2 of 3 of ladder quick, raised at 20"),
        "Told          role:supervisor, email:duty@example.org\n",
        &format!("switchboard.api.<you>.escalation.ack  {{\"escalation\": \"{escalation}\"}}"),
        " UTC\n",
    ] {
        assert!(text.contains(told), "{told}\n---\n{text}");
    }
    let whole = String::from_utf8_lossy(&notice.raw).into_owned();
    assert!(whole.contains("multipart/alternative") && whole.contains("text/html"), "{whole}");
    assert!(
        !whole.contains("Hej") && !whole.contains("jo@example.net"),
        "no content of the contact: {whole}"
    );
    assert_eq!(notice.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert_eq!(notice.header("From").as_deref(), Some("Switchboard <switchboard@example.org>"));
    assert_eq!(
        (notice.from.as_str(), notice.to.as_slice()),
        ("switchboard@example.org", &["duty@example.org".to_owned()][..])
    );
    let id = notice.header("Message-ID").expect("an id");
    assert!(id.starts_with("<e") && id.ends_with("@example.org>"), "{id}");
    daemon.stops().await;
}

/// One of two mailboxes is full for a while: the other has its mail once.
#[tokio::test]
async fn who_has_a_notice_does_not_get_it_again() {
    let two = |text: &str| {
        // One promise alone, so that one notice is owed.
        with_mailbox(text)
            .replace("email:duty@example.org\"", "email:duty@example.org\", \"email:boss@example.org\"")
            .replace("assign = { within = \"1s\", warn = [\"50%\"] }", "")
    };
    let mut site = MailSite::edited(&["--defer", "duty@example.org"], two).await;
    let mut daemon = site.serve(0).await;
    site.question().await;
    site.board.has("mail.failed", 1).await;
    assert_eq!(site.all("mail.failed")[0]["code"], "deferred");
    site.relay.restart(&[]);
    site.board.has("mail.sent", 1).await;
    daemon.stops().await;
    let [once, later] = site.relay.arrived().try_into().expect("two deliveries");
    assert_eq!(
        (once.to, later.to),
        (vec!["boss@example.org".to_owned()], vec!["duty@example.org".to_owned()])
    );
    assert_eq!(once.raw, later.raw, "one mail to both");
}

#[tokio::test]
async fn the_words_of_a_notice_are_the_site_s_to_choose() {
    let own = |text: &str| {
        format!(
            "{}subject = \"[{{{{ queue }}}}] {{{{ conversation }}}}\"\ntext = \"{{{{ over }}}} over\"\n",
            with_mailbox(text)
        )
    };
    let site = MailSite::edited(&[], own).await;
    let mut daemon = site.serve(0).await;
    let conversation = site.question().await;
    let (subject, text) = site.relay.has_got(1).await[0].read();
    assert_eq!(subject, format!("[general] {conversation}"));
    assert!(text.ends_with("s over"), "{text}");
    daemon.stops().await;
}

#[tokio::test]
async fn a_site_whose_mail_cannot_work_does_not_start() {
    for (edit, told) in [
        (
            (|text: &str| text.replace("security = \"plain\"", "user = \"x\"\npassword_file = \"absent\""))
                as fn(&str) -> String,
            "the password of the relay cannot be read from ",
        ),
        (
            |text| format!("{text}text = \"\"\"\nx\n{{{{ ticket }}}}\"\"\"\n"),
            "`notice.text`, line 2, column 4: there is no fact `ticket`",
        ),
        (
            |text| text.replace("from = \"Switchboard <switchboard@example.org>\"", "from = \"Switchboard\""),
            "`notice.from`, line 1: `Switchboard` is no mailbox",
        ),
    ] {
        let site = MailSite::edited(&[], edit).await;
        let mut daemon = site.stage.home.serve();
        daemon.ends_with(78).await;
        assert!(daemon.log().contains(told), "{told}\n---\n{}", daemon.log());
    }
}
