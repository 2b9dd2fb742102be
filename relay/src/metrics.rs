//! Counts of what the relay does, and of what it has to do. Counts only: no ids, no content.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use protocol::Timestamp;

use crate::trade::JobCount;

macro_rules! metrics {
    ($($(#[doc = $help:literal])* $field:ident: $kind:ident;)*) => {
        /// The relay's counters and gauges.
        #[derive(Debug, Default)]
        pub(crate) struct Metrics { $($(#[doc = $help])* pub(crate) $field: $kind),* }

        impl Metrics {
            /// All of them, in Prometheus' text format.
            pub(crate) fn render(&self) -> String {
                let mut text = String::new();
                $(
                    let name = concat!("palaver_", stringify!($field));
                    let help = concat!($($help),*).trim();
                    writeln!(text, "# HELP {name} {help}\n# TYPE {name} {}\n{name} {}", $kind::TYPE, self.$field.get())
                        .expect("a string takes everything");
                )*
                text
            }
        }
    };
}

/// Only rises.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    const TYPE: &str = "counter";

    pub(crate) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Rises and falls.
#[derive(Debug, Default)]
pub(crate) struct Gauge(AtomicI64);

impl Gauge {
    const TYPE: &str = "gauge";

    pub(crate) fn add(&self, amount: i64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

metrics! {
    /// Open sockets.
    sockets: Gauge;
    /// Sessions started by challenge.
    sessions_started_total: Counter;
    /// Sessions resumed by token.
    sessions_resumed_total: Counter;
    /// Requests answered.
    requests_total: Counter;
    /// Requests refused.
    refusals_total: Counter;
    /// Requests refused for coming too often.
    rate_limited_total: Counter;
    /// Messages appended.
    messages_appended_total: Counter;
    /// Handshakes appended.
    handshakes_appended_total: Counter;
    /// Commits voided because members could not follow them.
    commits_voided_total: Counter;
    /// Open streams of events.
    event_streams: Gauge;
    /// Streams of events that were asked to go on from where nothing is kept.
    event_streams_reset_total: Counter;
    /// Streams of events that were refused because there were too many.
    event_streams_refused_total: Counter;
    /// Sockets closed because they could not keep up.
    slow_sockets_total: Counter;
}

/// How the jobs of all spaces stand, by their kind, in the same format.
pub(crate) fn render_jobs(counts: &BTreeMap<&'static str, JobCount>, now: Timestamp) -> String {
    let mut text =
        "# HELP palaver_jobs Work that is done by and by, and how it stands.\n# TYPE palaver_jobs gauge\n"
            .to_owned();
    for (kind, count) in counts {
        for (state, count) in [("waiting", count.waiting), ("leased", count.leased), ("dead", count.dead)] {
            writeln!(text, "palaver_jobs{{kind=\"{kind}\",state=\"{state}\"}} {count}")
                .expect("a string takes everything");
        }
    }
    text.push_str("# HELP palaver_jobs_late_seconds How long work has waited behind its time.\n");
    text.push_str("# TYPE palaver_jobs_late_seconds gauge\n");
    for (kind, count) in counts {
        let late_ms = count.first_due.map_or(0, |due| now.millis_since(due));
        writeln!(text, "palaver_jobs_late_seconds{{kind=\"{kind}\"}} {}", late_ms / 1000)
            .expect("a string takes everything");
    }
    text
}
