//! By which ids whoever receives a mail knows it, where the relay wrote a Message-ID of its own over ours. Its answer to
//! the body tells: either the whole id in angle brackets, or a word of which the relay makes one by its domain.

use super::ids::is_id;

/// How many ids one answer gives.
const IDS_MAX: usize = 3;
/// A shorter word is a number or a code, and a longer one no id.
const WORD_BYTES: std::ops::RangeInclusive<usize> = 8..=200;

/// The ids of the mail that a relay answers so, without brackets. `domain` stands behind the `@` of the relay's own
/// ids, where it writes some; `is_addressed` tells the addresses of the mail, which relays like to repeat.
pub fn ids(answer: &str, domain: Option<&str>, is_addressed: impl Fn(&str) -> bool) -> Vec<String> {
    let bracketed = answer.split('<').skip(1).filter_map(|rest| Some(rest.split_once('>')?.0));
    let whole = bracketed.filter(|id| is_id(id) && id.contains('@') && !is_addressed(id));
    let mut ids: Vec<String> = whole.take(IDS_MAX - 1).map(str::to_owned).collect();
    let made = domain.and_then(|domain| Some(format!("{}@{domain}", word(answer)?)));
    ids.extend(made.filter(|id| is_id(id) && !ids.contains(id)));
    ids
}

/// The word that the answer says is the id; else the longest that can be one and is no name of a host.
fn word(answer: &str) -> Option<&str> {
    let mut before = ["", ""];
    let mut longest: Option<&str> = None;
    for word in answer.split_ascii_whitespace() {
        let (key, value) = word.rsplit_once('=').unwrap_or(("", word));
        let value = value.trim_matches(is_around);
        let is_told = is("id", key) || (is("queued", before[0]) && is("as", before[1]));
        before = [before[1], word];
        if !may_be_id(value) {
            continue;
        }
        if is_told {
            return Some(value);
        }
        let is_longer = longest.is_none_or(|longest| longest.len() < value.len());
        longest = if is_longer && !is_host(value) { Some(value) } else { longest };
    }
    longest
}

fn is_around(letter: char) -> bool {
    !letter.is_ascii_alphanumeric()
}

/// Whether it is this word, whatever stands around it.
fn is(word: &str, found: &str) -> bool {
    found.trim_matches(is_around).eq_ignore_ascii_case(word)
}

/// Letters and digits, with what joins them.
fn may_be_id(word: &str) -> bool {
    let joins = |letter: char| letter.is_ascii_alphanumeric() || "-_.+/".contains(letter);
    let is_number = word.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    let has_digit = word.chars().any(|letter| letter.is_ascii_digit());
    WORD_BYTES.contains(&word.len()) && word.chars().all(joins) && has_digit && !is_number
}

/// A name with a top-level domain, which has no digits.
fn is_host(word: &str) -> bool {
    let last = word.rsplit_once('.').map(|(_, last)| last);
    last.is_some_and(|last| last.chars().all(|letter| letter.is_ascii_alphabetic()))
}

/// The domain of the ids that the relay of this name is known to write. Amazon SES replaces every Message-ID by the id
/// of its answer, at `email.amazonses.com` in its first region and at the region's name elsewhere.
pub fn domain_of(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let mut labels = host.strip_suffix(".amazonaws.com")?.split('.');
    labels.find(|label| *label == "email-smtp" || *label == "email-smtp-fips")?;
    let region = labels.next()?;
    Some(format!("{}.amazonses.com", if region == "us-east-1" { "email" } else { region }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(answer: &str, domain: Option<&str>) -> Vec<String> {
        ids(answer, domain, |address| address == "jo@example.net")
    }

    #[test]
    fn an_answer_tells_the_id_of_its_mail() {
        let ses = "250 Ok 0100018c2f3b5d7e-1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d-000000";
        let id = "0100018c2f3b5d7e-1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d-000000@email.amazonses.com";
        assert_eq!(of(ses, Some("email.amazonses.com")), [id]);
        let exchange = "250 2.6.0 <DB7PR08MB1@DB7PR08MB1.example.com> [InternalId=123456789012, \
            Hostname=x.example.com] 8931 bytes in 0.1, 80 KB/sec Queued mail for delivery";
        assert_eq!(of(exchange, None), ["DB7PR08MB1@DB7PR08MB1.example.com"]);
        assert_eq!(of("250 2.0.0 Ok: queued as 4f7c0b1a9d", Some("x.net")), ["4f7c0b1a9d@x.net"]);
        assert_eq!(
            of("250 2.0.0 Message accepted, id=\"a-1-b-2-c-3\"", Some("x.net")),
            ["a-1-b-2-c-3@x.net"]
        );
    }

    #[test]
    fn the_name_of_a_host_is_no_id() {
        for said in [
            "250 2.0.0 Ok: queued as 4f7c337482 on mx1.relay.example.net",
            "250 2.0.0 mx1.relay.example.net has it: 4f7c337482",
            "250 2.0.0 Ok: Queued as: 4f7c337482 (session-0123456789abcdef)",
            "250 OK (mx1.relay.example.net) id=4f7c337482 session=0123456789abcdef",
        ] {
            assert_eq!(of(said, Some("x.net")), ["4f7c337482@x.net"], "{said}");
        }
        assert_eq!(of("250 2.0.0 taken by mx1.relay.example.net", Some("x.net")), Vec::<String>::new());
    }

    #[test]
    fn an_answer_that_tells_nothing_gives_no_id() {
        for said in [
            "250 ok",
            "250 2.0.0 queued",
            "250 <jo@example.net> accepted",
            "250 from 192.0.2.123",
            "<",
            "<a@b",
        ] {
            assert_eq!(of(said, Some("x.net")), Vec::<String>::new(), "{said}");
        }
        assert_eq!(of("250 2.0.0 Ok: queued as 4f7c0b1a9d", None), Vec::<String>::new(), "its ids stay ours");
        assert_eq!(of(&"<1@x>".repeat(99), None).len(), IDS_MAX - 1);
    }

    #[test]
    fn the_relays_of_amazon_are_known_by_their_names() {
        for (host, domain) in [
            ("email-smtp.us-east-1.amazonaws.com", Some("email.amazonses.com")),
            ("Email-SMTP.eu-west-1.amazonaws.com.", Some("eu-west-1.amazonses.com")),
            ("vpce-1.email-smtp.us-west-2.vpce.amazonaws.com", Some("us-west-2.amazonses.com")),
            ("s3.us-east-1.amazonaws.com", None),
            ("email-smtp.amazonaws.com", None),
            ("relay.example.org", None),
        ] {
            assert_eq!(domain_of(host).as_deref(), domain, "{host}");
        }
    }
}
