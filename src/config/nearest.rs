//! "Did you mean": the known name nearest to one that is not known.

/// The nearest of `known`, if it is near enough to be what was meant: at most a third of it mistyped.
pub(crate) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = wanted.to_lowercase();
    let distance = |name: &str| strsim::osa_distance(&folded, &name.to_lowercase());
    let limit = (wanted.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (distance(name), name))
        .filter(|(far, _)| *far <= limit)
        .min()
        .map(|(_, name)| name)
}

/// The way out of an unknown word: the nearest one, or all of them if they are few.
pub(super) fn suggest(wanted: &str, known: &[&str]) -> Option<String> {
    if let Some(name) = nearest(wanted, known.iter().copied()) {
        return Some(format!("did you mean `{name}`?"));
    }
    (!known.is_empty()).then(|| format!("it is one of {}", list(known)))
}

/// Names as a sentence has them.
pub(super) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("vipp", ["billing", "vip"]), Some("vip"));
        assert_eq!(nearest("Billing", ["billing"]), Some("billing"));
        assert_eq!(nearest("returns", ["billing", "vip"]), None);
    }
}
