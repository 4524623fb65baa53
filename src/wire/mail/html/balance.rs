//! HTML in one pass to HTML that is well formed: every element is closed, what nobody sees is gone, and on
//! request what is quoted. For a reader of text the targets of links stand behind their words instead of
//! around them. The libraries behind see neither unclosed nor crossed elements, which cost them more than
//! linear time.

use super::hidden::{Size, is_hidden, size};
use super::link::Links;
use super::plain::references;
use super::quotes::{Mark, mark};
use super::scan::{Piece, Tag, pieces};

/// Elements that hold nothing.
const VOID: [&str; 15] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr", "bgsound",
];
/// Elements that close an open paragraph.
const BLOCKS: [&str; 32] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
    "dd",
];
/// Elements whose content is no text of the mail.
const DROPPED: [&str; 10] =
    ["head", "iframe", "object", "applet", "svg", "math", "select", "canvas", "audio", "video"];
/// Attributes that are handed on; the cleaner behind has the last word.
const KEPT: [&str; 9] = ["href", "src", "alt", "title", "colspan", "rowspan", "start", "dir", "lang"];
/// What stands in the place of a quote that is left out.
const QUOTE: &str = "<div>&gt;</div>";
/// Bytes before a rule that are looked at.
const RULE_BYTES: usize = 512;
/// Elements on lines of their own that the reader of text takes for words of a line.
const LINES: [&str; 3] = ["summary", "legend", "figcaption"];
/// How far up an element is looked for that closes by itself.
const LOOK_UP: usize = 12;
/// The most of a span that a table may ask for.
const SPAN_MAX: u32 = 100;

/// What came out.
pub(super) struct Balanced {
    pub html: String,
    pub depth: usize,
    /// For every piece, how deep it stands: what a reader that walks up from each one pays.
    pub work: u64,
    /// Pieces and bytes that were looked at.
    pub steps: u64,
    /// Whether a quote was found by its mark.
    pub is_marked: bool,
}

/// For what the result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be shown as HTML.
    Show,
    /// To be made text.
    Read,
    /// To be made text of what is new.
    ReadNew,
}

/// An open element that is around quotes.
struct Around {
    depth: usize,
    /// What was written before it.
    before: usize,
    holds_quote: bool,
}

struct Writer<'a> {
    html: String,
    around: Vec<Around>,
    /// The open elements that say a size of letters, by their depth.
    sizes: Vec<(usize, Size)>,
    /// Where links are told as text.
    links: Option<Links>,
    open: Vec<&'a str>,
    /// From which depth on all is left out.
    skipped: Option<usize>,
    depth: usize,
}

/// Stops at `depth_max`, whose result is not to be used.
pub(super) fn balance(html: &str, purpose: Purpose, depth_max: usize) -> Balanced {
    let unquoted = purpose == Purpose::ReadNew;
    let mut writer = Writer {
        html: String::with_capacity(html.len()),
        around: Vec::new(),
        sizes: Vec::new(),
        links: (purpose != Purpose::Show).then(Links::new),
        open: Vec::new(),
        skipped: None,
        depth: 0,
    };
    let (mut work, mut steps, mut is_marked) = (0, html.len() as u64, false);
    for piece in pieces(html) {
        steps += 1;
        work += writer.open.len() as u64 + 1;
        match piece {
            Piece::Text(text) => writer.text(text),
            Piece::Close(name) => writer.close(name),
            Piece::Passed(_) => {}
            Piece::Open(tag) => {
                let mark = mark(&tag);
                is_marked |= mark.is_some();
                if unquoted && mark == Some(Mark::Onward) && writer.skipped.is_none() {
                    break;
                }
                writer.open(tag, mark.filter(|_| unquoted));
            }
        }
        if writer.open.len() > depth_max {
            break;
        }
    }
    let depth = writer.depth;
    writer.close_to(0);
    Balanced { html: writer.html, depth, work, steps, is_marked }
}

impl<'a> Writer<'a> {
    fn text(&mut self, text: &str) {
        let is_seen = self.sizes.last().is_none_or(|(_, size)| *size == Size::Seen);
        if self.skipped.is_none() && is_seen {
            if let Some(links) = &mut self.links {
                links.words(text);
            }
            // A lone bracket that begins no tag is text; so it stays for every reader.
            self.html.push_str(&text.replace('<', "&lt;").replace('\0', ""));
        }
    }

    fn open(&mut self, tag: Tag<'a>, mark: Option<Mark>) {
        self.imply(&tag);
        if tag.is(&VOID) {
            if self.skipped.is_none() && tag.is(&["br", "hr", "img", "wbr"]) && !is_hidden(&tag) {
                if self.links.is_some() && tag.is(&["img"]) {
                    return self.picture(&tag);
                }
                if self.links.is_some() && tag.is(&["hr"]) {
                    return self.rule();
                }
                self.tag(&tag);
            }
            return;
        }
        // In HTML only such elements may close themselves as belong to other languages, as Word's `<o:p/>`.
        if tag.attributes.trim_end().ends_with('/') && tag.name.contains(':') {
            return;
        }
        let is_quoted = mark == Some(Mark::Within);
        let depth = self.open.len();
        let is_dropped = is_quoted || tag.is(&DROPPED) || is_hidden(&tag);
        if self.skipped.is_none() && is_dropped {
            // What stood here decides what the line above it was, and whether more follows.
            self.html.push_str(if is_quoted { QUOTE } else { "" });
            self.skipped = Some(depth);
            if let Some(around) = self.around.last_mut().filter(|around| around.depth + 1 == depth) {
                around.holds_quote |= is_quoted && tag.is(&["blockquote"]);
            }
        }
        if self.skipped.is_none() {
            if mark == Some(Mark::Around) {
                self.around.push(Around { depth, before: self.html.len(), holds_quote: false });
            }
            self.tag(&tag);
            self.sizes.extend(size(&tag).map(|size| (depth, size)));
        }
        self.open.push(tag.name);
        self.depth = self.depth.max(self.open.len());
    }

    /// Closes what a tag closes without saying so.
    fn imply(&mut self, tag: &Tag<'_>) {
        if tag.is(&BLOCKS) && self.open.last().is_some_and(|last| last.eq_ignore_ascii_case("p")) {
            self.close("p");
        }
        let (closed, until): (&[&str], &[&str]) = if tag.is(&["li"]) {
            (&["li"], &["ul", "ol", "menu", "dir"])
        } else if tag.is(&["td", "th"]) {
            (&["td", "th"], &["table", "tr"])
        } else if tag.is(&["tr"]) {
            (&["tr"], &["table"])
        } else if tag.is(&["dd", "dt"]) {
            (&["dd", "dt"], &["dl"])
        } else if tag.is(&["option"]) {
            (&["option"], &["select"])
        } else if tag.is(&["body"]) {
            (&["head"], &["body"])
        } else {
            return;
        };
        let is_in = |names: &[&str], name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let above = self.open.iter().enumerate().rev().take(LOOK_UP);
        let found = above.into_iter().find(|(_, name)| is_in(closed, name) || is_in(until, name));
        if let Some((place, name)) = found
            && is_in(closed, name)
        {
            self.close_to(place);
        }
    }

    fn close(&mut self, name: &str) {
        // A closing tag of nothing that is open within sight is passed over: looking further would cost
        // every time.
        let above = self.open.iter().enumerate().rev().take(LOOK_UP * 4);
        let found =
            above.into_iter().find(|(_, open)| open.eq_ignore_ascii_case(name)).map(|(place, _)| place);
        if let Some(place) = found {
            self.close_to(place);
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(name) = self.open.pop() else { return };
            match self.skipped {
                None => {
                    self.sizes.pop_if(|(depth, _)| *depth == self.open.len());
                    let ends = self.around.pop_if(|around| around.depth == self.open.len());
                    if let Some(around) = ends.filter(|around| !around.holds_quote) {
                        self.html.truncate(around.before);
                        self.html.push_str(QUOTE);
                    } else if self.links.is_some() && name.eq_ignore_ascii_case("a") {
                        let told = self.links.as_mut().and_then(Links::close);
                        self.target(told);
                    } else if self.is_written(name) {
                        let name = self.written(name);
                        self.html.extend(["</", &name, ">"]);
                    }
                }
                Some(from) if self.open.len() <= from => self.skipped = None,
                Some(_) => {}
            }
        }
    }

    /// A rule ends a line, which the reader of text does not know; behind an element that is a line it ends none.
    fn rule(&mut self) {
        let near = self.html.len().saturating_sub(RULE_BYTES);
        let html = self.html.get(self.html.ceil_char_boundary(near)..).unwrap_or_default().trim_end();
        let last = html.strip_suffix('>').and_then(|html| html.rsplit_once('<'));
        let name = last.map_or("", |(_, tag)| tag.trim_start_matches('/'));
        let name = name.split(' ').next().unwrap_or_default();
        let is_line = BLOCKS.contains(&name) || ["br", "td", "th", "tr", "dt"].contains(&name);
        if !self.html.is_empty() && !is_line {
            self.html.push_str("<br>");
        }
    }

    /// What a picture is called, for a reader of text; one of an emoji is the emoji.
    fn picture(&mut self, tag: &Tag<'_>) {
        let alt = tag.attribute("alt").unwrap_or_default().trim();
        if let Some(links) = &mut self.links {
            links.words(alt);
        }
        let is_word = references(alt).chars().any(char::is_alphanumeric);
        let (open, close) = if is_word { ("[", "]") } else { ("", "") };
        self.html.extend([open, &alt.replace('<', "&lt;"), close]);
    }

    /// Where a link leads, behind its words.
    fn target(&mut self, told: Option<String>) {
        if let Some(target) = told {
            self.html.extend([" &lt;", &target.replace('&', "&amp;"), "&gt;"]);
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        if let Some(links) = self.links.as_mut().filter(|_| tag.is(&["a"])) {
            let told = links.open(tag);
            return self.target(told);
        }
        if !self.is_written(tag.name) {
            return;
        }
        let name = self.written(tag.name);
        self.html.extend(["<", &name]);
        for name in KEPT {
            let Some(value) = tag.attribute(name) else { continue };
            if name.ends_with("span") {
                let span = value.trim().parse::<u32>().unwrap_or(1).clamp(1, SPAN_MAX);
                self.html.push_str(&format!(" {name}=\"{span}\""));
            } else {
                let value = value.replace('"', "&quot;").replace('<', "&lt;");
                self.html.extend([" ", name, "=\"", &value, "\""]);
            }
        }
        self.html.push('>');
    }

    fn written(&self, name: &str) -> String {
        let is_line = self.links.is_some() && LINES.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is_line { "div".to_owned() } else { name.to_ascii_lowercase() }
    }

    /// Names of HTML; Word's own, with a colon, only wrap. Letters that are struck through are hard to read as text.
    fn is_written(&self, name: &str) -> bool {
        let is_in = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        name.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !is_in(&["html", "body", "form", "button"])
            && !(self.links.is_some() && is_in(&["s", "del", "strike"]))
    }
}
