//! A configured way in.

use super::{Channel, Endpoint, Format, MessageClass, Name, Span};

/// One mailbox, number or chat account, as the decoder needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name: the last token of the subject `<p>.in.<channel>.<source>`.
    pub name: Name,
    /// The channel that it carries.
    pub channel: Channel,
    /// Our addresses on it. The first is the one that stands where a message names none of them.
    pub addresses: Vec<Endpoint>,
    /// How its payloads are written.
    pub format: Format,
    /// The region of numbers without a country, as `US` (ISO 3166).
    pub region: Option<String>,
    /// What we are called at the provider: a user or bot id whose messages are echoes of ours.
    pub own_ids: Vec<String>,
    /// Whether other bots are heard; else what they write is passed over.
    pub bots: bool,
    /// The languages of the opt-out, opt-in and help words, as `en`.
    pub keywords: Vec<String>,
    /// The languages among which that of a text is looked for, as `pl`; none: it is not looked for.
    pub languages: Vec<String>,
    /// How long parts of one text wait for each other.
    pub parts_wait: Span,
    /// How long after a message of a user its provider lets us answer freely; none: as its format's network does.
    pub reply_window: Option<Span>,
    /// What concerns a mailbox.
    pub mail: MailSource,
}

/// What concerns a mailbox alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSource {
    /// The names by which our own servers sign `Authentication-Results`; others are not believed.
    pub authserv_ids: Vec<String>,
    /// The sender is who stands in Reply-To: for mailboxes that web forms write to.
    pub trust_reply_to: bool,
    /// Which mail of machines opens a conversation: of `automated`, `list` and `bulk`.
    pub opens: Vec<MessageClass>,
    /// The languages of subjects whose prefixes are one letter, as `it`.
    pub languages: Vec<String>,
    /// How a subject bears the token of a conversation, as `[#{token}]`; it is not looked for elsewhere.
    pub subject_token: Option<String>,
}

impl Source {
    /// A way in as it is unless its section says more.
    pub fn new(name: Name, channel: Channel, addresses: Vec<Endpoint>) -> Source {
        Source {
            name,
            channel,
            addresses,
            format: Format::of_channel(channel),
            region: None,
            own_ids: Vec::new(),
            bots: false,
            keywords: vec!["en".to_owned()],
            languages: Vec::new(),
            parts_wait: Source::PARTS_WAIT,
            reply_window: None,
            mail: MailSource::default(),
        }
    }

    /// How long after a message of a user these networks let us answer freely, whoever carries it: the customer
    /// service window of WhatsApp, the standard messaging window of Messenger and Instagram.
    pub const REPLY_WINDOW: Span = Span(24 * 60 * 60 * 1_000);

    /// How long after a message we may answer freely that came by a network of this name; none: as long as we like.
    pub fn window(&self, network: Option<&str>) -> Option<Span> {
        let has_window = |network: &str| {
            [Format::WhatsApp, Format::Messenger, Format::Instagram].iter().any(|it| it.as_str() == network)
        };
        let of_network = || network.is_some_and(has_window) || has_window(self.format.as_str());
        self.reply_window.or_else(|| of_network().then_some(Source::REPLY_WINDOW))
    }

    /// How long parts wait unless it is set.
    pub const PARTS_WAIT: Span = Span(10 * 60 * 1_000);
}

impl Default for MailSource {
    fn default() -> Self {
        MailSource {
            authserv_ids: Vec::new(),
            trust_reply_to: false,
            opens: vec![MessageClass::Automated, MessageClass::List, MessageClass::Bulk],
            languages: Vec::new(),
            subject_token: None,
        }
    }
}
