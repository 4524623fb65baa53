//! Lines in groups: what is quoted, what is a signature, what is hidden from who reads the reply only.

use super::lines::{Kind, Line};

/// Lines that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fragment {
    pub quoted: bool,
    pub signature: bool,
    /// Nothing of the reply stands in it or behind it.
    pub hidden: bool,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Text,
    Quoted,
    Field,
    Signature,
}

struct Group {
    role: Role,
    begin: usize,
    end: usize,
    /// A signature that takes in the text behind it.
    is_open: bool,
}

/// The groups of all lines; behind `cut` all are hidden, and none where all is shown.
pub(super) fn all(lines: &[Line<'_>], cut: usize, shown: bool) -> Vec<Fragment> {
    let groups = groups(lines, cut);
    let mut seen = false;
    let mut hidden: Vec<bool> = Vec::with_capacity(groups.len());
    for group in groups.iter().rev() {
        if group.role == Role::Field && group.begin >= cut {
            hidden.iter_mut().for_each(|hidden| *hidden = true);
            seen = false;
        }
        let says = group.role == Role::Text && group.lines(lines).iter().any(|line| line.kind != Kind::Blank);
        seen |= says && group.begin < cut;
        hidden.push(!seen && !shown);
    }
    let fragment = |(group, hidden): (&Group, bool)| Fragment {
        quoted: group.role == Role::Quoted,
        signature: group.role == Role::Signature,
        hidden,
        text: group
            .lines(lines)
            .iter()
            .map(|line| line.text)
            .collect::<Vec<_>>()
            .join("\n")
            .trim()
            .to_owned(),
    };
    groups.iter().zip(hidden.into_iter().rev()).map(fragment).collect()
}

impl Group {
    fn lines<'a, 'b>(&self, lines: &'a [Line<'b>]) -> &'a [Line<'b>] {
        lines.get(self.begin..self.end).unwrap_or_default()
    }
}

fn groups(lines: &[Line<'_>], cut: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut blanks = 0;
    for (place, line) in lines.iter().enumerate() {
        if line.kind == Kind::Blank {
            blanks += 1;
            continue;
        }
        let last = groups.last().map(|group| (group.role, group.is_open));
        // A lone dash within a mail that is left out anyway begins no signature of ours.
        let is_lone = line.kind == Kind::Delimiter && place > cut && line.text.trim().chars().count() == 1;
        let kind = if is_lone { Kind::Text } else { line.kind };
        let role = role(kind, last, blanks);
        let is_open = matches!(kind, Kind::Delimiter | Kind::Name);
        let begins_signature =
            is_open || line.kind == Kind::Device && last.is_none_or(|(role, _)| role != Role::Signature);
        let blanks_begin = place - blanks;
        match groups.last_mut() {
            Some(group) if group.role == role && !begins_signature => group.end = place + 1,
            Some(group) => {
                let begin = match (group.role, role) {
                    (_, Role::Quoted) | (Role::Quoted | Role::Field, Role::Text) => blanks_begin,
                    (Role::Quoted, _) => place,
                    _ => {
                        group.end = place;
                        place
                    }
                };
                if begin > groups.last().map_or(0, |group| group.end) {
                    groups.push(Group { role: Role::Text, begin: blanks_begin, end: begin, is_open: false });
                }
                groups.push(Group { role, begin, end: place + 1, is_open });
            }
            None => groups.push(Group { role, begin: 0, end: place + 1, is_open }),
        }
        blanks = 0;
    }
    match groups.last_mut() {
        Some(group) if blanks > 0 && group.role == Role::Quoted => {
            groups.push(Group {
                role: Role::Text,
                begin: lines.len() - blanks,
                end: lines.len(),
                is_open: false,
            });
        }
        Some(group) => group.end = lines.len(),
        None => {}
    }
    groups
}

fn role(kind: Kind, last: Option<(Role, bool)>, blanks: usize) -> Role {
    match kind {
        Kind::Quote | Kind::Wrote { quotes: true } => Role::Quoted,
        Kind::Wrote { quotes: false } | Kind::Field | Kind::Embedded | Kind::Above => Role::Field,
        Kind::Delimiter | Kind::Name | Kind::Device => Role::Signature,
        // What stands behind a delimiter belongs to it.
        Kind::Text | Kind::Blank if last == Some((Role::Signature, true)) && blanks <= 2 => Role::Signature,
        Kind::Text | Kind::Blank => Role::Text,
    }
}
