//! A reload at a site with much open: it is applied in steps, though nothing of it is to be recorded.

use std::sync::Arc;

use switchboard::config;
use switchboard::domain::{Channel, Digest, InboundMessage, Thread, ThreadKey, ThreadScope, Timestamp};
use switchboard::engine::command::{Command, Door, Order};
use switchboard::engine::event::Event;
use switchboard::engine::{Engine, site_order};

/// More than one step of an adoption looks at.
const OPEN: u64 = 10_500;
const NOW: Timestamp = Timestamp(1_772_442_000_000);

fn adopt(capacity: u32) -> Order {
    let text = format!(
        "[site]\ndefault_queue = \"chats\"\n[queue.chats]\n[source.web]\nchannel = \"chat\"\n\
         address = \"widget\"\n[agent.ana]\ncapacity = {capacity}\n"
    );
    let loaded = config::load_str("large.toml", &text).unwrap_or_else(|report| panic!("{report}"));
    site_order(Command::AdoptPolicy(Arc::new(loaded.policy)))
}

fn message(number: u64) -> Order {
    let digest = |salt: u64| Digest(u128::from(number * 2 + salt) << 64);
    let thread = ThreadKey { digest: digest(1), scope: ThreadScope::Channel };
    let message = InboundMessage {
        thread: Thread { parents: vec![thread], ..Thread::default() },
        ..InboundMessage::new(
            Channel::Chat,
            "web".parse().expect("a name"),
            "widget".into(),
            digest(0),
            digest(0),
            NOW,
            Arc::default(),
        )
    };
    let door = Door::Input { inseq: number, stored_at: NOW };
    Order { door, ..site_order(Command::ReceiveMessage(Box::new(message))) }
}

#[test]
fn an_adoption_looks_at_so_much_in_one_step_and_no_more() {
    let mut engine = Engine::new();
    engine.handle(NOW, &adopt(1)).expect("rules");
    for number in 1..=OPEN {
        engine.handle(NOW, &message(number)).expect("a message");
    }
    engine.handle(NOW, &adopt(2)).expect("other rules");
    let is_applied = |engine: &Engine| {
        engine.events().iter().any(|recorded| matches!(recorded.event, Event::PolicyApplied { .. }))
    };
    let mut steps = 1;
    while !is_applied(&engine) {
        assert_eq!(engine.next_deadline(), Some(engine.state().at), "the rest is owed at once");
        engine.handle(NOW, &site_order(Command::PassTime)).expect("time passes");
        steps += 1;
    }
    assert_eq!(steps, 2);
}
