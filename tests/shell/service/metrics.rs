//! `/metrics` after some work: read strictly, and compared with what the journal says.

use std::collections::BTreeMap;

use crate::support::http::{Told, address, get, labels, read};
use crate::support::load::Stage;
use crate::support::within;

/// Every family that is told, with its kind.
const FAMILIES: [(&str, &str); 27] = [
    ("agents", "gauge"),
    ("append_duration_seconds", "histogram"),
    ("build", "info"),
    ("commands_rejected", "counter"),
    ("config", "info"),
    ("config_last_reload_success_timestamp_seconds", "gauge"),
    ("config_last_reload_successful", "gauge"),
    ("conversations", "gauge"),
    ("dropped_requests", "counter"),
    ("epoch", "gauge"),
    ("escalations", "counter"),
    ("events_appended", "counter"),
    ("foreign_records", "gauge"),
    ("input_position", "gauge"),
    ("inputs_ignored", "counter"),
    ("inputs_refused", "counter"),
    ("journal_position", "gauge"),
    ("nats_connected", "gauge"),
    ("offers", "counter"),
    ("outbox_pending", "gauge"),
    ("queue_oldest_wait_seconds", "gauge"),
    ("queue_wait_seconds", "histogram"),
    ("sla_breaches", "counter"),
    ("sla_clocks", "gauge"),
    ("sla_met", "counter"),
    ("sla_timer_lag_seconds", "histogram"),
    ("state_entries", "gauge"),
];

/// The labels, each with the most values that this site may give it.
const LABELS: [(&str, usize); 13] = [
    ("channel", 4),
    ("code", 20),
    ("connection", 2),
    ("ladder", 1),
    ("le", 40),
    ("metric", 2),
    ("outcome", 8),
    ("queue", 2),
    ("reason", 20),
    ("rung", 3),
    ("state", 10),
    ("table", 7),
    ("version", 2),
];

#[tokio::test]
async fn metrics_count_what_the_journal_says_and_name_nobody() {
    let told = |text: &str| format!("{text}\n[http]\nlisten = \"127.0.0.1:0\"\n");
    let stage = Stage::edited(str::to_owned, told).await;
    let mut daemon = stage.home.serve();
    let at = address(&daemon).await;
    let load = stage.load(31).await;
    load.board.has("sla.breached", 1).await;
    load.goes_on(10).await;
    load.come_to_rest().await;
    let seen = |word: &str| load.board.look().count(word) as u64;
    let families = within("metrics of a site at rest", async {
        loop {
            let answer = get(&at, "/metrics").await.expect("metrics");
            assert!(answer.head.contains("content-type: application/openmetrics-text; version=1.0.0"));
            let families = read(&answer.body);
            if value(&families, "journal_position") == Some(load.board.look().seq) {
                return families;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    check_form(&families);

    for (outcome, word) in [("made", "offer.made"), ("accepted", "offer.accepted")] {
        let series = format!("offers_total{{outcome=\"{outcome}\"}}");
        assert_eq!(value(&families, &series), Some(seen(word)), "{word}");
    }
    let breaches = sum(&families, "sla_breaches", "_total");
    assert_eq!(breaches, seen("sla.breached"));
    assert_eq!(sum(&families, "sla_timer_lag_seconds", "_count"), breaches);
    assert_eq!(sum(&families, "escalations", "_total"), seen("escalation.raised"));
    assert_eq!(sum(&families, "inputs_refused", "_total"), seen("input.refused"));
    assert_eq!(sum(&families, "queue_wait_seconds", "_count"), seen("offer.accepted"));
    // At rest nothing stands anywhere and no clock runs, and the series say so.
    let resting = ["conversations", "sla_clocks", "queue_oldest_wait_seconds", "outbox_pending"];
    for family in resting {
        assert!(!family_of(&families, family).samples.is_empty(), "{family} has a series");
        assert_eq!(sum(&families, family, ""), 0, "{family}");
    }
    assert_eq!(sum(&families, "agents", ""), 2);
    assert_eq!(sum(&families, "nats_connected", ""), 2);
    assert_eq!(value(&families, "config_last_reload_successful"), Some(1));
    stage.judge(load, &mut daemon, 0).await;
}

fn check_form(families: &BTreeMap<String, Told>) {
    for (name, told) in families {
        let short = name.strip_prefix("switchboard_").unwrap_or_else(|| panic!("{name} has our prefix"));
        let known = FAMILIES.iter().find(|(known, _)| *known == short);
        assert_eq!(known.map(|(_, kind)| *kind), Some(told.kind.as_str()), "{name}");
        assert!(told.help.len() > 10, "{name} says what it is: {}", told.help);
        let unit = if short.ends_with("_seconds") { "seconds" } else { "" };
        assert_eq!(told.unit, unit, "{name}");
    }
    for (label, values) in labels(families) {
        let most = LABELS.iter().find(|(known, _)| *known == label).map(|(_, most)| *most);
        assert!(most.is_some_and(|most| values.len() <= most), "{label} has {values:?}");
        // An id is a letter with a number, an address has a sign or many digits.
        let id = |value: &str| {
            let digits = value.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
            digits.len() < value.len() && !digits.is_empty() && digits.parse::<u64>().is_ok()
        };
        let nobody = |value: &String| label == "version" || (!value.contains(['@', ' ']) && !id(value));
        assert!(values.iter().all(nobody), "{label} names somebody: {values:?}");
    }
}

fn family_of<'a>(families: &'a BTreeMap<String, Told>, family: &str) -> &'a Told {
    families.get(&format!("switchboard_{family}")).unwrap_or_else(|| panic!("{family} is told"))
}

/// One series, by its name without our prefix.
fn value(families: &BTreeMap<String, Told>, series: &str) -> Option<u64> {
    let name = format!("switchboard_{series}");
    families.values().find_map(|told| told.samples.get(&name).copied()).map(whole)
}

/// All series of a family with this suffix.
fn sum(families: &BTreeMap<String, Told>, family: &str, suffix: &str) -> u64 {
    let wanted = format!("switchboard_{family}{suffix}");
    let samples = family_of(families, family).samples.iter();
    let ours = samples.filter(|(series, _)| series.split('{').next() == Some(wanted.as_str()));
    ours.map(|(_, value)| whole(*value)).sum()
}

/// A count; what has a fraction is none.
fn whole(value: f64) -> u64 {
    assert!(value >= 0.0 && value.fract().abs() < f64::EPSILON, "{value} is no count");
    value as u64
}
