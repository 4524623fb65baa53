//! What a file is: one vocabulary for every channel, whatever its provider calls it.

use schemars::JsonSchema;
use serde::de::IntoDeserializer;
use serde::de::value::Error;
use serde::{Deserialize, Serialize};

/// What a file is. The words of providers are read, too; one that is not known is a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A picture.
    #[serde(alias = "photo", alias = "picture", alias = "live_photo")]
    Image,
    /// A sound.
    Audio,
    /// A sound that its sender spoke.
    #[serde(alias = "voice_note")]
    Voice,
    /// A film, with sound or without.
    #[serde(alias = "video_note", alias = "animation", alias = "reel", alias = "ig_reel")]
    Video,
    /// A picture out of a set, in the place of words.
    Sticker,
    /// Anything else.
    #[serde(other)]
    File,
}

/// The endings of names by which people and providers tell what a file is.
const ENDINGS: [(FileKind, &[&str]); 4] = [
    (FileKind::Image, &["jpg", "jpeg", "png", "gif", "webp", "bmp", "heic", "heif", "tif", "tiff", "avif"]),
    (FileKind::Video, &["mp4", "mov", "3gp", "3gpp", "webm", "mpeg", "mpg", "m4v", "avi", "mkv"]),
    (FileKind::Audio, &["mp3", "amr", "ogg", "oga", "opus", "wav", "m4a", "aac"]),
    (FileKind::File, &["pdf", "vcf", "txt", "smil", "ics", "csv", "zip", "xml", "json", "docx", "xlsx"]),
];

impl FileKind {
    /// What a word means.
    pub fn of(word: &str) -> FileKind {
        let word: Result<FileKind, Error> = FileKind::deserialize(word.into_deserializer());
        word.unwrap_or(FileKind::File)
    }

    /// What a media type, as `image/png`, means.
    pub fn of_media(media_type: Option<&str>) -> FileKind {
        match media_type.and_then(|full| full.split('/').next()) {
            Some("image") => FileKind::Image,
            Some("audio") => FileKind::Audio,
            Some("video") => FileKind::Video,
            _ => FileKind::File,
        }
    }

    /// The same where a media type that stands for any bytes leaves it to the name, as scanners and telephones send it.
    pub fn of_file(media_type: Option<&str>, name: Option<&str>) -> FileKind {
        let is_any = media_type.is_none_or(|full| full.ends_with("/octet-stream"));
        match name.filter(|_| is_any) {
            Some(name) => FileKind::of_name(name).unwrap_or(FileKind::File),
            None => FileKind::of_media(media_type),
        }
    }

    /// What the name at the end of a link tells by its ending; nothing where that is none that is known.
    pub fn of_link(url: &str) -> Option<FileKind> {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        path.rsplit('/').next().filter(|name| name.len() < path.len()).and_then(FileKind::of_name)
    }

    /// What a name tells by its ending; nothing where that is none that is known.
    fn of_name(name: &str) -> Option<FileKind> {
        let (_, ending) = name.rsplit_once('.')?;
        let is_it = |endings: &[&str]| endings.iter().any(|known| known.eq_ignore_ascii_case(ending));
        ENDINGS.iter().find(|(_, endings)| is_it(endings)).map(|(kind, _)| *kind)
    }

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            FileKind::Image => "image",
            FileKind::Audio => "audio",
            FileKind::Voice => "voice",
            FileKind::Video => "video",
            FileKind::Sticker => "sticker",
            FileKind::File => "file",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn a_name_tells_what_the_media_type_does_not() {
        for (media_type, name, kind) in [
            (Some("application/octet-stream"), Some("Scan 1.PDF.JPG"), FileKind::Image),
            (Some("binary/octet-stream"), Some("a.mov"), FileKind::Video),
            (None, Some("a.m4a"), FileKind::Audio),
            (Some("application/octet-stream"), Some("jpg"), FileKind::File),
            (Some("application/octet-stream"), None, FileKind::File),
            (Some("application/pdf"), Some("a.png"), FileKind::File),
            (Some("image/png"), Some("a.mp4"), FileKind::Image),
        ] {
            assert_eq!(FileKind::of_file(media_type, name), kind, "{media_type:?} {name:?}");
        }
    }

    #[test]
    fn every_word_of_ours_is_read_and_others_are_files() {
        let all = [
            FileKind::Image,
            FileKind::Audio,
            FileKind::Voice,
            FileKind::Video,
            FileKind::Sticker,
            FileKind::File,
        ];
        assert_eq!(all.map(|kind| FileKind::of(kind.as_str())), all);
        let words = ["picture", "photo", "document", "video_note", "hologram", ""].map(FileKind::of);
        let [image, file] = [FileKind::Image, FileKind::File];
        assert_eq!(words, [image, image, file, FileKind::Video, file, file]);
        assert_eq!(serde_json::to_string(&FileKind::Voice).expect("a word"), "\"voice\"");
    }
}
