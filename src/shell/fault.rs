//! Fault points: places where a test can have the process killed, or hung, so that every crash window is met once
//! for certain. They are dead unless the site says `test = true` and the environment names one.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tracing::warn;

/// The variable that names a point and how often it is passed before it strikes: `append_sent:3`.
pub const VARIABLE: &str = "SWITCHBOARD_FAULT";

/// How long a nap takes: a test kills a server meanwhile.
pub const NAP: Duration = Duration::from_secs(2);

/// The points, in the order of an input's way; the last three lie on that of a reload.
pub const POINTS: [&str; 20] = [
    "decode_before",
    "decode_after",
    "append_before",
    "append_sent",
    "append_answered",
    "answer_before",
    "answer_after",
    "dead_before",
    "dead_sent",
    "dead_after",
    "out_before",
    "out_sent",
    "out_after",
    "mail_before",
    "mail_sent",
    "mail_after",
    "round_hangs",
    "reload_stored",
    "reload_unheard",
    "reload_adopting",
];

struct Armed {
    point: String,
    left: AtomicI64,
}

static ARMED: OnceLock<Armed> = OnceLock::new();

/// What the environment asks for.
#[expect(
    clippy::disallowed_methods,
    reason = "a test's switch, not configuration; refused unless the site is a test"
)]
pub fn asked() -> Option<String> {
    std::env::var(VARIABLE).ok()
}

/// Arms the point that the environment names; for a site under test only. An unknown point is told.
pub fn arm(text: &str) -> Result<(), String> {
    let (point, count) = text.split_once(':').unwrap_or((text, "1"));
    if !POINTS.contains(&point) {
        return Err(format!("there is no fault point `{point}`; there are {}", POINTS.join(", ")));
    }
    let left = count.parse().map_err(|_| format!("`{count}` is not a count of passes"))?;
    let armed = Armed { point: point.to_owned(), left: AtomicI64::new(left) };
    ARMED.set(armed).map_err(|_| "a fault point is armed already".to_owned())
}

/// Passes a point between the sending of a publish and its answer.
pub async fn sent<T>(name: &'static str, publish: impl Future<Output = T>) -> T {
    if ARMED.get().is_none_or(|armed| armed.point != name) {
        return publish.await;
    }
    tokio::pin!(publish);
    tokio::select! {
        biased;
        done = &mut publish => return done,
        () = tokio::task::yield_now() => {}
    }
    // The connection's own task writes what was handed to it.
    tokio::time::sleep(Duration::from_millis(2)).await;
    point(name);
    publish.await
}

/// Passes a point: stays in it for ever when it is the armed one and its count is used up. Nothing else of the
/// process stands still.
pub async fn hang(name: &'static str) {
    if strikes(name) {
        std::future::pending::<()>().await;
    }
}

/// Passes a point: kills this process when it is the armed one and its count is used up.
pub fn point(name: &'static str) {
    if strikes(name) {
        // As kill -9 would: nothing is flushed, no destructor runs.
        std::process::abort();
    }
}

/// Passes a point: says so and takes a nap when it is the armed one and its count is used up. True: it did.
pub async fn nap(name: &'static str) -> bool {
    let struck = strikes(name);
    if struck {
        warn!(name, "a nap at a fault point");
        tokio::time::sleep(NAP).await;
    }
    struck
}

fn strikes(name: &str) -> bool {
    ARMED.get().is_some_and(|armed| armed.point == name && armed.left.fetch_sub(1, Ordering::Relaxed) == 1)
}
