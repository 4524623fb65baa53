//! A plain question over HTTP, and a small reader of the OpenMetrics text form.

use std::collections::{BTreeMap, BTreeSet};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::daemon::Daemon;
use super::within;

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

/// Asks; `None` while nobody listens.
pub async fn get(address: &str, path: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut text = String::new();
    within("an answer over HTTP", stream.read_to_string(&mut text)).await.ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() })
}

/// Where a daemon that was told `127.0.0.1:0` listens: its log says so.
pub async fn address(daemon: &Daemon) -> String {
    daemon.says("are told over HTTP").await;
    let log = daemon.log();
    let line = log.lines().find(|line| line.contains("are told over HTTP")).expect("it said so");
    let (_, address) = line.split_once("address=").expect("with its address");
    address.split_whitespace().next().expect("an address").to_owned()
}

/// One family.
#[derive(Debug, Default)]
pub struct Told {
    pub kind: String,
    pub help: String,
    pub unit: String,
    /// By name and labels as they are written.
    pub samples: BTreeMap<String, f64>,
}

/// Reads the text form strictly: every sample belongs to the family above it, and `# EOF` ends it.
pub fn read(text: &str) -> BTreeMap<String, Told> {
    let mut families: BTreeMap<String, Told> = BTreeMap::new();
    let mut current = String::new();
    let body = text.strip_suffix("# EOF\n").expect("`# EOF` is the last line");
    for line in body.lines() {
        if let Some(meta) = line.strip_prefix("# ") {
            let mut parts = meta.splitn(3, ' ');
            let (word, name, rest) = (parts.next(), parts.next(), parts.next());
            let (word, name, rest) = (word.expect("a word"), name.expect("a name"), rest.unwrap_or_default());
            current = name.to_owned();
            let told = families.entry(current.clone()).or_default();
            match word {
                "HELP" => rest.clone_into(&mut told.help),
                "TYPE" => rest.clone_into(&mut told.kind),
                "UNIT" => rest.clone_into(&mut told.unit),
                other => panic!("`{other}` is no word of the form: {line}"),
            }
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
        let name = series.split('{').next().unwrap_or_default();
        let told = families.get_mut(&current).unwrap_or_else(|| panic!("no family: {line}"));
        let suffix =
            name.strip_prefix(current.as_str()).unwrap_or_else(|| panic!("not of {current}: {line}"));
        let allowed: &[&str] = match told.kind.as_str() {
            "counter" => &["_total"],
            "histogram" => &["_bucket", "_sum", "_count"],
            "info" => &["_info"],
            _ => &[""],
        };
        assert!(allowed.contains(&suffix), "`{suffix}` does not go with {}: {line}", told.kind);
        let value = value.parse().unwrap_or_else(|_| panic!("no number: {line}"));
        let new = told.samples.insert(series.to_owned(), value).is_none();
        assert!(new, "twice: {line}");
    }
    families
}

/// Every label of every sample, with its values.
pub fn labels(families: &BTreeMap<String, Told>) -> BTreeMap<String, BTreeSet<String>> {
    let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for series in families.values().flat_map(|told| told.samples.keys()) {
        let Some((_, inner)) = series.split_once('{') else { continue };
        for pair in inner.trim_end_matches('}').split("\",") {
            let (label, value) = pair.split_once("=\"").expect("a label with its value");
            labels.entry(label.to_owned()).or_default().insert(value.trim_end_matches('"').to_owned());
        }
    }
    labels
}
