//! What people of ours begin, by the doors of a running daemon: work, conversations, notes, agents; and the inbox
//! by which a desktop finds back.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::caller::Caller;
use crate::support::daemon::led_after;
use crate::support::ledger::Ledger;
use crate::support::load::Stage;
use crate::support::until;

/// A site where nothing lapses while a test looks on, with a desk, and without Ben in its files.
fn calm(text: &str) -> String {
    let ben = "[agent.ben]\ncapacity = 6\nmax = { email = 2 }\n";
    assert!(text.contains(ben), "the site of the tests has Ben");
    let calm = text.replace(ben, "").replace("offer_timeout = \"1s\"", "offer_timeout = \"10m\"");
    let calm = calm.replace("lease = \"3s\"", "lease = \"10m\"");
    calm + "\n[source.desk]\nchannel = \"work\"\n"
}

#[tokio::test]
async fn an_agent_finds_all_that_is_his_in_his_inbox() {
    let stage = Stage::edited(str::to_owned, calm).await;
    let mut daemon = stage.home.serve();
    let ledger = Arc::new(Ledger::default());
    let ana = Caller::connect(&stage.server, "ana", ledger.clone()).await;
    let sue = Caller::connect(&stage.server, "sue", ledger).await;
    led_after(&sue.client, 0).await;
    yes(ana.command("agent.sign_in", "1", json!({ "desktop": "desk-1" })).await);

    let work = json!({ "source": "desk", "subject": "Call back", "contact": { "address": "kim" } });
    let made = yes(sue.command("work.create", "w1", work.clone()).await);
    assert_eq!(made["event"], "conversation.opened");
    assert_eq!(made["data"]["channel"], "work");
    let again = yes(sue.command("work.create", "w1", work).await);
    assert_eq!((&again["subject"], &again["repeated"]), (&made["subject"], &json!(true)));

    let offered = inbox(&ana, json!({ "desktop": "desk-1" })).await;
    assert_eq!((&offered["presence"], &offered["lease"]), (&json!("available"), &json!("held")));
    assert_eq!(offered["offers"][0]["conversation"], made["subject"]);
    assert!(offered["offers"][0]["expires_at"].is_string(), "{offered}");
    let offer = offered["offers"][0]["offer"].clone();
    yes(ana.command("offer.accept", "2", json!({ "offer": offer })).await);
    let reply = json!({ "conversation": made["subject"], "text": "Hello" });
    assert_eq!(ana.command("conversation.reply", "3", reply).await["error"]["code"], "no_replies");

    let start = json!({ "source": "line", "to": { "address": "0015550100" }, "text": "Your parcel is here" });
    let begun = yes(ana.command("conversation.start", "4", start.clone()).await);
    assert_eq!(begun["event"], "conversation.opened");
    let open = ana.command("conversation.start", "5", start).await;
    assert_eq!(open["error"]["code"], "conversation_open");

    let first = inbox(&ana, json!({ "limit": 1, "desktop": "desk-2" })).await;
    assert_eq!((&first["lease"], conversations(&first)), (&json!("held_elsewhere"), vec![&made["subject"]]));
    let second = inbox(&ana, json!({ "limit": 1, "after": first["after"] })).await;
    assert_eq!((&second["after"], conversations(&second)), (&Value::Null, vec![&begun["subject"]]));
    let refused = ask(&sue, "agent.inbox", json!({})).await;
    assert_eq!(refused["error"]["code"], "forbidden");
    daemon.stops().await;
}

#[tokio::test]
async fn the_answer_to_what_an_agent_began_joins_it_beside_his_note() {
    let stage = Stage::edited(str::to_owned, calm).await;
    let mut daemon = stage.home.serve();
    let ledger = Arc::new(Ledger::default());
    let ana = Caller::connect(&stage.server, "ana", ledger.clone()).await;
    let gateway = Caller::connect(&stage.server, "gateway", ledger.clone()).await;
    let sue = Caller::connect(&stage.server, "sue", ledger).await;
    led_after(&sue.client, 0).await;
    yes(ana.command("agent.sign_in", "1", json!({})).await);
    let start = json!({ "source": "line", "to": { "address": "+15550100" }, "text": "Your parcel is here" });
    let begun = yes(ana.command("conversation.start", "2", start).await);
    let note = json!({ "conversation": begun["subject"], "text": "He was asleep." });
    yes(ana.command("conversation.note", "3", note).await);
    let answer = json!({ "message_id": "1", "from": "+1 555 0100", "text": "Thanks" }).to_string();
    assert!(gateway.publish("switchboard.in.sms.line", answer.into_bytes()).await);
    let fax = json!({ "message_id": "1", "subject": "A fax" }).to_string();
    assert!(gateway.publish("switchboard.in.work.desk", fax.into_bytes()).await);

    let get = || ask(&ana, "conversation.get", json!({ "conversation": begun["subject"] }));
    until("the answer in the conversation", || async { get().await["messages"][2].is_object() }).await;
    let read = get().await;
    let told: Vec<&Value> = read["messages"].as_array().expect("messages").iter().collect();
    let directions: Vec<&Value> = told.iter().map(|message| &message["direction"]).collect();
    assert_eq!(directions, ["outbound", "note", "inbound"]);
    assert_eq!(told[0]["reply"]["to"]["address"], "+15550100");
    assert_eq!(told[1]["note"], json!({ "author": "ana", "text": "He was asleep." }));
    until("the fax among the offers", || async { inbox(&ana, json!({})).await["offers"][0].is_object() })
        .await;
    daemon.stops().await;
}

#[tokio::test]
async fn an_agent_added_by_command_signs_in_at_once_and_outlives_a_restart() {
    let stage = Stage::edited(str::to_owned, calm).await;
    let mut daemon = stage.home.serve();
    let ledger = Arc::new(Ledger::default());
    let ben = Caller::connect(&stage.server, "ben", ledger.clone()).await;
    let sue = Caller::connect(&stage.server, "sue", ledger).await;
    let epoch = led_after(&sue.client, 0).await;
    assert_eq!(ben.command("agent.sign_in", "1", json!({})).await["error"]["code"], "unknown_actor");
    let wanted = json!({ "agent": "ben", "skills": { "juggling": 3 }, "capacity": 2 });
    yes(sue.command("agent.upsert", "u1", wanted).await);
    yes(ben.command("agent.sign_in", "2", json!({})).await);
    let file = sue.command("agent.upsert", "u2", json!({ "agent": "ana" })).await;
    assert_eq!(file["error"]["code"], "set_by_file");
    daemon.kill();
    let mut daemon = stage.home.serve();
    led_after(&sue.client, epoch).await;
    let seen = yes(ask(&sue, "agent.get", json!({ "agent": "ben" })).await);
    let agent = &seen["agent"];
    assert_eq!((&agent["origin"], &agent["presence"]), (&json!("command"), &json!("available")));
    assert_eq!(ask(&sue, "agent.get", json!({ "agent": "ana" })).await["agent"]["origin"], "file");
    daemon.stops().await;
}

async fn inbox(agent: &Caller, members: Value) -> Value {
    yes(ask(agent, "agent.inbox", members).await)
}

async fn ask(caller: &Caller, verb: &str, members: Value) -> Value {
    let payload = members.to_string();
    caller.ask(verb, &payload).await.expect("an answer")
}

fn conversations(inbox: &Value) -> Vec<&Value> {
    let listed = inbox["conversations"].as_array().expect("a list");
    listed.iter().map(|conversation| &conversation["conversation"]).collect()
}

fn yes(answer: Value) -> Value {
    assert_eq!(answer["ok"], true, "{answer}");
    answer
}
