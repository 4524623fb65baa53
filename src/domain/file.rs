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
        const IMAGES: [&str; 11] =
            ["jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "bmp", "tif", "tiff", "avif"];
        const SOUNDS: [&str; 8] = ["mp3", "wav", "m4a", "ogg", "oga", "opus", "aac", "amr"];
        const FILMS: [&str; 7] = ["mp4", "mov", "m4v", "3gp", "avi", "webm", "mkv"];
        let is_any = media_type.is_none_or(|full| full.ends_with("/octet-stream"));
        let Some((_, end)) = name.filter(|_| is_any).and_then(|name| name.rsplit_once('.')) else {
            return FileKind::of_media(media_type);
        };
        let is_one = |ends: &[&str]| ends.iter().any(|known| known.eq_ignore_ascii_case(end));
        match () {
            () if is_one(&IMAGES) => FileKind::Image,
            () if is_one(&SOUNDS) => FileKind::Audio,
            () if is_one(&FILMS) => FileKind::Video,
            () => FileKind::File,
        }
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
