//! The language of a text: one of the site's, or unknown.

use switchboard::conformance::Suite;

use super::walk;

/// Sentences of customers in four languages; in others, too short or mixed they are unknown.
#[test]
fn a_sentence_is_of_its_language_or_unknown() {
    walk::own(Suite::Language);
}

/// Real sentences: 97 of 100 at least are known, and those that are not are unknown, never another language.
#[test]
fn sentences_of_the_corpus_are_known_and_none_is_taken_for_another() {
    let Some(file) = walk::corpus_file("language.jsonl") else { return };
    let outcomes = walk::run(Suite::Language, &file);
    let known = outcomes.iter().filter(|outcome| outcome.pass).count();
    assert!(known * 100 >= outcomes.len() * 97, "{known} of {}", outcomes.len());
    let wrong: Vec<_> = outcomes.iter().filter(|outcome| !outcome.pass && outcome.got != "unknown").collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
