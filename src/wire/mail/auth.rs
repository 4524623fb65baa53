//! Whether our own mail server vouches for the sender (RFC 8601). Anybody can write `Authentication-Results`: only fields
//! that bear a name of ours count, and only where our servers wrote, which is above what foreign ones wrote before.

use crate::domain::Party;
use crate::wire::address::canonical_mail;

use super::Mail;
use super::headers::addresses;

/// What our server says of the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vouched {
    /// The domain of the sender sent it.
    Pass,
    /// It did not, and the domain says that it should have.
    Fail,
}

impl Vouched {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Vouched::Pass => "pass",
            Vouched::Fail => "fail",
        }
    }
}

/// What our own server found out about the sender of a mail.
pub(crate) fn vouched(mail: &Mail, authserv_ids: &[String]) -> Option<Vouched> {
    let domain =
        mail.from.first().and_then(|from| domain_of(&canonical_mail(&from.address)).map(str::to_owned));
    let mut found = None;
    for (name, value) in mail.fields.in_order() {
        match name {
            "received" if is_foreign(value, authserv_ids) => break,
            "authentication-results" => match judged(value, authserv_ids, domain.as_deref()) {
                // Of two verdicts the worse one counts.
                Some(Vouched::Fail) => return Some(Vouched::Fail),
                verdict => found = found.or(verdict),
            },
            _ => {}
        }
    }
    found
}

/// A display name that is the address of another: what people see there is not who wrote.
pub(crate) fn shows_another(from: &Party) -> bool {
    let Some(name) = from.name.as_deref() else { return false };
    let own = canonical_mail(&from.address);
    let shown =
        addresses(name).map(|shown| canonical_mail(shown.trim_matches(['\'', '"', '.', ':', '[', ']', '!'])));
    let mut real = shown.filter(|shown| {
        shown.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
    });
    real.any(|shown| shown != own)
}

/// Written by a server that is none of ours. A server without a full name is within somebody's own house.
fn is_foreign(received: &str, authserv_ids: &[String]) -> bool {
    let plain = without_comments(received);
    let mut words = plain.split_whitespace();
    let Some(_) = words.find(|word| word.eq_ignore_ascii_case("by")) else { return false };
    let host = words.next().unwrap_or_default().trim_matches([';', '[', ']', '.']).to_ascii_lowercase();
    if !host.contains('.') || is_number(&host) || is_inner(&host) {
        return false;
    }
    !authserv_ids.iter().any(|id| house(&id.to_ascii_lowercase()) == house(&host))
}

/// An address of a host, of either family.
fn is_number(host: &str) -> bool {
    host.contains(':') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn is_inner(host: &str) -> bool {
    ["localhost.localdomain", ".local", ".internal", ".lan", ".localdomain"]
        .iter()
        .any(|end| host.ends_with(end))
}

/// The last two labels of a name.
fn house(host: &str) -> &str {
    let dots = host.rmatch_indices('.').nth(1);
    dots.and_then(|(place, _)| host.get(place + 1..)).unwrap_or(host)
}

/// The verdict of one field, where it is ours.
fn judged(field: &str, authserv_ids: &[String], from: Option<&str>) -> Option<Vouched> {
    let plain = without_comments(field);
    let mut results = plain.split(';');
    let id = results.next()?.split_whitespace().next()?.trim_matches('"').to_ascii_lowercase();
    if !authserv_ids.iter().any(|ours| ours.eq_ignore_ascii_case(&id)) {
        return None;
    }
    let mut aligned = None;
    for result in results {
        let words: Vec<(String, String)> = pairs(result);
        let Some((method, verdict)) = words.first() else { continue };
        let method = method.split('/').next().unwrap_or_default();
        let property =
            |name: &str| words.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let about = |name: &str| {
            let named = property(name)?;
            Some(domain_of(named).unwrap_or(named).trim_start_matches('@').to_owned())
        };
        let is_from = |named: Option<String>| match (named, from) {
            (Some(named), Some(from)) => is_same_house(&named, from),
            _ => false,
        };
        match (method, verdict.as_str()) {
            // A verdict on another From than the first is none on the sender.
            ("dmarc", "pass") => {
                let other = about("header.from").is_some_and(|named| !is_from(Some(named)));
                return (!other).then_some(Vouched::Pass);
            }
            ("dmarc", "fail" | "hardfail") => return Some(Vouched::Fail),
            ("dkim", "pass") if is_from(about("header.d").or_else(|| about("header.i"))) => {
                aligned = Some(Vouched::Pass);
            }
            ("spf", "pass") if is_from(about("smtp.mailfrom")) => aligned = Some(Vouched::Pass),
            _ => {}
        }
    }
    aligned
}

/// The `name=value` pairs of a result, in lower case; white space may stand around the equals sign.
fn pairs(result: &str) -> Vec<(String, String)> {
    let spaced = result.to_lowercase().replace('=', " = ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut pairs = Vec::new();
    for (place, word) in words.iter().enumerate() {
        if *word == "="
            && let (Some(name), Some(value)) =
                (place.checked_sub(1).and_then(|before| words.get(before)), words.get(place + 1))
        {
            pairs.push(((*name).to_owned(), value.trim_matches('"').to_owned()));
        }
    }
    pairs
}

/// One of two domains is the other or a part of it.
fn is_same_house(one: &str, other: &str) -> bool {
    let [one, other] = [one, other]
        .map(|domain| domain_of(&canonical_mail(&format!("x@{domain}"))).unwrap_or_default().to_owned());
    let within = |inner: &str, outer: &str| {
        inner.strip_suffix(outer).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !one.is_empty() && one.contains('.') && (within(&one, &other) || within(&other, &one))
}

fn domain_of(address: &str) -> Option<&str> {
    address.rsplit_once('@').map(|(_, domain)| domain)
}

/// A field without its comments, which may nest, and with what is quoted left alone but for its semicolons.
fn without_comments(field: &str) -> String {
    let mut plain = String::with_capacity(field.len());
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for char in field.chars() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match char {
            '\\' => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth = depth.saturating_add(1),
            ')' if !quoted && depth > 0 => {
                depth -= 1;
                plain.push(' ');
            }
            _ if depth > 0 => {}
            ';' if quoted => plain.push(' '),
            '=' if quoted => plain.push(' '),
            _ => plain.push(char),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::mail::headers::Fields;

    fn verdict(head: &str) -> Option<Vouched> {
        let from = vec![Party { address: "ann@example.test".to_owned(), name: None }];
        let mail = Mail { fields: Fields::read(head.as_bytes()), from, ..Mail::default() };
        vouched(&mail, &["mx.shop.test".to_owned()])
    }

    #[test]
    fn only_our_own_name_counts() {
        for (field, wanted) in [
            ("mx.shop.test; dmarc=pass header.from=example.test", Some(Vouched::Pass)),
            (
                "MX.shop.test 1; spf=pass smtp.mailfrom=x.test; dmarc = fail (p=reject) header.from=example.test",
                Some(Vouched::Fail),
            ),
            ("mx.evil.test; dmarc=pass header.from=example.test", None),
            ("mx.evil.test (mx.shop.test); dmarc=pass", None),
            ("mx.shop.test; dmarc=pass header.from=evil.test", None),
            ("mx.shop.test; none", None),
            ("mx.shop.test (a;(b)); dkim=pass (\";\") header.d=mail.example.test", Some(Vouched::Pass)),
            ("mx.shop.test; dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=a@evil.test", None),
            ("mx.shop.test; spf=fail reason=\"x; dmarc=pass\"", None),
            ("", None),
        ] {
            assert_eq!(verdict(&format!("Authentication-Results: {field}\n")), wanted, "{field}");
        }
    }

    #[test]
    fn what_stands_below_a_foreign_server_is_not_believed() {
        let ours = "Received: from x.evil.test by mx.shop.test with ESMTP\n";
        let forged = "Authentication-Results: mx.shop.test; dmarc=pass\n";
        let foreign = "Received: from y by out.evil.test (mx.shop.test) with ESMTP\n";
        assert_eq!(verdict(&format!("{ours}{foreign}{forged}")), None);
        assert_eq!(verdict(&format!("{ours}{forged}{foreign}")), Some(Vouched::Pass));
        assert_eq!(verdict(&format!("{forged}{ours}{foreign}")), Some(Vouched::Pass));
        let failed = "Authentication-Results: mx.shop.test; dmarc=fail\n";
        assert_eq!(verdict(&format!("{forged}{failed}")), Some(Vouched::Fail));
    }

    #[test]
    fn a_name_that_is_another_address_shows_another() {
        let party = |name: &str| Party { address: "x@evil.test".to_owned(), name: Some(name.to_owned()) };
        for (name, wanted) in [
            ("ceo@shop.test", true),
            ("'ceo@shop.test'", true),
            ("Head <head@shop.test>", true),
            ("X@Evil.test", false),
            ("Jo @ the shop", false),
            ("Jo", false),
        ] {
            assert_eq!(shows_another(&party(name)), wanted, "{name}");
        }
    }
}
