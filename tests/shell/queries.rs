//! What queries tell of work that is parked, sent on or wrapped up, straight from an engine.

use std::sync::Arc;

use serde_json::{Value, json};
use switchboard::config;
use switchboard::domain::{
    Channel, Content, Digest, InboundMessage, Name, OfferId, Party, Thread, ThreadKey, ThreadScope, Timestamp,
};
use switchboard::engine::command::{Changes, Command, Door, Order, TransferTo};
use switchboard::engine::{Engine, site_order};
use switchboard::shell::query::{Answered, SiteFacts, answer};
use switchboard::shell::site::Site;
use switchboard::wire::api::Request;
use switchboard::wire::{Keys, Occasion, Requests};

const DESK: &str = r#"
[site]
default_queue = "chats"
key_file = "site.key"
[queue.chats]
wrap_up = "30s"
[source.web]
channel = "chat"
address = "widget"
[agent.ana]
capacity = 2
[agent.ben]
capacity = 1
[actor.sue]
role = "supervisor"
"#;

/// 2026-03-02 09:00:00 UTC.
const NINE: Timestamp = Timestamp(1_772_442_000_000);

struct Desk {
    engine: Engine,
    facts: SiteFacts,
    requests: Requests,
    inseq: u64,
}

#[test]
fn what_is_parked_is_shown_with_its_instant_and_without_units() {
    let mut desk = Desk::open();
    let conversation = "c1".parse().expect("an id");
    desk.ask("ana", Command::Pend { conversation, until: Some(Timestamp(NINE.0 + 60_000)) });
    let agent = desk.query("ben", "agent.get", json!({ "agent": "ana" }));
    let held = json!([{
        "interaction": "i1", "conversation": "c1", "state": "pended", "units": 0,
        "until": "2026-03-02T09:01:00.000Z",
    }]);
    assert_eq!((&agent["agent"]["load"], &agent["agent"]["holds"]), (&json!(0), &held));
    let listed = desk.query("ben", "conversation.list", json!({ "state": "pended", "agent": "ana" }));
    let pended = &listed["conversations"][0];
    assert_eq!((&pended["state"], &pended["owed"]), (&json!("pended"), &json!(true)));
    assert_eq!(pended["interaction"]["until"], "2026-03-02T09:01:00.000Z");
    let assigned = desk.query("ben", "conversation.list", json!({ "state": "assigned" }));
    assert_eq!(assigned["conversations"], json!([]));
}

#[test]
fn what_is_wrapped_up_is_shown_with_its_agent_and_end() {
    let mut desk = Desk::open();
    let conversation = "c1".parse().expect("an id");
    let changes = Box::new(Changes { add: vec![name("vip")], ..Changes::default() });
    desk.ask("ana", Command::Set { conversation, changes });
    desk.ask("ana", Command::Resolve(conversation));
    let shown = desk.query("ben", "conversation.get", json!({ "conversation": "c1" }));
    let shown = &shown["conversation"];
    let wrap_up = json!([{ "interaction": "i1", "agent": "ana", "ends_at": "2026-03-02T09:00:30.000Z" }]);
    assert_eq!((&shown["state"], &shown["wrap_ups"]), (&json!("resolved"), &wrap_up));
    assert_eq!(shown["tags"], json!(["vip"]));
    let agent = desk.query("ben", "agent.get", json!({ "agent": "ana" }));
    assert_eq!(
        (&agent["agent"]["load"], &agent["agent"]["holds"][0]["state"]),
        (&json!(1), &json!("wrap_up"))
    );
    let listed = desk.query("ben", "conversation.list", json!({ "state": "wrap_up", "agent": "ana" }));
    assert_eq!(listed["conversations"].as_array().map(Vec::len), Some(1));
    let inbox = desk.query("ana", "agent.inbox", json!({}));
    let wrap_up =
        json!([{ "interaction": "i1", "conversation": "c1", "ends_at": "2026-03-02T09:00:30.000Z" }]);
    assert_eq!((&inbox["wrap_ups"], &inbox["conversations"]), (&wrap_up, &json!([])));
    // Who wraps it up still sees what was said.
    assert!(matches!(
        desk.answered("ana", "conversation.get", json!({ "conversation": "c1" })),
        Answered::Join(_)
    ));
}

#[test]
fn an_offer_that_a_person_directed_is_shown_as_such() {
    let mut desk = Desk::open();
    let conversation = "c1".parse().expect("an id");
    desk.ask("ben", Command::SignIn);
    desk.ask("ana", Command::Transfer { conversation, to: TransferTo::Agent(name("ben")) });
    let listed = desk.query("ben", "offer.list", json!({}));
    assert_eq!(
        (&listed["offers"][0]["agent"], &listed["offers"][0]["directed"]),
        (&json!("ben"), &json!(true))
    );
}

/// The content of a contact is for who leads; what is known of him besides for everybody who asks.
#[test]
fn a_contact_is_told_by_an_id_or_an_address_with_all_that_he_is() {
    let mut desk = Desk::open();
    let by_address = json!({ "contact": { "source": "web", "address": "u1" } });
    let unknown = desk.query("ben", "contact.get", json!({ "contact": "k9" }));
    assert_eq!((&unknown["error"]["code"], &unknown["contact"]), (&json!("unknown_contact"), &Value::Null));
    let told = desk.query("ben", "contact.get", by_address.clone());
    assert_eq!(told["error"]["code"], "unknown_contact", "nobody of that name wrote: {told}");
    let members = json!({ "contact": "k1", "with": by_address["contact"] }).to_string();
    let occasion = Occasion::default();
    let asked = desk.requests.parse("contact.link", &name("sue"), Door::Api, occasion, members.as_bytes());
    let Ok(Request::Command(order)) = asked else { panic!("it is no command: {asked:?}") };
    desk.handle(order);
    assert!(matches!(desk.answered("sue", "contact.get", by_address.clone()), Answered::Join(_)));
    let told = desk.query("ben", "contact.get", by_address);
    let contact = &told["contact"];
    assert_eq!((&contact["contact"], &contact["more"]), (&json!("k1"), &json!(false)));
    assert_eq!(contact["addresses"].as_array().map(Vec::len), Some(2));
    assert_eq!(contact["opt_outs"], json!([]));
    let conversation = &contact["conversations"][0];
    assert_eq!((&conversation["conversation"], &conversation["state"]), (&json!("c1"), &json!("assigned")));
    assert_eq!(conversation["contact"], "k1");
    assert_eq!(told.get("contact_content"), None);
}

impl Desk {
    /// Ana has accepted a chat.
    fn open() -> Desk {
        let loaded = config::load_str("desk.toml", DESK).unwrap_or_else(|report| panic!("{report}"));
        let keys = Keys::new(b"a secret for tests, thirty-two b").expect("long enough");
        let facts = SiteFacts {
            site: Site::new(name("desk")),
            led_since: NINE,
            keys: keys.clone(),
            instance: "test".to_owned(),
            warnings: Vec::new(),
            foreign: 0,
            dropped: Arc::default(),
            last_reload: Default::default(),
        };
        let requests = Requests::new(keys, &loaded.settings.sources);
        let mut desk = Desk { engine: Engine::new(), facts, requests, inseq: 0 };
        desk.handle(site_order(Command::AdoptPolicy(Arc::new(loaded.policy))));
        desk.ask("ana", Command::SignIn);
        desk.receive();
        desk.ask("ana", Command::AcceptOffer(OfferId(1)));
        desk
    }

    fn receive(&mut self) {
        let content = Content { from: Party { address: "1".into(), name: None }, ..Content::default() };
        let message = InboundMessage {
            thread: Thread {
                parents: vec![ThreadKey { digest: Digest(2 << 64), scope: ThreadScope::Channel }],
                ..Thread::default()
            },
            ..InboundMessage::new(
                Channel::Chat,
                name("web"),
                "widget".into(),
                Digest(1),
                Digest(3),
                NINE,
                Arc::new(content),
            )
        };
        self.inseq += 1;
        let door = Door::Input { inseq: self.inseq, stored_at: NINE };
        self.handle(Order { door, ..site_order(Command::ReceiveMessage(Box::new(message))) });
    }

    fn ask(&mut self, actor: &str, command: Command) {
        self.handle(Order { actor: name(actor), door: Door::Api, key: None, if_version: None, command });
    }

    fn handle(&mut self, order: Order) {
        let answer = self.engine.handle(NINE, &order);
        answer.unwrap_or_else(|rejection| panic!("{order:?}: {rejection}"));
    }

    fn answered(&self, actor: &str, verb: &str, members: Value) -> Answered {
        let (body, occasion) = (members.to_string(), Occasion::default());
        let asked = self.requests.parse(verb, &name(actor), Door::Api, occasion, body.as_bytes());
        let Ok(Request::Query(query)) = asked else { panic!("{verb} is no query: {asked:?}") };
        answer(&self.engine, &self.facts, &name(actor), &query, |_| None)
    }

    fn query(&self, actor: &str, verb: &str, members: Value) -> Value {
        match self.answered(actor, verb, members) {
            Answered::Ready(answer) => serde_json::from_slice(&answer.body).expect("an answer is JSON"),
            Answered::Join(join) => Value::Object(join.body),
            Answered::Status(_) => panic!("the status is not asked here"),
        }
    }
}

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}
