//! From a target as written to a promise as pinned.

use std::sync::Arc;

use crate::domain::{Ladder, Metric, Name, Promise, Span};

/// When a warning fires, as written (sla-R10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// When so many percent of the target have passed: 1 to 99.
    Percent(u8),
    /// So long before the due instant; shorter than the target.
    Before(Span),
}

/// Puts a promise of this SLA together (its name is missing only beside a fault of the files). Warnings become spans before the due instant, the longest first, each once,
/// so that they fire in that order.
pub fn promise(
    sla: Option<Name>,
    metric: Metric,
    within: Span,
    warnings: &[Warning],
    ladder: Option<Arc<Ladder>>,
) -> Promise {
    let before = |warning: &Warning| match *warning {
        Warning::Percent(percent) => Span(within.0 - within.percent(percent).0),
        Warning::Before(span) => span,
    };
    let mut spans: Vec<Span> = warnings.iter().map(before).collect();
    spans.sort_by_key(|span| std::cmp::Reverse(*span));
    spans.dedup();
    Promise { metric, sla, within, warnings: spans.into(), ladder }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_become_spans_before_due_longest_first_each_once() {
        let warnings =
            [Warning::Before(Span::minutes(5)), Warning::Percent(50), Warning::Before(Span::minutes(30))];
        let sla = Some("standard".parse().expect("a plain name"));
        let promise = promise(sla, Metric::FirstReply, Span::hours(1), &warnings, None);
        assert_eq!(*promise.warnings, [Span::minutes(30), Span::minutes(5)]);
    }
}
