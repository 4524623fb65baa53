//! To whom a mail went and who wrote it (field page channels 1.3, 1.5): which of our mailboxes were meant, the tag, the
//! tokens of its addresses and subject, the address that a bounce came back to, and the person behind the sender.

use crate::domain::{Channel, Endpoint, Name, Party, Source};
use crate::wire::address::{canonical_mail, whole_mail};
use crate::wire::digest::TOKEN_PREFIX;
use crate::wire::limits::{CONTACT_BYTES_MAX, NAME_BYTES_MAX, RECIPIENTS_MAX};
use crate::wire::text;

use super::headers::addresses;
use super::lists::list_id;
use super::{Flags, Mail};

/// Fields that say to whom a mail was delivered, besides To and Cc.
const DELIVERY_FIELDS: [(&str, &str); 9] = [
    ("delivered-to", "Delivered-To"),
    ("x-original-to", "X-Original-To"),
    ("envelope-to", "Envelope-To"),
    ("x-envelope-to", "X-Envelope-To"),
    ("x-forwarded-to", "X-Forwarded-To"),
    ("x-rcpt-to", "X-Rcpt-To"),
    ("apparently-to", "Apparently-To"),
    ("x-delivered-to", "X-Delivered-To"),
    ("resent-to", "Resent-To"),
];
/// The longest subject token.
const TOKEN_BYTES_MAX: usize = 64;

/// By whom and to whom a mail was handed over.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Envelope<'a> {
    /// The sender; empty or `<>` is the null sender.
    pub mail_from: Option<&'a str>,
    /// The recipients.
    pub rcpt_to: &'a [&'a str],
}

/// To whom a mail went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addressing {
    /// The sources that were meant, each once, the first in To before the others; at least the one it came by.
    pub mailboxes: Vec<Name>,
    /// Our address of the first of them.
    pub to: Endpoint,
    /// Where that address stood, as `To`, `Envelope`, `Delivered-To`; none where none of ours did.
    pub via: Option<&'static str>,
    /// What stood behind the plus of that address, without a token.
    pub tag: Option<String>,
    /// It names us in its envelope alone.
    pub is_bcc: bool,
    /// The reply tokens of its addresses, unverified, `c-` included, the envelope's first.
    pub tokens: Vec<String>,
    /// The token of its subject, unverified.
    pub subject_token: Option<String>,
    /// What its return address says, where a bounce came back to one that was made for one recipient.
    pub verp: Option<Verp>,
}

/// A return address that was made for one recipient: `b+m55=ann=example.test@b.shop.test`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verp {
    /// Which mail of ours, as `m55`.
    pub mail: Option<String>,
    /// Whom that was for.
    pub recipient: String,
}

/// One address of a mail, and where it stood.
struct Named {
    address: String,
    via: &'static str,
}

impl Addressing {
    /// To whom a mail went that came by `source`, one of `sources`.
    pub fn of(mail: &Mail, envelope: Envelope<'_>, source: &Source, sources: &[&Source]) -> Addressing {
        let shown = |parties: &[Party], via| {
            parties.iter().map(move |party| Named { address: party.address.clone(), via }).collect()
        };
        let to: Vec<Named> = shown(&mail.to, "To");
        let cc: Vec<Named> = shown(&mail.cc, "Cc");
        let rcpt = envelope.rcpt_to.iter().flat_map(|rcpt| addresses(rcpt)).take(RECIPIENTS_MAX);
        let rcpt: Vec<Named> =
            rcpt.map(|address| Named { address: address.to_owned(), via: "Envelope" }).collect();
        let delivered = DELIVERY_FIELDS.iter().flat_map(|(name, via)| {
            mail.fields
                .all(name)
                .flat_map(addresses)
                .map(|address| Named { address: address.to_owned(), via })
        });
        let delivered: Vec<Named> = delivered.take(RECIPIENTS_MAX).collect();
        let tokens =
            [&rcpt, &delivered, &to, &cc].into_iter().flatten().filter_map(|named| token_of(&named.address));
        let tokens: Vec<String> = tokens.map(str::to_owned).take(RECIPIENTS_MAX).collect();
        let verp = [&rcpt, &delivered, &to].into_iter().flatten().find_map(|named| Verp::of(&named.address));
        let ordered: Vec<&Named> = [&to, &cc, &rcpt, &delivered].into_iter().flatten().collect();
        let boxes = Boxes::of(source, sources, &ordered);
        let is_shown =
            boxes.via.is_none_or(|via| via == "To" || via == "Cc") || !tokens.is_empty() || verp.is_some();
        Addressing {
            is_bcc: !is_shown,
            mailboxes: boxes.names,
            to: boxes.to,
            via: boxes.via,
            tag: boxes.tag,
            tokens,
            subject_token: subject_token(mail, source),
            verp,
        }
    }
}

/// The sources whose addresses a mail names.
struct Boxes {
    names: Vec<Name>,
    to: Endpoint,
    via: Option<&'static str>,
    tag: Option<String>,
}

impl Boxes {
    fn of(source: &Source, sources: &[&Source], named: &[&Named]) -> Boxes {
        let mails = || sources.iter().copied().filter(|known| known.channel == Channel::Email);
        let mut boxes = Boxes { names: Vec::new(), to: own_address(source), via: None, tag: None };
        for one in named {
            let wanted = canonical_mail(&one.address);
            let whole = whole_mail(&one.address);
            // An address of ours may bear a plus itself: then it is not the one without.
            let exact = |address: &Endpoint| whole_mail(address) == whole;
            let alike = |address: &Endpoint| canonical_mail(address) == wanted;
            let find = |is: &dyn Fn(&Endpoint) -> bool| {
                mails().find_map(|known| Some((known, known.addresses.iter().find(|address| is(address))?)))
            };
            let Some((known, address)) = find(&exact).or_else(|| find(&alike)) else { continue };
            let is_first = boxes.names.first().is_none_or(|first| *first == known.name);
            if boxes.names.is_empty() {
                boxes.to = address.clone();
                boxes.via = Some(one.via);
            }
            // To may name the mailbox alone, and the envelope its tag.
            if is_first && boxes.tag.is_none() && !exact(address) {
                boxes.tag = tag_of(&one.address);
            }
            if !boxes.names.contains(&known.name) {
                boxes.names.push(known.name.clone());
            }
        }
        if boxes.names.is_empty() {
            boxes.names.push(source.name.clone());
        }
        boxes
    }
}

/// A source without an address is known by its name.
fn own_address(source: &Source) -> Endpoint {
    source.addresses.first().cloned().unwrap_or_else(|| Endpoint::from(source.name.as_str()))
}

impl Verp {
    /// What a return address says: behind the last plus or minus, with the recipient's at sign as `=`.
    fn of(address: &str) -> Option<Verp> {
        let (local, _) = address.rsplit_once('@')?;
        let (_, told) = local.split_once('+').or_else(|| local.split_once('-'))?;
        let (front, domain) = told.rsplit_once('=')?;
        let (mail, user) = match front.split_once('=') {
            Some((mail, user)) if is_number(mail) => (Some(mail.to_ascii_lowercase()), user),
            _ => (None, front),
        };
        // Schemes that rewrite the sender (SRS, BATV) look alike and mean somebody else.
        let other = ["srs0", "srs1", "prvs"]
            .iter()
            .any(|name| local.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case(name)));
        if other || user.is_empty() || !domain.contains('.') {
            return None;
        }
        Some(Verp { mail, recipient: text::line(&format!("{user}@{domain}"), CONTACT_BYTES_MAX) })
    }
}

/// `m55`.
fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix(['m', 'M']).unwrap_or_default();
    (1..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The token of `support+c-token@x` or `c-token@x`, unverified.
pub(crate) fn token_of(address: &str) -> Option<&str> {
    let (local, _) = address.rsplit_once('@')?;
    local.trim_matches('"').split('+').rev().find(|part| is_token(part))
}

fn is_token(word: &str) -> bool {
    let prefix = word.get(..TOKEN_PREFIX.len());
    prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(TOKEN_PREFIX)) && word.len() > TOKEN_PREFIX.len()
}

/// What stands behind the plus of an address but is no token.
fn tag_of(address: &str) -> Option<String> {
    let (local, _) = address.rsplit_once('@')?;
    let (_, behind) = local.trim_matches('"').split_once('+')?;
    let tags: Vec<&str> = behind.split('+').filter(|tag| !tag.is_empty() && !is_token(tag)).collect();
    Some(tags.join("+")).filter(|tag| !tag.is_empty())
}

/// The token in the form that the source configures, as `[#{token}]`; nowhere else is one looked for.
fn subject_token(mail: &Mail, source: &Source) -> Option<String> {
    let (front, end) = source.mail.subject_token.as_deref()?.split_once("{token}")?;
    let subject = mail.subject.as_deref()?;
    // Without anything around it every word would be one.
    let begins = subject.match_indices(front).filter(|_| !front.is_empty());
    let tokens = begins.filter_map(|(place, _)| {
        let rest = subject.get(place + front.len()..)?;
        let plain = |char: char| char.is_ascii_alphanumeric() || char == '-';
        let token = rest.get(..rest.find(|char: char| !plain(char)).unwrap_or(rest.len()))?;
        let whole = rest.get(token.len()..).is_some_and(|behind| behind.starts_with(end));
        (whole && (1..=TOKEN_BYTES_MAX).contains(&token.len())).then_some(token)
    });
    let token = tokens.into_iter().next()?;
    Some(if is_token(token) { token.to_owned() } else { format!("{TOKEN_PREFIX}{token}") })
}

/// Who wrote a mail: From, unless the source believes Reply-To or the mail went through a group of ours, which puts
/// itself into From; without From the next best field, else the envelope.
pub(crate) fn sender(
    mail: &Mail,
    envelope: Envelope<'_>,
    source: &Source,
    ours: &[String],
    flags: &mut Flags,
) -> Option<Party> {
    if source.mail.trust_reply_to
        && let Some(wished) =
            mail.reply_to.first().filter(|wished| !ours.contains(&canonical_mail(&wished.address)))
    {
        return Some(wished.clone());
    }
    if let Some(from) = mail.from.first() {
        return Some(behind_group(mail, from, ours).unwrap_or_else(|| whole(mail, from)));
    }
    flags.raise(true, "missing_from");
    let party = |path: &str| addresses(path).next().map(|path| bare_party(&behind_relay(path)));
    let envelope = || envelope.mail_from.and_then(party);
    let returned = || mail.fields.first("return-path").and_then(party);
    let wished = || mail.reply_to.first().filter(|wished| wished.address.contains('@')).cloned();
    mail.sender.clone().or_else(envelope).or_else(returned).or_else(wished)
}

/// Whose return address a relay wrote anew: `SRS0=hash=time=x.test=ann@relay`, `SRS1=hash=first==…`, `prvs=tag=ann@x.test`.
fn behind_relay(path: &str) -> String {
    let whole = || path.to_owned();
    let Some((local, domain)) = path.rsplit_once('@') else { return whole() };
    let (scheme, told) = (local.get(..4).unwrap_or_default().to_ascii_lowercase(), local.get(5..));
    let told = told.unwrap_or_default();
    if scheme == "srs0" || scheme == "srs1" {
        let inner = if scheme == "srs1" { told.split_once("==").map(|(_, inner)| inner) } else { Some(told) };
        let mut parts = inner.unwrap_or_default().splitn(4, '=').skip(2);
        return match (parts.next(), parts.next()) {
            (Some(domain), Some(user)) if !domain.is_empty() && !user.is_empty() => {
                format!("{user}@{domain}")
            }
            _ => whole(),
        };
    }
    let lower = local.to_ascii_lowercase();
    if !lower.starts_with("prvs=") && !lower.starts_with("msprvs1=") && !lower.starts_with("btv1==") {
        return whole();
    }
    let user = local.rsplit('=').next().filter(|user| !user.is_empty());
    user.map_or_else(whole, |user| format!("{user}@{domain}"))
}

/// The sender with a quoted local part as it is written, where that was taken for a name.
fn whole(mail: &Mail, from: &Party) -> Party {
    let written = || {
        let field = mail.fields.first("from")?;
        let (front, behind) = field.split_once("\"@")?;
        let (_, local) = front.rsplit_once('"')?;
        let domain = behind.split(|char: char| char.is_whitespace() || ">,;(".contains(char)).next()?;
        Some(format!("\"{local}\"@{domain}"))
    };
    let broken = from.address.starts_with('@');
    let address = broken.then(written).flatten().map(|address| text::line(&address, CONTACT_BYTES_MAX));
    match address {
        Some(address) => Party { address, name: None },
        None => from.clone(),
    }
}

/// Whom a group wrote for: it names itself in From and its members in fields of its own, or where they want the answer.
fn behind_group(mail: &Mail, from: &Party, ours: &[String]) -> Option<Party> {
    let group = canonical_mail(&from.address);
    let id = mail.fields.first("list-id").map(list_id);
    let is_group = ours.contains(&group) || id.is_some_and(|id| id == group.replace('@', "."));
    if !is_group {
        return None;
    }
    let fields = ["x-original-from", "x-original-sender"].map(|name| mail.fields.first(name));
    let [whole, bare] = fields;
    let Some(address) = bare.or(whole).and_then(|field| addresses(field).next()) else {
        let wished = mail.reply_to.iter().find(|wished| canonical_mail(&wished.address) != group);
        let is_of_list = mail.fields.first("list-id").is_some();
        return wished
            .filter(|wished| is_of_list && !ours.contains(&canonical_mail(&wished.address)))
            .cloned();
    };
    if ours.contains(&canonical_mail(address)) {
        return None;
    }
    let named = whole.and_then(|field| field.split_once('<')).map(|(name, _)| name.trim().trim_matches('"'));
    let name =
        named.and_then(|name| text::line_or_none(name, NAME_BYTES_MAX)).filter(|name| !name.contains("=?"));
    Some(Party { name, ..bare_party(address) })
}

fn bare_party(address: &str) -> Party {
    Party { address: text::line(address, CONTACT_BYTES_MAX), name: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_behind_a_plus_or_alone() {
        assert_eq!(token_of("support+vip+C-ABC@x"), Some("C-ABC"));
        assert_eq!(token_of("c-abc@reply.x"), Some("c-abc"));
        assert_eq!(token_of("support+c-abc+vip@x"), Some("c-abc"));
        for none in ["support+vip@x", "ł@x", "c-@x", "c-abc"] {
            assert_eq!(token_of(none), None, "{none}");
        }
        assert_eq!(tag_of("help+vip+c-abc@x").as_deref(), Some("vip"));
        assert_eq!(tag_of("help+c-abc@x"), None);
    }

    #[test]
    fn a_return_address_that_was_written_anew_names_its_writer() {
        for (written, wanted) in [
            ("SRS0=HHH=TT=example.test=ann@relay.test", "ann@example.test"),
            ("srs0+HHH=TT=example.test=ann=b@relay.test", "ann=b@example.test"),
            ("SRS1=HHH=first.test==HHH=TT=example.test=ann@relay.test", "ann@example.test"),
            ("prvs=0123456789=ann@example.test", "ann@example.test"),
            ("SRS0=broken@relay.test", "SRS0=broken@relay.test"),
            ("ann=b@example.test", "ann=b@example.test"),
        ] {
            assert_eq!(behind_relay(written), wanted, "{written}");
        }
    }

    #[test]
    fn a_return_address_names_a_mail_and_its_recipient() {
        let verp = |address| Verp::of(address).map(|verp| (verp.mail, verp.recipient));
        let wanted = Some((Some("m55".to_owned()), "ann=b@example.test".to_owned()));
        assert_eq!(verp("b+M55=ann=b=example.test@b.shop.test"), wanted);
        assert_eq!(verp("list-bounces+ann=example.test@x"), Some((None, "ann@example.test".to_owned())));
        for none in ["b@x", "b+m55@x", "b+m55=ann@x", "SRS0+x=y=example.test=ann@x", "prvs=12=ann@x", "+=@x"]
        {
            assert_eq!(verp(none), None, "{none}");
        }
    }
}
