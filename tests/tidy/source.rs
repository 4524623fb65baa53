//! A source file as flat tokens with their lines, and the paths that it names.
//!
//! Made by `proc_macro2`, not by `syn`: syn does not look into macros, and the one loop of the shell is a
//! `select!`. To the rules here a token stream is enough, comments and strings are told from code by the
//! same lexer that the compiler's macros get, and syntax that is newer than the library does no harm.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// One token. Doc comments are left out, other comments never arrive here.
#[derive(Clone, Debug)]
pub struct Token {
    /// A word, a sign (`::`, `->` and `=>` are one), an opening or closing bracket, or a literal as written.
    pub text: String,
    pub line: usize,
    pub is_word: bool,
    /// Inside of `#[...]`.
    pub in_attribute: bool,
    /// Under `#[cfg(test)]`.
    pub in_test: bool,
}

/// A path as written, from `use` or from the middle of the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The segments; the first is empty when the path begins with `::`, the last may be `*`.
    pub segments: Vec<String>,
    pub line: usize,
    pub in_test: bool,
    /// The module that it stands in, from the root of the crate.
    pub module: Vec<String>,
    /// From a `use` (or `extern crate`), under this name.
    pub imported_as: Option<String>,
}

/// A file, taken apart.
pub struct Source {
    pub tokens: Vec<Token>,
    pub paths: Vec<Path>,
    /// What the file imports, by the name that it has here.
    pub imports: BTreeMap<String, Vec<String>>,
    /// Modules that the file declares.
    pub modules: Vec<String>,
}

impl Source {
    /// Takes `text` apart; `module` is the file's own place in the crate. The error is the lexer's.
    pub fn read(text: &str, module: &[String]) -> Result<Source, String> {
        let stream: TokenStream = text.parse().map_err(|fault| format!("{fault}"))?;
        let mut tokens = Vec::new();
        flatten(stream, Place { in_attribute: false, in_test: false }, &mut tokens);
        let mut reader = Reader { tokens: &tokens, at: 0, module: module.to_vec(), paths: Vec::new() };
        let modules = reader.read();
        let paths = reader.paths;
        let imports = paths
            .iter()
            .filter_map(|path| Some((path.imported_as.clone()?, path.segments.clone())))
            .filter(|(name, segments)| segments.len() > 1 || segments.first() != Some(name))
            .collect();
        Ok(Source { tokens, paths, imports, modules })
    }

    /// The path with its first word replaced by what that was imported from.
    pub fn expand(&self, path: &Path) -> Vec<String> {
        match path.segments.first().and_then(|first| self.imports.get(first)) {
            Some(from) if path.imported_as.is_none() => [from, &path.segments[1..]].concat(),
            _ => path.segments.iter().filter(|segment| !segment.is_empty()).cloned().collect(),
        }
    }

    /// The text of the token at `place`, or nothing past the end.
    pub fn text(&self, place: usize) -> &str {
        self.tokens.get(place).map_or("", |token| &token.text)
    }

    /// The place of the bracket that closes the one at `open`.
    pub fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (place, token) in self.tokens.iter().enumerate().skip(open) {
            match token.text.as_str() {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return place;
            }
        }
        self.tokens.len()
    }
}

#[derive(Clone, Copy)]
struct Place {
    in_attribute: bool,
    in_test: bool,
}

fn flatten(stream: TokenStream, place: Place, out: &mut Vec<Token>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut cfg_test = false;
    let mut at = 0;
    while at < trees.len() {
        let here = Place { in_test: place.in_test || cfg_test, ..place };
        if let Some((attribute, after)) = attribute_at(&trees, at) {
            let words = attribute.to_string().replace(' ', "");
            cfg_test |= words == "cfg(test)";
            if !words.starts_with("doc=") && !words.starts_with("doc(") {
                push(out, "#", &trees[at], false, here);
                flatten(
                    TokenStream::from(trees[after - 1].clone()),
                    Place { in_attribute: true, ..here },
                    out,
                );
            }
            at = after;
            continue;
        }
        match &trees[at] {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                push(out, open, &trees[at], false, here);
                flatten(group.stream(), here, out);
                let line = group.span_close().end().line;
                out.push(Token {
                    line,
                    text: close.into(),
                    is_word: false,
                    in_attribute: here.in_attribute,
                    in_test: here.in_test,
                });
                cfg_test &= group.delimiter() != Delimiter::Brace;
            }
            TokenTree::Ident(word) => {
                push(out, word.to_string().trim_start_matches("r#"), &trees[at], true, here);
            }
            TokenTree::Literal(literal) => flatten_literal(&literal.to_string(), &trees[at], here, out),
            TokenTree::Punct(sign) => {
                let one = sign.as_char().to_string();
                let pair = format!("{one}{}", trees.get(at + 1).map(ToString::to_string).unwrap_or_default());
                let joint = sign.spacing() == Spacing::Joint && ["::", "->", "=>"].contains(&pair.as_str());
                push(out, if joint { &pair } else { &one }, &trees[at], false, here);
                at += usize::from(joint);
                cfg_test &= sign.as_char() != ';';
            }
        }
        at += 1;
    }
}

/// The inside of an attribute that begins at `at`, and the place after it.
fn attribute_at(trees: &[TokenTree], at: usize) -> Option<(TokenStream, usize)> {
    let is_sign = |place: usize, wanted: char| matches!(trees.get(place), Some(TokenTree::Punct(sign)) if sign.as_char() == wanted);
    let open = at + 1 + usize::from(is_sign(at + 1, '!'));
    match trees.get(open) {
        Some(TokenTree::Group(group)) if is_sign(at, '#') && group.delimiter() == Delimiter::Bracket => {
            Some((group.stream(), open + 1))
        }
        _ => None,
    }
}

/// A path in a string of an attribute is code: `#[serde(with = "crate::wire::date")]`.
fn flatten_literal(literal: &str, tree: &TokenTree, place: Place, out: &mut Vec<Token>) {
    let inner = literal.trim_matches('"');
    let is_path = ["crate::", "super::", "self::"].iter().any(|start| inner.starts_with(start));
    if !(place.in_attribute && is_path) {
        return push(out, literal, tree, false, place);
    }
    for (number, word) in inner.split("::").enumerate() {
        if number > 0 {
            push(out, "::", tree, false, place);
        }
        push(out, word, tree, true, place);
    }
}

fn push(out: &mut Vec<Token>, text: &str, tree: &TokenTree, is_word: bool, place: Place) {
    let line = tree.span().start().line;
    let Place { in_attribute, in_test } = place;
    out.push(Token { text: text.into(), line, is_word, in_attribute, in_test });
}

/// Walks over the tokens once and collects paths and modules.
struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    module: Vec<String>,
    paths: Vec<Path>,
}

impl Reader<'_> {
    fn read(&mut self) -> Vec<String> {
        let mut declared = Vec::new();
        // For each open brace, whether it is the body of an inline module.
        let mut braces = Vec::new();
        while self.at < self.tokens.len() {
            let (text, next) = (self.text(0), self.text(1));
            match text {
                "mod" if self.is_word(1) => {
                    declared.push(next.to_owned());
                    self.at += 1;
                    if self.text(1) == "{" {
                        self.module.push(self.text(0).to_owned());
                        braces.push(true);
                        self.at += 1;
                    }
                }
                "{" => braces.push(false),
                "}" if braces.pop() == Some(true) => drop(self.module.pop()),
                // `use<'a>` is a bound, not an import.
                "use" if next != "<" => {
                    self.at += 1;
                    self.use_tree(&[]);
                    continue;
                }
                "extern" if next == "crate" => {
                    self.at += 2;
                    self.use_tree(&[]);
                    continue;
                }
                _ if self.begins_path() => {
                    self.inline_path();
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
        declared
    }

    /// `a::b::{c, d as e, f::*}`: one path for each leaf.
    fn use_tree(&mut self, prefix: &[String]) {
        let mut segments = prefix.to_vec();
        loop {
            match self.text(0) {
                "::" if segments.is_empty() => segments.push(String::new()),
                "::" => {}
                "{" => {
                    self.at += 1;
                    while !["}", ""].contains(&self.text(0)) {
                        self.use_tree(&segments);
                        self.at += usize::from(self.text(0) == ",");
                    }
                    self.at += 1;
                    return;
                }
                "*" => segments.push("*".into()),
                "as" => {
                    let name = self.text(1).to_owned();
                    self.at += 1;
                    self.keep(segments.clone(), Some(name));
                    self.at += 1;
                    return;
                }
                _ if self.is_word(0) => segments.push(self.text(0).to_owned()),
                _ => {
                    if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
                        segments.pop();
                    }
                    let name = segments.last().cloned();
                    return self.keep(segments, name);
                }
            }
            self.at += 1;
        }
    }

    /// A word before `::` that no `::` stands before, or a leading `::`.
    fn begins_path(&self) -> bool {
        let before = self.at.checked_sub(1).map_or("", |place| &self.tokens[place].text);
        let after_a_name = self.at > 0 && (self.tokens[self.at - 1].is_word || before == ">");
        match self.text(0) {
            "::" => !after_a_name && self.is_word(1),
            _ => self.is_word(0) && self.text(1) == "::" && before != "::",
        }
    }

    fn inline_path(&mut self) {
        let mut segments = Vec::new();
        if self.text(0) == "::" {
            segments.push(String::new());
            self.at += 1;
        }
        segments.push(self.text(0).to_owned());
        while self.text(1) == "::" && self.is_word(2) {
            segments.push(self.text(2).to_owned());
            self.at += 2;
        }
        self.keep(segments, None);
        self.at += 1;
    }

    fn keep(&mut self, segments: Vec<String>, imported_as: Option<String>) {
        let token = &self.tokens[self.at.min(self.tokens.len()) - usize::from(self.at > 0)];
        let (line, in_test, module) = (token.line, token.in_test, self.module.clone());
        self.paths.push(Path { segments, line, in_test, module, imported_as });
    }

    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |token| &token.text)
    }

    fn is_word(&self, ahead: usize) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|token| token.is_word)
    }
}
