//! Which parts are the text, which the HTML and which came along (RFC 8621 4.1.4): of alternatives one is shown, what
//! stands within related parts belongs to the HTML, the rest are files.

use mail_parser::decoders::html::{html_to_text, text_to_html};

use crate::wire::limits::{ATTACHMENTS_MAX, CONTENT_TYPE_BYTES_MAX, EXTERNAL_ID_BYTES_MAX, TEXT_BYTES_MAX};
use crate::wire::{filename, text};

use super::parts::Part;
use super::{Flags, MailFile, MailPart, TextPart, charset, enriched, flowed};

/// Parts that a machine reads.
const MACHINE_PARTS: [&str; 11] = [
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/global-disposition-notification",
    "message/feedback-report",
    "message/rfc822",
    "message/global",
    "message/global-headers",
    "text/rfc822-headers",
    "text/rfc822",
    "text/calendar",
];

/// Parts that are text in their own way.
const SPARE_PARTS: [&str; 6] = [
    "text/enriched",
    "text/richtext",
    "text/markdown",
    "text/x-markdown",
    "text/x-web-markdown",
    "plain/text",
];

/// HTML behind this is not read: no cleaner takes it.
const HTML_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// What the parts of a mail are.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub texts: Vec<TextPart>,
    pub html: Vec<TextPart>,
    pub files: Vec<MailFile>,
    pub machine: Vec<MailPart>,
    /// The bytes of a part that is broken, as text.
    raw: Option<String>,
    /// Text that is written otherwise than as plain text, for mail that has no other.
    spare: Option<String>,
    pub flags: Flags,
    /// Bytes looked at.
    pub steps: u64,
}

/// Which of the two bodies a part may still belong to.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The kind of the parent.
    within: &'a str,
    in_alternative: bool,
    in_related: bool,
    /// It is the first of its parent.
    is_first: bool,
    wants_text: bool,
    wants_html: bool,
}

impl Place<'_> {
    const ROOT: Place<'static> = Place {
        within: "",
        in_alternative: false,
        in_related: false,
        is_first: true,
        wants_text: true,
        wants_html: true,
    };
}

impl Body {
    pub fn of(root: &Part<'_>) -> Body {
        let mut body = Body::default();
        body.place(root, &mut Place::ROOT.clone());
        body.mark_inline();
        body
    }

    /// Keeps a part as a file besides.
    pub fn keep(&mut self, part: &Part<'_>) {
        self.file(part, &Place::ROOT);
    }

    fn place(&mut self, part: &Part<'_>, place: &mut Place<'_>) {
        let kind = part.media.kind.as_str();
        self.flags.raise(is_encrypted(part), "encrypted");
        self.flags.raise(kind == "multipart/signed" || is_opaquely_signed(part), "signed");
        match kind {
            _ if part.is_unread => {}
            _ if part.is_broken => self.broken(part, place),
            _ if kind.starts_with("multipart/") => self.descend(part, place),
            "text/plain" | "text/html" if is_shown(part, place) => self.show(part, place),
            // For programs that know no HTML and for one that knows more; what they say stands beside.
            "text/x-amp-html" | "text/watch-html" if place.within == "multipart/alternative" => {}
            _ => self.file(part, place),
        }
    }

    fn descend(&mut self, part: &Part<'_>, place: &Place<'_>) {
        let kind = part.media.kind.as_str();
        let (texts, html) = (self.texts.len(), self.html.len());
        let is_alternative = kind == "multipart/alternative";
        let mut inner = Place {
            within: kind,
            in_alternative: place.in_alternative || is_alternative,
            in_related: kind == "multipart/related" || place.in_related && is_alternative,
            ..*place
        };
        let root = root_of(part);
        for (number, child) in part.parts.iter().enumerate() {
            inner.is_first = number == root;
            self.place(child, &mut inner);
        }
        // Where one alternative is missing the other stands for both.
        if is_alternative && place.wants_text && place.wants_html {
            if self.texts.len() == texts {
                self.texts.extend(self.html.get(html..).unwrap_or_default().to_vec());
            } else if self.html.len() == html {
                self.html.extend(self.texts.get(texts..).unwrap_or_default().to_vec());
            }
        }
    }

    fn show(&mut self, part: &Part<'_>, place: &mut Place<'_>) {
        let text = self.text(part);
        // Programs send HTML without saying so; beside alternatives it stays what it is called.
        let is_html = part.media.kind == "text/html" || !place.in_alternative && is_page(&text);
        let (mut to_text, mut to_html) = (place.wants_text, place.wants_html);
        if place.within == "multipart/alternative" {
            (to_text, to_html) = (!is_html, is_html);
        } else if place.in_alternative {
            match is_html {
                true => place.wants_text = false,
                false => place.wants_html = false,
            }
            (to_text, to_html) = (place.wants_text, place.wants_html);
        }
        let shown =
            TextPart { is_html, text, is_flowed: is_flowed(part), deletes_space: deletes_space(part) };
        if to_text && to_html {
            self.texts.push(shown.clone());
            self.html.push(shown);
        } else if to_text {
            self.texts.push(shown);
        } else if to_html {
            self.html.push(shown);
        }
    }

    /// Its text, decoded; what is behind the limits would be cut anyway.
    fn text(&mut self, part: &Part<'_>) -> String {
        self.steps += part.raw.len() as u64;
        let bytes = part.bytes();
        self.flags.raise(bytes.is_none(), "encoding_damaged");
        let bytes = bytes.unwrap_or_else(|| part.raw.to_vec());
        let decoded = charset::decode(&bytes, part.media.parameter("charset"));
        self.flags.raise(decoded.is_guess, "charset_guessed");
        let mut text = text::lines(&decoded.text);
        // Its bytes to find out the charset, its letters to put its lines in order.
        self.steps += (bytes.len() + decoded.text.len()) as u64;
        self.flags.raise(text::cut(&mut text, HTML_BYTES_MAX), "truncated");
        text
    }

    /// What cannot be taken apart is shown as it came, and kept as one file.
    fn broken(&mut self, part: &Part<'_>, place: &Place<'_>) {
        self.flags.raise(true, "multipart_broken");
        if self.raw.is_none() {
            self.raw = Some(self.text(part));
        }
        self.file(part, place);
    }

    fn file(&mut self, part: &Part<'_>, place: &Place<'_>) {
        self.machine(part);
        self.spare(part);
        if self.files.len() >= ATTACHMENTS_MAX {
            self.flags.raise(true, "attachments_cut");
            self.flags.raise(true, "truncated");
            return;
        }
        self.steps += part.raw.len() as u64;
        let safe = part.filename().map(filename::safe).unwrap_or_default();
        self.flags.raise(safe.is_cut, "truncated");
        let is_within = place.in_related && !place.is_first && !part.is_attached();
        let is_picture =
            part.media.kind.starts_with("image/") && part.fields.first("content-location").is_some();
        self.files.push(MailFile {
            filename: safe.name,
            original_filename: safe.original,
            content_type: Some(text::line(&part.media.kind, CONTENT_TYPE_BYTES_MAX)),
            size: part.bytes().map_or(part.raw.len(), |bytes| bytes.len()) as u64,
            content_id: part.content_id().map(|id| text::line(id, EXTERNAL_ID_BYTES_MAX)),
            inline: is_within && (part.content_id().is_some() || is_picture),
        });
    }

    /// What its reader can read, if it is all that there is; it stays a file.
    fn spare(&mut self, part: &Part<'_>) {
        let kind = part.media.kind.as_str();
        if self.spare.is_some() || part.is_attached() || !SPARE_PARTS.contains(&kind) {
            return;
        }
        let text = self.text(part);
        let is_enriched = kind.ends_with("enriched") || kind.ends_with("richtext");
        self.spare = Some(if is_enriched { enriched::plain(&text) } else { text });
    }

    fn machine(&mut self, part: &Part<'_>) {
        if !MACHINE_PARTS.contains(&part.media.kind.as_str()) {
            return;
        }
        self.steps += part.raw.len() as u64;
        let bytes = part.bytes().unwrap_or_else(|| part.raw.to_vec());
        let text = charset::decode(&bytes, part.media.parameter("charset")).text;
        let is_attached = part.is_attached();
        self.machine.push(MailPart { media: part.media.clone(), text: text::lines(&text), is_attached });
    }

    /// What the HTML names by its id is shown there, wherever it lies.
    fn mark_inline(&mut self) {
        let html = self.html.iter().filter(|part| part.is_html);
        let mut named = std::collections::BTreeSet::new();
        for part in html {
            self.steps += part.text.len() as u64;
            let ends = |char: char| char.is_whitespace() || "\"'>)<&".contains(char);
            let ids = part.text.split("cid:").skip(1).filter_map(|rest| rest.split(ends).next());
            named.extend(ids.map(|id| id.to_ascii_lowercase()));
        }
        for file in &mut self.files {
            let id = file.content_id.as_ref().map(|id| id.to_ascii_lowercase());
            file.inline |= id.is_some_and(|id| named.contains(&id));
        }
    }

    /// The text that is shown: of plain parts, each as it flows. HTML between them is turned into text; where it comes
    /// first the text is left blank, so that the HTML is shown.
    pub fn shown_text(&mut self) -> String {
        let first = self.texts.iter().find(|part| !text::is_blank(&part.text));
        if first.is_some_and(|part| part.is_html) {
            return String::new();
        }
        let mut shown = String::new();
        for part in &self.texts {
            if shown.len() > TEXT_BYTES_MAX {
                break;
            }
            self.steps += part.text.len() as u64;
            let separator = if shown.is_empty() || shown.ends_with('\n') { "" } else { "\n" };
            let text = match (part.is_html, part.is_flowed) {
                (true, _) => html_to_text(&part.text),
                (false, true) => flowed::unflow(&part.text, part.deletes_space),
                (false, false) => part.text.clone(),
            };
            shown.extend([separator, &text]);
        }
        if text::is_blank(&shown) && !self.html.iter().any(|part| part.is_html) {
            shown = self.spare.take().or(self.raw.take()).unwrap_or(shown);
        }
        let mut shown = shown.trim_end().to_owned();
        self.flags.raise(text::cut(&mut shown, TEXT_BYTES_MAX), "truncated");
        self.flags.raise(is_armoured(&shown), "encrypted");
        self.flags.raise(shown.trim_start().starts_with("-----BEGIN PGP SIGNED MESSAGE-----"), "signed");
        shown
    }

    /// The HTML that is shown, where there is some; plain parts between it are kept in it.
    pub fn shown_html(&self) -> Option<String> {
        let parts = self.html.iter().filter(|part| part.is_html || !text::is_blank(&part.text));
        let html: Vec<String> = match self.html.iter().any(|part| part.is_html) {
            true => parts
                .map(|part| if part.is_html { part.text.clone() } else { text_to_html(&part.text) })
                .collect(),
            false => Vec::new(),
        };
        (!html.is_empty()).then(|| html.join("\n"))
    }
}

/// Which of related parts the others belong to: the one that it names, else the first (RFC 2387 3.2).
fn root_of(part: &Part<'_>) -> usize {
    let start = part.media.parameter("start").map(|id| id.trim().trim_matches(['<', '>']));
    let named = || part.parts.iter().position(|child| child.content_id() == start);
    let is_named = part.media.kind == "multipart/related" && start.is_some();
    is_named.then(named).flatten().unwrap_or_default()
}

/// Text that stands for itself: not to be saved, not beside the first of related parts, not named like a file.
fn is_shown(part: &Part<'_>, place: &Place<'_>) -> bool {
    let is_own = place.is_first || (place.within != "multipart/related" && part.filename().is_none());
    !part.is_attached() && is_own
}

/// Whether a text is all HTML.
fn is_page(text: &str) -> bool {
    let begins = |word: &str| {
        let begin = text.trim_start().get(..word.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(word))
    };
    let ends = text.trim_end().get(text.trim_end().len().saturating_sub(7)..);
    (begins("<!doctype html") || begins("<html"))
        && ends.is_some_and(|end| end.eq_ignore_ascii_case("</html>"))
}

fn is_flowed(part: &Part<'_>) -> bool {
    let says = |value: &str| value.eq_ignore_ascii_case("flowed");
    part.media.kind == "text/plain" && part.media.parameter("format").is_some_and(says)
}

fn deletes_space(part: &Part<'_>) -> bool {
    part.media.parameter("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes"))
}

/// S/MIME and PGP; what is only signed in the same wrapping is not secret.
fn is_encrypted(part: &Part<'_>) -> bool {
    match part.media.kind.as_str() {
        "multipart/encrypted" => true,
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => !is_opaquely_signed(part),
        // Gateways lose the type and leave the name (RFC 8551 3.2.1).
        "application/octet-stream" => part.filename().is_some_and(is_smime_name),
        _ => false,
    }
}

fn is_smime_name(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case("smime.p7m")
}

fn is_opaquely_signed(part: &Part<'_>) -> bool {
    let kind = part.media.parameter("smime-type").unwrap_or_default().to_ascii_lowercase();
    part.media.kind.ends_with("pkcs7-mime") && (kind.starts_with("signed") || kind == "certs-only")
}

/// A text that is all PGP.
fn is_armoured(text: &str) -> bool {
    text.trim_start().starts_with("-----BEGIN PGP MESSAGE-----")
}
