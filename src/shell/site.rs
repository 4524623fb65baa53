//! A site is one configured whole with its own streams. Its prefix makes every subject and stream name.

use crate::domain::Name;

/// The names of one site, made from its prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    prefix: Name,
    stem: String,
}

impl Site {
    /// The site of this prefix. Stream names carry it in upper case; since a prefix has no upper
    /// case letters, two sites never share a stream.
    pub fn new(prefix: Name) -> Site {
        let stem = prefix.as_str().to_ascii_uppercase();
        Site { prefix, stem }
    }

    /// The prefix that all subjects of the site begin with.
    pub fn prefix(&self) -> &str {
        self.prefix.as_str()
    }

    /// `<p>.<rest>`.
    pub fn subject(&self, rest: &str) -> String {
        format!("{}.{rest}", self.prefix)
    }

    /// Where the leader publishes what is stored as `<p>.<rest>`. Nobody else may publish or
    /// subscribe there.
    pub fn journal_subject(&self, rest: &str) -> String {
        format!("{}.j.{rest}", self.prefix)
    }

    /// The stream of input.
    pub fn stream_in(&self) -> String {
        format!("{}_IN", self.stem)
    }

    /// The stream that is the journal.
    pub fn stream_events(&self) -> String {
        format!("{}_EVENTS", self.stem)
    }

    /// The stream of what gateways must send.
    pub fn stream_out(&self) -> String {
        format!("{}_OUT", self.stem)
    }

    /// The bucket of compiled policies. The object store keeps it in a stream `OBJ_` and this.
    pub fn bucket_policies(&self) -> String {
        format!("{}_POLICIES", self.stem)
    }

    /// The stream of input that could not be understood.
    pub fn stream_dead(&self) -> String {
        format!("{}_DEAD", self.stem)
    }

    /// The bucket of bodies that are too large for a message.
    pub fn bucket_bodies(&self) -> String {
        format!("{}_BODIES", self.stem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_names_its_streams_in_upper_case() {
        let site = Site::new("shop-2".parse().expect("a plain name"));
        assert_eq!(site.stream_events(), "SHOP-2_EVENTS");
        assert_eq!(site.journal_subject("evt.offer.made.0a"), "shop-2.j.evt.offer.made.0a");
    }
}
