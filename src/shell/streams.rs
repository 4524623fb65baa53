//! What the streams of a site must be; making what is missing, and checking what is there.
//!
//! [`init`] is an operator's command: it makes a missing stream and never deletes or rewrites one that
//! differs, since that may cost the journal. [`verify`] is asked at every start of the daemon. Both
//! judge by the same rules, so what `init` accepts also starts.

use std::time::Duration;

use async_nats::jetstream::context::{CreateStreamError, GetStreamError, GetStreamErrorKind};
use async_nats::jetstream::stream::{
    Config, DiscardPolicy, Republish, RetentionPolicy, StorageType, SubjectTransform,
};
use async_nats::jetstream::{Context, ErrorCode};

use super::site::Site;
pub use super::stream_faults::{Fault, Warning};
use super::stream_faults::{judge, judge_payload, judge_server};

/// The size of IN unless set: it is a buffer, and refuses what does not fit.
pub const IN_BYTES_MAX_DEFAULT: i64 = 1024 * 1024 * 1024;
/// The size of DEAD unless set: its oldest messages make room.
pub const DEAD_BYTES_MAX_DEFAULT: i64 = 256 * 1024 * 1024;

/// The size of OUT unless set: what does not fit waits in the journal.
pub const OUT_BYTES_MAX_DEFAULT: i64 = 256 * 1024 * 1024;
/// How long a gateway finds what it must send: what is older would surprise its reader, and is personal.
const OUT_AGE_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The least that the server accepts. We do our own dedupe, and a window costs memory.
const DUPLICATE_WINDOW: Duration = Duration::from_millis(100);

/// What the streams of one site must be.
#[derive(Clone, Debug)]
pub struct StreamsSpec {
    /// Whose streams.
    pub site: Site,
    /// Copies of each stream: 1, 3 or 5.
    pub replicas: usize,
    /// The most bytes in IN.
    pub in_bytes_max: i64,
    /// The most bytes in DEAD.
    pub dead_bytes_max: i64,
    /// The most bytes in OUT.
    pub out_bytes_max: i64,
}

/// What `init` did about one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was missing and is there now.
    Made { stream: String },
    /// It is as it must be.
    Kept { stream: String, warnings: Vec<Warning> },
    /// It was left alone, though the daemon would not start with it.
    Differs { stream: String, faults: Vec<Fault> },
}

/// Why `init` could not finish. What it made before stays.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The server did not say whether the stream exists.
    #[error(
        "cannot look at stream {stream}; check that NATS is reachable, JetStream is on, and this user may ask it"
    )]
    Look { stream: String, source: GetStreamError },
    /// The server did not make the stream.
    #[error(
        "cannot make stream {stream}; check the space that JetStream may use and that the user may administrate"
    )]
    Make { stream: String, source: CreateStreamError },
}

impl StreamsSpec {
    /// The usual streams of a site: one copy each.
    pub fn new(site: Site) -> StreamsSpec {
        StreamsSpec {
            site,
            replicas: 1,
            in_bytes_max: IN_BYTES_MAX_DEFAULT,
            dead_bytes_max: DEAD_BYTES_MAX_DEFAULT,
            out_bytes_max: OUT_BYTES_MAX_DEFAULT,
        }
    }

    /// The streams as the server takes them, also for `nats stream add --config`.
    pub fn configs(&self) -> [Config; 4] {
        [self.input(), self.events(), self.dead(), self.out()]
    }

    /// The streams under the buckets of the object store.
    pub fn buckets(&self) -> Vec<Config> {
        // What does not fit is refused, so a body counts against the same room as what refers to it.
        let bodies = self.bucket(self.site.bucket_bodies(), "bodies that are too large for a message");
        let policies = self.bucket(self.site.bucket_policies(), "compiled policies, by digest");
        vec![policies, Config { max_bytes: self.in_bytes_max, ..bodies }]
    }

    /// The stream under a bucket, as every client of an object store expects it: the newest entry of a name
    /// replaces the one before, which is done by rollup.
    fn bucket(&self, name: String, description: &str) -> Config {
        Config {
            subjects: vec![format!("$O.{name}.C.>"), format!("$O.{name}.M.>")],
            discard: DiscardPolicy::New,
            allow_rollup: true,
            ..self.common(format!("OBJ_{name}"), "", description)
        }
    }

    fn all(&self) -> impl Iterator<Item = Config> {
        self.configs().into_iter().chain(self.buckets())
    }

    fn input(&self) -> Config {
        Config {
            // What does not fit is refused, visibly; unread input is never eaten.
            discard: DiscardPolicy::New,
            max_bytes: self.in_bytes_max,
            ..self.common(self.site.stream_in(), "in.>", "input, in the order that it is handled")
        }
    }

    fn events(&self) -> Config {
        Config {
            discard: DiscardPolicy::New,
            // A subscriber of `<p>.j.>` would see messages of a batch that the fence refused, so that
            // name is the writer's alone, and what is stored has the public one.
            subject_transform: Some(SubjectTransform {
                source: self.site.journal_subject(">"),
                destination: self.site.subject(">"),
            }),
            republish: Some(Republish {
                source: self.site.subject("evt.>"),
                destination: self.site.subject("live.>"),
                headers_only: false,
            }),
            allow_atomic_publish: true,
            ..self.common(self.site.stream_events(), "j.>", "the journal: every event, for ever")
        }
    }

    fn dead(&self) -> Config {
        Config {
            discard: DiscardPolicy::Old,
            max_bytes: self.dead_bytes_max,
            // A round may refuse several inputs; their dead letters are one fenced group.
            allow_atomic_publish: true,
            ..self.common(self.site.stream_dead(), "dead.>", "input that could not be understood")
        }
    }

    /// Gateways of several sources read it, each with a consumer and acknowledgements of its own; a work queue
    /// would lose our position with the last acknowledgement. So age is what takes messages away.
    fn out(&self) -> Config {
        Config {
            // What is not sent yet is never eaten: the outbox waits, and the journal holds what it is owed.
            discard: DiscardPolicy::New,
            max_bytes: self.out_bytes_max,
            max_age: OUT_AGE_MAX,
            allow_atomic_publish: true,
            ..self.common(self.site.stream_out(), "out.>", "what gateways must send")
        }
    }

    fn common(&self, name: String, subjects: &str, description: &str) -> Config {
        Config {
            name,
            description: Some(format!("switchboard: {description}")),
            subjects: vec![self.site.subject(subjects)],
            retention: RetentionPolicy::Limits,
            storage: StorageType::File,
            num_replicas: self.replicas,
            max_bytes: -1,
            max_messages: -1,
            max_messages_per_subject: -1,
            max_consumers: -1,
            duplicate_window: DUPLICATE_WINDOW,
            allow_direct: true,
            ..Config::default()
        }
    }
}

/// Makes the streams that are missing, and tells about each.
pub async fn init(js: &Context, spec: &StreamsSpec) -> Result<Vec<Outcome>, InitError> {
    let mut outcomes = Vec::new();
    for want in spec.all() {
        outcomes.push(init_one(js, &want).await?);
    }
    Ok(outcomes)
}

/// Checks everything that the daemon builds on, and tells all that is wrong at once.
pub async fn verify(js: &Context, spec: &StreamsSpec) -> Result<Vec<Warning>, Vec<Fault>> {
    let (mut faults, mut warnings) = (Vec::new(), Vec::new());
    faults.extend(judge_server(&js.client().server_info().version));
    faults.extend(judge_payload(js.client().max_payload()));
    for want in spec.all() {
        match js.get_stream(&want.name).await {
            Ok(found) => {
                let (more_faults, more_warnings) = judge(&want, &found.cached_info().config);
                faults.extend(more_faults);
                warnings.extend(more_warnings);
            }
            Err(fault) => faults.push(absent(&want.name, &fault)),
        }
    }
    if faults.is_empty() { Ok(warnings) } else { Err(faults) }
}

async fn init_one(js: &Context, want: &Config) -> Result<Outcome, InitError> {
    let stream = want.name.clone();
    match js.get_stream(&stream).await {
        Ok(found) => {
            let (faults, warnings) = judge(want, &found.cached_info().config);
            if faults.is_empty() {
                return Ok(Outcome::Kept { stream, warnings });
            }
            Ok(Outcome::Differs { stream, faults })
        }
        Err(fault) if is_missing(&fault) => match js.create_stream(want).await {
            Ok(_) => Ok(Outcome::Made { stream }),
            Err(source) => Err(InitError::Make { stream, source }),
        },
        Err(source) => Err(InitError::Look { stream, source }),
    }
}

fn is_missing(fault: &GetStreamError) -> bool {
    matches!(fault.kind(), GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

fn absent(stream: &str, fault: &GetStreamError) -> Fault {
    let (fact, way_out) = if is_missing(fault) {
        ("is missing".to_owned(), "make it with `switchboard init`")
    } else {
        (format!("cannot be looked at ({fault})"), "check that NATS is reachable and what the user may do")
    };
    Fault { stream: stream.to_owned(), fact, way_out: way_out.to_owned() }
}
