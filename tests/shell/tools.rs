//! The operator's tools against a real server, and where it matters a real daemon.

#[path = "tools/bench.rs"]
mod bench;
#[path = "tools/bodies.rs"]
mod bodies;
#[path = "tools/dead.rs"]
mod dead;
#[path = "tools/inject.rs"]
mod inject;
#[path = "tools/status.rs"]
mod status;

use serde_json::Value;

use crate::support::daemon::status as ask_status;
use crate::support::load::Stage;
use crate::support::until;

#[tokio::test]
async fn init_ends_by_what_it_did_where_nobody_reads_what_it_prints() {
    let stage = Stage::set().await;
    let password = stage.home.folder().join("admin.password");
    let password = password.to_str().expect("a path of text");
    let ended =
        stage.home.operate_unread("init", &["--user=switchboard-admin", "--password-file", password]).await;
    assert_eq!(ended, Some(0));
}

/// A stage with a supervisor who can be asked.
struct Office {
    stage: Stage,
    supervisor: async_nats::Client,
}

impl Office {
    async fn open() -> Office {
        let stage = Stage::set().await;
        let supervisor = stage.server.user("sue").await;
        Office { stage, supervisor }
    }

    /// Waits until the daemon has so many conversations.
    async fn has_conversations(&self, count: u64) {
        until(&format!("{count} conversations"), || async {
            ask_status(&self.supervisor).await.is_some_and(|told| told["conversations"] == count)
        })
        .await;
    }

    /// Waits until the daemon has consumed this input.
    async fn has_consumed(&self, inseq: u64) {
        until(&format!("input {inseq} consumed"), || async {
            ask_status(&self.supervisor).await.is_some_and(|told| told["inseq"].as_u64() >= Some(inseq))
        })
        .await;
    }

    /// One conversation with its content.
    async fn conversation(&self, id: &str) -> Value {
        let body = serde_json::json!({ "conversation": id }).to_string();
        let answer = self.supervisor.request("switchboard.api.sue.conversation.get", body.into()).await;
        serde_json::from_slice(&answer.expect("an answer").payload).expect("JSON")
    }

    /// How many messages DEAD has, and its last sequence.
    async fn dead(&self) -> (u64, u64) {
        let admin = self.stage.server.jetstream("switchboard-admin").await;
        let state =
            admin.get_stream("SWITCHBOARD_DEAD").await.expect("the stream").cached_info().state.clone();
        (state.messages, state.last_sequence)
    }
}
