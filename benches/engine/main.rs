//! The engine alone, in one process, into its reused buffer: commands a second on one core and the tail,
//! memory per open conversation, replay. Figures depend on the machine; what must be reached stands beside.
//!
//! `cargo bench --bench engine`. `SWITCHBOARD_BENCH_PART` runs a tenth, a hundredth, ... of it.

mod floor;

use std::time::Instant;

use switchboard::engine::Engine;
use switchboard::policy::Policy;

use floor::Floor;

fn main() {
    let part = std::env::vars().find(|(name, _)| name == "SWITCHBOARD_BENCH_PART");
    let part: usize = part.and_then(|(_, part)| part.parse().ok()).unwrap_or(1).max(1);
    println!(
        "{:<46}{:>12}{:>9}{:>9}{:>9}{:>10}  must",
        "one core", "per second", "p50 ns", "p99 ns", "p99.9", "max ns"
    );
    let mut floor = Floor::new(1_000, 100);
    floor.fill(900);
    closed_loop("1,000 agents, 100 classes, load 0.9", &mut floor, 1_000_000 / part, "1 M/s");
    let mut floor = Floor::new(10_000, 1_000);
    floor.fill(10_000 + 100_000 / part);
    let title = format!("10,000 agents, 1,000 classes, {} wait", 100_000 / part);
    closed_loop(&title, &mut floor, 1_000_000 / part, "0.5 M/s, p99 8 us");
    replay(500_000 / part);
    memory(1_000_000 / part);
}

/// Arrive, accept, reply, resolve, and on to the next.
fn closed_loop(title: &str, floor: &mut Floor, commands: usize, must: &str) {
    let mut spent = Vec::with_capacity(commands);
    for _ in 0..commands {
        let (now, order) = floor.next();
        let mut answer = None;
        spent.push(nanoseconds(|| answer = Some(floor.engine.handle(now, &order))));
        // What is refused costs little, and who waits for what follows would wait for ever.
        assert!(matches!(answer, Some(Ok(_))), "{answer:?} to {order:?}");
        floor.note_events();
    }
    report(title, &mut spent, must);
}

fn report(title: &str, spent: &mut [u64], must: &str) {
    spent.sort_unstable();
    let at = |share: f64| spent[((spent.len() - 1) as f64 * share) as usize];
    let per_second = spent.len() as f64 / (spent.iter().sum::<u64>() as f64 / 1e9);
    let [p50, p99, p999, most] = [0.5, 0.99, 0.999, 1.0].map(at);
    println!("{title:<46}{per_second:>12.0}{p50:>9}{p99:>9}{p999:>9}{most:>10}  {must}");
}

/// Records of a busy day, applied to an empty state.
fn replay(commands: usize) {
    let mut floor = Floor::keeping(1_000, 100, Some(Vec::new()));
    floor.fill(900);
    for _ in 0..commands {
        let (now, order) = floor.next();
        floor.engine.handle(now, &order).expect("what the bench asks for is accepted");
        floor.note_events();
    }
    let records = floor.keep.take().unwrap_or_default();
    let count = records.len();
    let spent = nanoseconds(|| drop(Engine::replay(Policy::empty(), records)));
    let per_second = count as f64 / (spent as f64 / 1e9);
    println!("{:<46}{per_second:>12.0}{:>37}  more than journal reading, 0.5 M/s", "replay, records", "");
}

/// Open conversations that nobody takes, with eight thread keys each; the dedupe window is kept short.
fn memory(conversations: usize) {
    let mut floor = Floor::new(0, 100);
    let before = resident_bytes();
    for _ in 0..conversations {
        floor.open_long_thread();
    }
    let bytes = (resident_bytes() - before) as f64 / conversations as f64;
    println!("{:<46}{bytes:>12.0}{:>37}  400 B", format!("bytes of each of {conversations} open"), "");
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bench measures the span that a command takes; nothing decides by it"
)]
fn nanoseconds(measured: impl FnOnce()) -> u64 {
    let start = Instant::now();
    measured();
    start.elapsed().as_nanos() as u64
}

/// What of this process lies in memory, by the kernel's count of pages.
fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("the kernel tells of memory");
    let pages = statm.split(' ').nth(1).expect("the second number is the resident pages");
    pages.parse::<u64>().expect("a count of pages is a number") * 4_096
}
