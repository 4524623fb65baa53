//! The words of escalation mail: three minijinja templates, built in unless the site has its own.
//!
//! A template that would fail when it is needed is refused when the site starts, by the same code that `check`
//! asks: it is parsed, its names are held against the facts, and it is rendered with facts that never were.
//! What a template may cost is bounded, so that no mistake in one can hold the daemon up.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};
use std::sync::OnceLock;

use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use crate::config::Notice;

use super::facts::NoticeFacts;

/// How many steps one template may take; the built-in ones take some hundreds.
const FUEL: u64 = 100_000;
/// How long what it writes may become.
const OUTPUT_BYTES_MAX: usize = 256 * 1024;

/// The parts of a notice: its key, and what is built in.
const PARTS: [(&str, &str); 3] = [
    ("notice.subject", include_str!("notice/subject.txt")),
    ("notice.text", include_str!("notice/text.txt")),
    ("notice.html", include_str!("notice/html.html")),
];

/// The templates of one site, tried.
pub struct Templates {
    environment: Environment<'static>,
}

/// A notice in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line, though it may not look so yet.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML, its facts escaped.
    pub html: String,
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// The key of the configuration: `notice.text`.
    pub key: &'static str,
    /// The line within the template, from 1.
    pub line: usize,
    /// The column within it, from 1, counted in letters; 0 where it is not known.
    pub column: usize,
    /// What is the case.
    pub fact: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, line {}", self.key, self.line)?;
        if self.column > 0 {
            write!(f, ", column {}", self.column)?;
        }
        write!(f, ": {}", self.fact)?;
        self.hint.iter().try_for_each(|hint| write!(f, "; {hint}"))
    }
}

impl Templates {
    /// The templates of a site, or every fault of them.
    pub fn build(notice: &Notice) -> Result<Templates, Vec<TemplateFault>> {
        let own = [&notice.subject, &notice.text, &notice.html];
        let mut templates = Templates { environment: environment() };
        let mut faults = Vec::new();
        for ((key, built_in), own) in PARTS.into_iter().zip(own) {
            let source = own.clone().unwrap_or_else(|| built_in.to_owned());
            faults.extend(templates.add(key, source));
        }
        if faults.is_empty() { Ok(templates) } else { Err(faults) }
    }

    /// A notice with these facts. After [`Templates::build`] it fails only where a template asks more of these
    /// facts than of the examples.
    pub fn render(&self, facts: &NoticeFacts) -> Result<Rendered, TemplateFault> {
        let facts = Value::from_serialize(facts);
        let [subject, text, html] = PARTS.map(|(key, _)| self.part(key, &facts));
        Ok(Rendered { subject: subject?, text: text?, html: html? })
    }

    /// Adds one template and tries it.
    fn add(&mut self, key: &'static str, source: String) -> Vec<TemplateFault> {
        if let Err(error) = self.environment.add_template_owned(key, source.clone()) {
            return vec![fault(key, &source, &error)];
        }
        let unknown = self.unknown_names(key, &source);
        if !unknown.is_empty() {
            return unknown;
        }
        let tried =
            [true, false].map(|whole| self.part(key, &Value::from_serialize(NoticeFacts::example(whole))));
        tried.into_iter().filter_map(Result::err).take(1).collect()
    }

    /// Names that are no facts, wherever they stand: also where the examples do not come by.
    fn unknown_names(&self, key: &'static str, source: &str) -> Vec<TemplateFault> {
        let Ok(template) = self.environment.get_template(key) else { return Vec::new() };
        let known = known_names();
        let builtin: BTreeSet<&str> = self.environment.globals().map(|(name, _)| name).collect();
        let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
        unknown.retain(|name| !known.contains(name) && !builtin.contains(name.as_str()));
        let mut faults: Vec<TemplateFault> =
            unknown.into_iter().map(|name| unknown_name(key, source, &name)).collect();
        faults.sort_by_key(|fault| (fault.line, fault.column));
        faults
    }

    fn part(&self, key: &'static str, facts: &Value) -> Result<String, TemplateFault> {
        let missing = |error: Error| fault(key, "", &error);
        let template = self.environment.get_template(key).map_err(missing)?;
        let mut written = Bounded::default();
        match template.render_captured_to(facts, &mut written) {
            Ok(_) => Ok(String::from_utf8_lossy(&written.bytes).into_owned()),
            Err(error) if written.is_full => {
                let line = error.line().unwrap_or(1);
                let fact = format!("it writes more than {OUTPUT_BYTES_MAX} bytes");
                Err(TemplateFault { key, line, column: 0, fact, hint: None })
            }
            Err(error) => Err(fault(key, template.source(), &error)),
        }
    }
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Templates(..)")
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_keep_trailing_newline(false);
    environment.set_auto_escape_callback(|name| match name {
        "notice.html" => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment
}

/// The names of all facts.
fn known_names() -> &'static BTreeSet<String> {
    static KNOWN: OnceLock<BTreeSet<String>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let facts = Value::from_serialize(NoticeFacts::example(true));
        facts.try_iter().into_iter().flatten().map(|name| name.to_string()).collect()
    })
}

fn unknown_name(key: &'static str, source: &str, name: &str) -> TemplateFault {
    let (line, column) = place_of(source, name).unwrap_or((1, 0));
    let names: Vec<&str> = known_names().iter().map(String::as_str).collect();
    let fact = format!("there is no fact `{name}`");
    TemplateFault { key, line, column, fact, hint: Some(format!("there are {}", names.join(", "))) }
}

/// Where a name stands first as a word of its own within `{{ }}` or `{% %}`.
fn place_of(source: &str, name: &str) -> Option<(usize, usize)> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    source.match_indices(name).map(|(at, _)| at).find_map(|at| {
        let (before, behind) = (source.get(..at)?, source.get(at + name.len()..)?);
        let within = before.rfind("{{").max(before.rfind("{%")) > before.rfind("}}").max(before.rfind("%}"));
        let whole = !before.ends_with(|letter: char| is_word(letter) || letter == '.')
            && !behind.starts_with(is_word);
        (within && whole).then(|| place(before))
    })
}

/// The line and column behind this text, both from 1.
fn place(before: &str) -> (usize, usize) {
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before.get(line_start..).map_or(0, |line| line.chars().count());
    (before.matches('\n').count() + 1, column + 1)
}

fn fault(key: &'static str, source: &str, error: &Error) -> TemplateFault {
    let spot = error.range().and_then(|range| source.get(..range.start)).map(place);
    let (line, column) = spot.unwrap_or((error.line().unwrap_or(1), 0));
    let fact = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => format!("it takes more than {FUEL} steps"),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    TemplateFault { key, line, column, fact, hint: None }
}

/// What a template has written, up to a limit.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > OUTPUT_BYTES_MAX {
            self.is_full = true;
            return Err(io::Error::other("the template writes too much"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn text(source: &str) -> Notice {
        Notice { text: Some(source.to_owned()), ..Notice::default() }
    }

    fn faults(source: &str) -> String {
        let faults = Templates::build(&text(source)).expect_err("it is faulty");
        faults.iter().map(|fault| format!("{fault}\n")).collect()
    }

    #[test]
    fn the_built_in_notice_tells_all_a_supervisor_needs() {
        let templates = Templates::build(&Notice::default()).expect("they are tried");
        let rendered = templates.render(&NoticeFacts::example(true)).expect("they were tried");
        expect![[r#"
            switchboard: c12 waits 15m 2s past its promise (first_reply, queue billing, rung 2 of 3)"#]]
        .assert_eq(&rendered.subject);
        expect![[r#"
            A promise is broken: promised was that a person answers within 5m.
            It was due at 2026-03-01 12:00:00 UTC and is 15m 2s over.

            Conversation  c12, email by help-desk
            Subject       Charged <twice> & more
            Contact       k7
            Waits         20m 2s, since 2026-03-01 11:55:00 UTC
            Queue         billing, priority 60
            Held by       ana
            Escalation    t5, rung 2 of 3 of ladder standard, raised at 2026-03-01 12:15:02 UTC
            Told          role:supervisor, email:duty@example.org

            What to do: take care of the conversation, or see that somebody does, and acknowledge.
            That holds the further rungs back:

                switchboard.api.<you>.escalation.ack  {"escalation": "t5"}

            This mail was sent by a machine; nobody reads answers to it."#]]
        .assert_eq(&rendered.text);
    }

    #[test]
    fn html_is_escaped_and_what_is_absent_leaves_no_gap() {
        let templates = Templates::build(&Notice::default()).expect("they are tried");
        let whole = templates.render(&NoticeFacts::example(true)).expect("they were tried");
        assert!(whole.html.contains("Charged &lt;twice&gt; &amp; more"), "{}", whole.html);
        assert!(whole.html.contains("switchboard.api.&lt;you&gt;.escalation.ack"), "{}", whole.html);
        let bare = templates.render(&NoticeFacts::example(false)).expect("they were tried");
        assert!(bare.text.contains("Held by       nobody\n"), "{}", bare.text);
        assert!(!bare.text.contains("none") && !bare.html.contains("none"), "{} {}", bare.text, bare.html);
        assert!(!bare.text.contains("Subject") && !bare.text.contains("Waits"), "{}", bare.text);
    }

    #[test]
    fn a_template_that_would_fail_is_told_with_its_place() {
        expect![[r#"
            `notice.text`, line 2, column 6: there is no fact `ticket`; there are ack_subject, agent, channel, contact, conversation, due, escalation, ladder, over, priority, promise, promised, queue, raised_at, rung, rungs, site, source, subject, told, waiting, waiting_since, within
            `notice.text`, line 2, column 32: there is no fact `que`; there are ack_subject, agent, channel, contact, conversation, due, escalation, ladder, over, priority, promise, promised, queue, raised_at, rung, rungs, site, source, subject, told, waiting, waiting_since, within
        "#]]
        .assert_eq(&faults("ticket que\nx {{ ticket }} {% if site %}{{ que }}{% endif %}"));
        expect![[r#"
            `notice.text`, line 2, column 6: syntax error: unexpected identifier, expected end of variable block
        "#]]
        .assert_eq(&faults("a\n{{ a b }}"));
        expect![[r#"
            `notice.text`, line 1, column 4: undefined value
        "#]]
        .assert_eq(&faults("{{ queue.name }}"));
        expect![[r#"
            `notice.text`, line 3, column 11: unknown filter: filter shout is unknown
        "#]]
        .assert_eq(&faults("a\nb\n{{ site | shout }}"));
    }

    #[test]
    fn a_fact_that_may_be_absent_must_be_asked_for() {
        let told = faults("{{ subject | length }}");
        assert!(told.starts_with("`notice.text`, line 1"), "{told}");
        Templates::build(&text("{% if subject %}{{ subject | length }}{% endif %}")).expect("it asks");
    }

    #[test]
    fn every_fault_of_every_part_is_told_at_once() {
        let notice = Notice {
            subject: Some("{{ a }}".to_owned()),
            html: Some("{{ b".to_owned()),
            ..Notice::default()
        };
        let keys: Vec<&str> =
            Templates::build(&notice).expect_err("faulty").iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["notice.subject", "notice.html"]);
    }

    #[test]
    fn a_template_costs_a_bounded_time_and_writes_a_bounded_text() {
        let loops = "{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}";
        assert_eq!(faults(loops), "`notice.text`, line 1, column 40: it takes more than 100000 steps\n");
        let long = r#"{% for a in range(5000) %}{{ "x" * 900 }}{% endfor %}"#;
        assert_eq!(faults(long), "`notice.text`, line 1: it writes more than 262144 bytes\n");
    }

    #[test]
    fn one_s_own_words_take_the_place_of_the_built_in_ones() {
        let notice = Notice {
            subject: Some("[{{ queue | upper }}] {{ conversation }}".to_owned()),
            text: Some("{% for who in told %}{{ loop.index }} {{ who }}\n{% endfor %}".to_owned()),
            html: Some("<b>{{ subject }}</b>".to_owned()),
            ..Notice::default()
        };
        let templates = Templates::build(&notice).expect("they do");
        let rendered = templates.render(&NoticeFacts::example(true)).expect("they were tried");
        assert_eq!(rendered.subject, "[BILLING] c12");
        assert_eq!(rendered.text, "1 role:supervisor\n2 email:duty@example.org\n");
        assert_eq!(rendered.html, "<b>Charged &lt;twice&gt; &amp; more</b>");
    }
}
