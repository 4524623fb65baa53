//! Words for what agents do with what they hold.

use switchboard::engine::event::{ConversationChanged, Event};

use super::{Line, Printer, word};

impl Printer<'_> {
    pub(super) fn hold(&self, event: &Event) -> Option<Line> {
        match event {
            Event::InteractionPended { hold, until } => {
                let until = until.map_or_else(String::new, |until| format!(" until {}", self.when(until)));
                let detail = format!("by {}{until}", self.agent(hold.agent));
                Some((format!("interaction {}", hold.interaction), "pended".into(), detail))
            }
            Event::InteractionResumed { hold, cause } => {
                let detail = format!("by {}, {}", self.agent(hold.agent), word(cause));
                Some((format!("interaction {}", hold.interaction), "resumed".into(), detail))
            }
            Event::WrapUpStarted { hold, ends_at } => {
                let detail = format!("by {} until {}", self.agent(hold.agent), self.when(*ends_at));
                Some((format!("wrap-up {}", hold.interaction), "started".into(), detail))
            }
            Event::WrapUpFinished { hold, cause } => {
                let detail = format!("by {}, {}", self.agent(hold.agent), word(cause));
                Some((format!("wrap-up {}", hold.interaction), "finished".into(), detail))
            }
            Event::ConversationChanged(changed) => {
                let subject = format!("conversation {}", changed.conversation);
                Some((subject, "changed".into(), changed_how(changed)))
            }
            _ => None,
        }
    }
}

fn changed_how(changed: &ConversationChanged) -> String {
    let priority = changed.priority.map(|priority| format!("priority {priority}"));
    let language = changed.language.as_ref().map(|tag| format!("language {tag}"));
    let tags = changed.tags.as_ref().map(|tags| {
        let tags: Vec<&str> = tags.iter().map(|tag| tag.as_str()).collect();
        if tags.is_empty() { "no tags".to_owned() } else { format!("tags {}", tags.join(" ")) }
    });
    [priority, language, tags].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
