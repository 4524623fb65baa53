//! One record of each event that channels tell of messages that are there.

use std::sync::Arc;

use switchboard::domain::*;
use switchboard::engine::event::*;

use crate::samples::{NOW, later};

pub fn updates() -> Vec<Event> {
    let (message, conversation) = (MessageId(7), ConversationId(12));
    let touched = MessageTouched {
        message,
        conversation,
        from: Some(Digest(5)),
        dedupe: Some(Digest(8)),
        sent_at: Some(later(-2_000)),
        received_at: NOW,
        content: Some(Seq(23)),
    };
    let bare = MessageTouched { from: None, dedupe: None, sent_at: None, content: None, ..touched.clone() };
    let touched = || Box::new(touched.clone());
    let bare = || Box::new(bare.clone());
    let identified = |echoed_as| {
        let keys = vec![Digest(31), Digest(32)];
        Event::MessageIdentified(Box::new(MessageIdentified { message, conversation, keys, echoed_as }))
    };
    let mut events = vec![
        identified(None),
        identified(Some(MessageId(6))),
        Event::MessageEdited(touched()),
        Event::MessageEdited(bare()),
        Event::MessageDeleted(bare()),
        Event::MessageReacted { touched: touched(), removed: false },
        Event::MessageReacted { touched: bare(), removed: true },
        Event::MessageDelivery { message, conversation, state: DeliveryState::Queued, code: None },
        Event::MessageDelivery {
            message,
            conversation,
            state: DeliveryState::Delayed,
            code: Some("4.4.1".into()),
        },
    ];
    events.extend(written(message, conversation));
    events.extend(pended());
    events.extend(content(message, conversation));
    events
}

/// What our side wrote elsewhere, a further piece, and what a provider says.
fn written(message: MessageId, conversation: ConversationId) -> Vec<Event> {
    let extended = MessageExtended {
        message,
        conversation,
        dedupe: Digest(8),
        key: Some(Digest(33)),
        sent_at: Some(NOW),
        received_at: NOW,
        content: Seq(24),
    };
    let echoed = MessageEchoed {
        message,
        conversation,
        dedupe: Digest(8),
        key: Some(Digest(33)),
        group: Some(Digest(34)),
        sent_at: Some(NOW),
        received_at: NOW,
        content: Seq(25),
    };
    let told = ConversationTold {
        conversation,
        keys: vec![ThreadKey { digest: Digest(41), scope: ThreadScope::Channel }],
        from: Some(Digest(5)),
        dedupe: Digest(8),
        sent_at: Some(NOW),
        received_at: NOW,
        content: Seq(26),
    };
    let no_extended = MessageExtended { key: None, sent_at: None, ..extended.clone() };
    let no_echoed = MessageEchoed { key: None, group: None, sent_at: None, ..echoed.clone() };
    let no_told = ConversationTold { keys: vec![], from: None, sent_at: None, ..told.clone() };
    vec![
        Event::MessageExtended(Box::new(no_extended)),
        Event::MessageExtended(Box::new(extended)),
        Event::MessageEchoed(Box::new(no_echoed)),
        Event::MessageEchoed(Box::new(echoed)),
        Event::ConversationTold(Box::new(no_told)),
        Event::ConversationTold(Box::new(told)),
    ]
}

fn pended() -> Vec<Event> {
    let pended = |change, content| {
        Event::UpdatePended(Box::new(UpdatePended {
            source: SourceId(1),
            targets: vec![Digest(31)],
            change,
            from: Some(Digest(5)),
            dedupe: Digest(8),
            sent_at: Some(NOW),
            received_at: NOW,
            content,
        }))
    };
    let state = DeliveryState::Delivered;
    vec![
        pended(PendedChange::Edit, Some(Seq(27))),
        pended(PendedChange::Delete, None),
        pended(PendedChange::React { removed: false }, Some(Seq(27))),
        pended(PendedChange::React { removed: true }, None),
        pended(PendedChange::Report { state, code: Some("0".into()) }, None),
    ]
}

fn content(message: MessageId, conversation: ConversationId) -> Vec<Event> {
    let from = Party { address: "kim".into(), name: Some("Kim".into()) };
    let content = Arc::new(Content { from, text: "hello \u{1F44D}".into(), ..Content::default() });
    let update =
        |message, conversation| ContentPart::Update { message, conversation, content: content.clone() };
    let parts = [
        ContentPart::Echo { message, conversation, content: content.clone() },
        ContentPart::Adopted { message, conversation, content: Seq(27) },
        update(None, None),
        update(None, Some(conversation)),
        update(Some(message), Some(conversation)),
    ];
    parts.map(|part| Event::Content(Box::new(ContentRecord { prev: Seq(11), part }))).into()
}
