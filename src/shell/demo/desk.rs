//! An agent's desktop: looks at what is offered, accepts, answers, resolves. Times are made from the
//! number of the offer, so that one run is like the other.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::DemoError;
use super::actor::Actor;
use super::script::{First, Letter, Script};

/// How long after a missed offer the agent is back at the desk.
const BACK_AFTER: Duration = Duration::from_millis(1_500);

/// The desktop of one agent.
#[derive(Clone)]
pub struct Desk {
    actor: Actor,
    script: Arc<Script>,
}

/// What is offered.
#[derive(Clone, Debug)]
pub struct Offered {
    pub offer: String,
    pub conversation: String,
    /// Whether nobody was offered this conversation before.
    pub first: bool,
}

impl Desk {
    pub fn new(actor: Actor, script: Arc<Script>) -> Desk {
        Desk { actor, script }
    }

    pub async fn sign_in(self) -> Result<(), DemoError> {
        let id = format!("{}-signs-in", self.actor.name());
        self.actor.ask("agent.sign_in", &json!({ "id": id, "desktop": "demo" })).await.map(|_| ())
    }

    pub async fn go_away(self, reason: String) -> Result<(), DemoError> {
        self.actor.ask("agent.presence", &json!({ "presence": "away", "reason": reason })).await.map(|_| ())
    }

    pub async fn come_back(self) -> Result<(), DemoError> {
        self.actor.ask("agent.presence", &json!({ "presence": "available" })).await.map(|_| ())
    }

    /// The agent finds that an offer was missed.
    pub async fn wake_up(self) -> Result<(), DemoError> {
        sleep(BACK_AFTER).await;
        self.come_back().await
    }

    /// Deals with an offer to the end of the conversation.
    pub async fn answer(self, offered: Offered) -> Result<(), DemoError> {
        let Offered { offer, conversation, first } = offered;
        let number: u64 = offer.trim_start_matches('o').parse().unwrap_or(0);
        sleep(Duration::from_millis(350 + number * 137 % 550)).await;
        let seen = self.actor.conversation(&conversation).await?;
        let way = self.newest(&seen).and_then(|letter| letter.first).filter(|_| first);
        match way {
            Some(First::Misses) => return Ok(()),
            Some(First::Declines) => return self.offer("offer.decline", &offer).await.map(|_| ()),
            None => {}
        }
        if !self.offer("offer.accept", &offer).await? {
            return Ok(());
        }
        sleep(Duration::from_millis(1_000 + number * 211 % 900)).await;
        // Meanwhile more may have come.
        let seen = self.actor.conversation(&conversation).await?;
        let text = self.newest(&seen).map_or("Thank you for your message.", |letter| letter.reply.as_str());
        let reply = json!({ "id": format!("{offer}-reply"), "conversation": conversation, "text": text });
        self.actor.ask("conversation.reply", &reply).await?;
        sleep(Duration::from_millis(300)).await;
        let resolve = json!({ "id": format!("{offer}-resolve"), "conversation": conversation });
        self.actor.ask("conversation.resolve", &resolve).await.map(|_| ())
    }

    /// Answers an offer. False when it had ended before.
    async fn offer(&self, verb: &str, offer: &str) -> Result<bool, DemoError> {
        let asked = json!({ "id": format!("{offer}-{verb}"), "offer": offer });
        match self.actor.ask(verb, &asked).await {
            Ok(_) => Ok(true),
            Err(DemoError::Refused { code, .. }) if code == "offer_ended" => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// What the contact wrote last, by the script.
    fn newest(&self, seen: &Value) -> Option<&Letter> {
        let messages = seen["messages"].as_array()?;
        let newest = messages.iter().rev().find_map(|message| message["content"]["external_id"].as_str())?;
        self.script.letter(newest)
    }
}

/// A supervisor acknowledges an escalation.
pub async fn acknowledge(supervisor: Actor, escalation: String) -> Result<(), DemoError> {
    sleep(Duration::from_millis(900)).await;
    let ack = json!({ "id": format!("{escalation}-ack"), "escalation": escalation });
    supervisor.ask("escalation.ack", &ack).await.map(|_| ())
}
