//! The tree of a mail's parts, walked over the raw bytes: a boundary counts only as a whole line, so that one within a
//! line hides nothing, and a missing end loses nothing. A nested mail is a leaf: its fields are not ours.
//!
//! Each level looks at its bytes once and there are at most [`MAIL_DEPTH_MAX`] levels, so the work is linear.

use crate::wire::limits::{MAIL_DEPTH_MAX, MAIL_PARTS_MAX};

use super::headers::{Fields, Raw, after_line, without_end};
use super::transfer::Transfer;
use super::{Media, params};

/// A part and the parts in it.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub fields: Fields,
    pub media: Media,
    /// `attachment` or `inline`, with its parameters.
    pub disposition: Media,
    pub transfer: Transfer,
    /// As it came, in its transfer encoding.
    pub raw: &'a [u8],
    pub parts: Vec<Part<'a>>,
    /// It says that it has parts, and none is found: no boundary is named, or none stands there.
    pub is_broken: bool,
    /// It lies deeper than is looked.
    pub is_unread: bool,
}

/// What the walk adds up.
#[derive(Debug, Default)]
pub(super) struct Walk {
    parts: usize,
    /// Something was left out.
    pub is_cut: bool,
    /// Bytes looked at.
    pub steps: u64,
}

impl Walk {
    /// The tree of a mail.
    pub fn mail<'a>(&mut self, fields: Fields, body: &'a [u8]) -> Part<'a> {
        self.part(fields, body, TEXT_PLAIN, 0)
    }

    fn part<'a>(&mut self, fields: Fields, raw: &'a [u8], default: &str, depth: usize) -> Part<'a> {
        self.parts += 1;
        let media = media(&fields, default);
        let disposition = fields.first("content-disposition").map(params::structured).unwrap_or_default();
        let transfer = fields.first("content-transfer-encoding").map(Transfer::of).unwrap_or_default();
        let mut part = Part {
            fields,
            media,
            disposition,
            transfer,
            raw,
            parts: Vec::new(),
            is_broken: false,
            is_unread: false,
        };
        if part.media.kind.starts_with("multipart/") {
            self.descend(&mut part, depth);
        }
        part
    }

    fn descend<'a>(&mut self, part: &mut Part<'a>, depth: usize) {
        if depth >= MAIL_DEPTH_MAX {
            (part.is_unread, self.is_cut) = (true, true);
            return;
        }
        let boundary = part.media.parameter("boundary").map(str::trim_end).unwrap_or_default();
        let mut pieces = self.split(part.raw, boundary);
        let bare = boundary.trim_matches('\'');
        if pieces.is_empty() && bare.len() < boundary.len() {
            // Some take these for quotes.
            pieces = self.split(part.raw, bare);
        }
        part.is_broken = pieces.is_empty();
        let default = if part.media.kind == "multipart/digest" { MESSAGE } else { TEXT_PLAIN };
        for piece in pieces {
            if self.parts >= MAIL_PARTS_MAX {
                self.is_cut = true;
                break;
            }
            let Raw { head, body, .. } = Raw::cut(piece);
            self.steps += head.len() as u64;
            let (fields, is_cut) = Fields::within_limits(head);
            self.is_cut |= is_cut;
            part.parts.push(self.part(fields, body, default, depth + 1));
        }
    }

    /// The pieces between lines that are the boundary; without the line end that belongs to it.
    fn split<'a>(&mut self, raw: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
        let (mut pieces, mut rest, mut open) = (Vec::new(), raw, None::<&[u8]>);
        if boundary.is_empty() {
            return pieces;
        }
        while !rest.is_empty() && pieces.len() <= MAIL_PARTS_MAX {
            let next = after_line(rest);
            let line = rest.get(..rest.len() - next.len()).unwrap_or_default();
            self.steps += line.len() as u64;
            if let Some(delimiter) = Delimiter::of(line, boundary) {
                if let Some(piece) = open.take() {
                    let piece = piece.get(..piece.len() - rest.len()).unwrap_or_default();
                    pieces.push(without_end(piece));
                }
                open = matches!(delimiter, Delimiter::Next).then_some(next);
                if open.is_none() {
                    return pieces;
                }
            }
            rest = next;
        }
        pieces.extend(open.filter(|_| rest.is_empty()));
        pieces
    }
}

impl Part<'_> {
    /// The bytes as they were; `None` where they were not encoded as it says.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        self.transfer.undo(self.raw)
    }

    /// What it is called; of the two places the disposition counts.
    pub fn filename(&self) -> Option<&str> {
        let names = [self.disposition.parameter("filename"), self.media.parameter("name")];
        names.into_iter().flatten().find(|name| !name.trim().is_empty())
    }

    /// Without brackets.
    pub fn content_id(&self) -> Option<&str> {
        let id = self.fields.first("content-id")?.trim().trim_start_matches('<').trim_end_matches('>').trim();
        Some(id).filter(|id| !id.is_empty())
    }

    /// It is to be saved, not to be shown.
    pub fn is_attached(&self) -> bool {
        self.disposition.kind == "attachment"
    }
}

const TEXT_PLAIN: &str = "text/plain";
const MESSAGE: &str = "message/rfc822";

/// A line that is a boundary.
enum Delimiter {
    Next,
    End,
}

impl Delimiter {
    /// Behind it only white space may stand: `--a` is no boundary where `a b` or `ab` follows.
    fn of(line: &[u8], boundary: &str) -> Option<Delimiter> {
        let rest = line.strip_prefix(b"--")?.strip_prefix(boundary.as_bytes())?.trim_ascii_end();
        match rest {
            b"" => Some(Delimiter::Next),
            b"--" => Some(Delimiter::End),
            _ => None,
        }
    }
}

/// What a part says it is; `text` alone and words that are no type are plain text (RFC 2045 5.2).
fn media(fields: &Fields, default: &str) -> Media {
    let mut media = fields.first("content-type").map(params::structured).unwrap_or_default();
    if media.kind.is_empty() {
        media.kind = default.to_owned();
    }
    if !media.kind.contains('/') || media.kind == "text/" {
        let is_file = media.parameter("name").is_some();
        media.kind = if is_file { "application/octet-stream" } else { TEXT_PLAIN }.to_owned();
    }
    media
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces<'a>(raw: &'a str, boundary: &str) -> Vec<&'a str> {
        let pieces = Walk::default().split(raw.as_bytes(), boundary);
        pieces.into_iter().map(|piece| std::str::from_utf8(piece).unwrap()).collect()
    }

    /// mail-E47, mail-E48: a boundary is a whole line, and the last one may be missing.
    #[test]
    fn a_boundary_is_a_whole_line() {
        assert_eq!(pieces("x\r\n--B\r\na --B b\r\n--Bc\r\n--B \r\nd", "B"), ["a --B b\r\n--Bc", "d"]);
        assert_eq!(pieces("--B\na\n--B--\n--B\nepilogue", "B"), ["a"]);
        assert_eq!(pieces("--B\n--B\n\nb\n", "B"), ["", "\nb\n"]);
        assert_eq!(pieces("nothing", "B"), [""; 0]);
        assert_eq!(pieces("--\nx", ""), [""; 0]);
    }
}
