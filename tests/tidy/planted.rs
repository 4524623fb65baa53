//! The rules themselves: one offence of each kind, and the sentence that it gets.
//!
//! `expect![[""]]` is renewed by `UPDATE_EXPECT=1 cargo test --test tidy`; read the difference like code.

use expect_test::{Expect, expect};

use super::{lines, offences, unnamed_rooms};

/// The offences of a file whose text is `text` under an opening line.
fn sees(path: &str, text: &str, expected: Expect) {
    expected.assert_eq(&lines(&offences(path, &format!("//! What it is for.\n{text}"))));
}

/// The same, of a text as it is.
fn sees_bare(path: &str, text: &str, expected: Expect) {
    expected.assert_eq(&lines(&offences(path, text)));
}

#[test]
fn a_clean_file_has_no_offence() {
    let text = r##"
        //! The word of a fault; `crate::shell` is only spoken of, and so are async, println! and Instant::now.
        use std::collections::{BTreeMap, HashMap};
        use std::fmt::{self, Display};

        use serde::{Deserialize, Serialize};

        use super::command::RefusedInput;
        use crate::domain::{self, AgentId, time::{Span, Timestamp}};
        use crate::policy::*;

        /* tokio::spawn(async {}) /* nested */ Mutex::new() */
        pub struct Index { by_key: HashMap<u64, (u32, u32), FixedHasher>, asyncness: &'static str }

        #[expect(clippy::large_enum_variant, reason = "there is one of it")]
        pub fn of<'a>(now: Timestamp, map: &'a Index) -> impl Iterator<Item = u8> + use<'a> {
            let text = "use tokio::net; println!(\"\")"; // std::fs::read
            let raw = r#"Instant::now() "and" crate::shell"#;
            domain::nothing::<Vec<u8>>(text, raw, now.since(map.at), '"', b'\'')
        }

        #[cfg(test)]
        mod tests {
            use super::super::event::Recorded;
            use super::*;
            use expect_test::expect;
        }
    "##;
    sees("src/engine/clean.rs", text, expect![""]);
}

#[test]
fn an_import_against_the_arrows_is_seen_however_it_is_written() {
    let text = "use crate::{domain::Name, shell::{clock::Clock, bus}};\n\
        use super::super::super::config::load as read;\n\
        fn f() { crate::cli::main(); self::inner::g(); }\n\
        mod inner { use super::super::super::super::wire; use super::super::f; }\n\
        #[serde(with = \"crate::web::date\")] struct S;\n\
        fn g() { select! { _ = crate::simulate::run() => {} } }\n\
        use crate::*;\n";
    sees(
        "src/engine/decide/transfer.rs",
        text,
        expect![[r#"
            src/engine/decide/transfer.rs:2: room `engine` imports `shell::clock::Clock`; of ours it may import `policy`, `domain`
            src/engine/decide/transfer.rs:2: room `engine` imports `shell::bus`; of ours it may import `policy`, `domain`
            src/engine/decide/transfer.rs:3: room `engine` imports `config::load`; of ours it may import `policy`, `domain`
            src/engine/decide/transfer.rs:4: room `engine` imports `cli::main`; of ours it may import `policy`, `domain`
            src/engine/decide/transfer.rs:5: room `engine` imports `wire`; of ours it may import `policy`, `domain`
            src/engine/decide/transfer.rs:6: room `engine` imports `web::date`; of ours it may import `policy`, `domain`
            src/engine/decide/transfer.rs:7: room `engine` imports `simulate::run`; of ours it may import `policy`, `domain`
            src/engine/decide/transfer.rs:8: room `engine` imports the root of the crate, so every room; of ours it may import `policy`, `domain`"#]],
    );
}

#[test]
fn wire_reaches_only_the_words_of_the_engine() {
    let text = "use crate::engine::{command::Command, event::{Event, Recorded}, effect, state::State};\n\
        use crate::engine::Engine;\n\
        use crate::engine;\n";
    sees(
        "src/wire/journal.rs",
        text,
        expect![[r#"
        src/wire/journal.rs:2: room `wire` imports `engine::state::State`; of ours it may import `engine::{command, event, effect}`, `domain`
        src/wire/journal.rs:3: room `wire` imports `engine::Engine`; of ours it may import `engine::{command, event, effect}`, `domain`
        src/wire/journal.rs:4: room `wire` imports `engine`; of ours it may import `engine::{command, event, effect}`, `domain`"#]],
    );
}

#[test]
fn main_knows_cli_alone_and_nobody_imports_cli() {
    sees(
        "src/main.rs",
        "use switchboard::{cli, shell};",
        expect!["src/main.rs:2: room `main` imports `shell`; of ours it may import `cli`"],
    );
    sees(
        "src/shell/runtime.rs",
        "use crate::cli::serve;",
        expect![
            "src/shell/runtime.rs:2: room `shell` imports `cli::serve`; of ours it may import `web`, `signature`, `config`, `engine`, `wire`, `policy`, `domain`"
        ],
    );
    sees(
        "src/domain/name.rs",
        "use crate::policy::Policy;",
        expect![
            "src/domain/name.rs:2: room `domain` imports `policy::Policy`; of ours it may import nothing"
        ],
    );
    sees(
        "src/policy/sla.rs",
        "use crate::engine::event;",
        expect!["src/policy/sla.rs:2: room `policy` imports `engine::event`; of ours it may import `domain`"],
    );
    sees(
        "src/simulate/mod.rs",
        "use crate::config::load;",
        expect![
            "src/simulate/mod.rs:2: room `simulate` imports `config::load`; of ours it may import `engine`, `wire`, `policy`, `domain`"
        ],
    );
}

#[test]
fn a_file_in_no_room_is_seen() {
    sees(
        "src/helpers/mod.rs",
        "",
        expect![
            "src/helpers/mod.rs:1: this file lies in no room of the table; give the room its row in tests/tidy/walls.rs"
        ],
    );
}

#[test]
fn a_crate_that_is_no_guest_of_the_room_is_seen() {
    let text = "use tokio::sync::mpsc;\n\
        use serde_json as json;\n\
        extern crate regex;\n\
        fn f() { ::tracing::info!(\"x\"); async_nats::connect(); }\n\
        #[derive(Debug, minijinja::Error)] enum E {}\n\
        #[cfg(test)] mod tests { use serde_json::json; use tempfile::tempdir; }\n";
    sees(
        "src/engine/state.rs",
        text,
        expect![[r#"
            src/engine/state.rs:2: room `engine` names the crate `tokio`; it may name `std`, `serde`, `schemars`, `thiserror`
            src/engine/state.rs:3: room `engine` names the crate `serde_json`; it may name `std`, `serde`, `schemars`, `thiserror`
            src/engine/state.rs:4: room `engine` names the crate `regex`; it may name `std`, `serde`, `schemars`, `thiserror`
            src/engine/state.rs:5: room `engine` names the crate `tracing`; it may name `std`, `serde`, `schemars`, `thiserror`
            src/engine/state.rs:5: room `engine` names the crate `async_nats`; it may name `std`, `serde`, `schemars`, `thiserror`
            src/engine/state.rs:6: room `engine` names the crate `minijinja`; it may name `std`, `serde`, `schemars`, `thiserror`
            src/engine/state.rs:7: room `engine` names the crate `tempfile`; it may name `std`, `serde`, `schemars`, `thiserror`"#]],
    );
}

#[test]
fn a_room_of_ours_is_not_taken_for_the_crate_of_its_name() {
    sees("src/cli/check.rs", "use crate::config;\nfn f() { config::load() }", expect![""]);
    sees(
        "src/cli/check.rs",
        "fn f() { config::Config::builder() }",
        expect![
            "src/cli/check.rs:2: room `cli` names the crate `config`; it may name `std`, `clap`, `serde`, `serde_json`, `thiserror`, `tokio`, `tracing`, `jiff`"
        ],
    );
}

#[test]
fn a_pure_room_that_touches_the_world_is_seen() {
    let text = "use std::{env, fs::read, net::TcpStream};\n\
        use std::sync::{Arc, Mutex, RwLock, atomic::AtomicU64};\n\
        use core::time::Duration;\n\
        fn f() { std::process::exit(1) }\n\
        async fn g() { h().await }\n\
        thread_local! { static A: u8 = 1; }\n\
        fn now() { jiff::Zoned::now(); let a = Timestamp::now; std::io::stdout(); }\n\
        struct Index { a: HashMap<u8, Vec<(u8, u8)>>, b: HashSet<u8>, c: HashMap<u8, u8, Fixed> }\n\
        fn i() { let a = HashMap::new(); let b: RandomState = std::hash::RandomState::new(); }\n";
    sees(
        "src/wire/mod.rs",
        text,
        expect![[r#"
        src/wire/mod.rs:2: pure room `wire` names `std::env`; take what is needed as an argument; config reads the environment
        src/wire/mod.rs:2: pure room `wire` names `std::fs::read`; take the bytes as an argument; config and shell read files
        src/wire/mod.rs:2: pure room `wire` names `std::net::TcpStream`; take the bytes as an argument; the shell owns sockets
        src/wire/mod.rs:3: pure room `wire` names `std::sync::Mutex`; own the value, or take `&mut`
        src/wire/mod.rs:3: pure room `wire` names `std::sync::RwLock`; own the value, or take `&mut`
        src/wire/mod.rs:3: pure room `wire` names `std::sync::atomic::AtomicU64`; own the value, or take `&mut`
        src/wire/mod.rs:5: pure room `wire` names `std::process::exit`; return the outcome; the shell and main act on it
        src/wire/mod.rs:8: pure room `wire` names `jiff::Zoned::now`; time is an argument: take `now: Timestamp`
        src/wire/mod.rs:8: pure room `wire` names `Timestamp::now`; time is an argument: take `now: Timestamp`
        src/wire/mod.rs:8: pure room `wire` names `std::io::stdout`; return the text; cli prints
        src/wire/mod.rs:10: pure room `wire` names `HashMap::new`; its order is drawn anew in each process: take a BTreeMap, or a fixed hasher
        src/wire/mod.rs:10: pure room `wire` names `std::hash::RandomState::new`; its order is drawn anew in each process: take a BTreeMap, or a fixed hasher
        src/wire/mod.rs:6: pure room `wire` has `async`; return the value; the shell waits
        src/wire/mod.rs:6: pure room `wire` has `await`; return the value; the shell waits
        src/wire/mod.rs:7: pure room `wire` has `thread_local`; own the value, or take `&mut`
        src/wire/mod.rs:9: pure room `wire` has a `HashMap` with the default hasher; its order is drawn anew in each process: take a BTreeMap, or name a fixed hasher
        src/wire/mod.rs:9: pure room `wire` has a `HashSet` with the default hasher; its order is drawn anew in each process: take a BTreeSet, or name a fixed hasher"#]],
    );
}

#[test]
fn a_clock_read_elsewhere_is_seen_under_any_name() {
    let text = "use std::time::{self, SystemTime as Wall};\n\
        use tokio::time::Instant;\n\
        fn f() { Wall::now(); time::Instant::now(); std::time::SystemTime::now(); }\n\
        fn allowed() { Instant::now(); tokio::time::Instant::now(); }\n";
    sees(
        "src/shell/runtime.rs",
        text,
        expect![[r#"
        src/shell/runtime.rs:4: `SystemTime::now` reads the clock outside of src/shell/clock.rs; take the time as an argument; a timeout of the shell uses tokio::time::Instant
        src/shell/runtime.rs:4: `Instant::now` reads the clock outside of src/shell/clock.rs; take the time as an argument; a timeout of the shell uses tokio::time::Instant
        src/shell/runtime.rs:4: `SystemTime::now` reads the clock outside of src/shell/clock.rs; take the time as an argument; a timeout of the shell uses tokio::time::Instant"#]],
    );
    sees("src/shell/clock.rs", "fn f() { std::time::SystemTime::now(); }", expect![""]);
}

#[test]
fn a_print_outside_of_cli_is_seen() {
    let text = "fn f() { println!(\"x\"); eprint!(\"x\"); dbg!(1); }";
    sees(
        "src/config/mod.rs",
        text,
        expect![[r#"
        src/config/mod.rs:2: room `config` prints with `println!`; return the text and let cli print it, or log it in the shell
        src/config/mod.rs:2: room `config` prints with `eprint!`; return the text and let cli print it, or log it in the shell
        src/config/mod.rs:2: room `config` prints with `dbg!`; return the text and let cli print it, or log it in the shell"#]],
    );
    sees("src/cli/check.rs", text, expect![""]);
}

#[test]
fn a_long_file_and_a_long_function_are_seen() {
    let long = format!("fn long() {{\n{}}}\nfn short();\n", "    step();\n".repeat(59));
    sees(
        "src/domain/a.rs",
        &long,
        expect![
            "src/domain/a.rs:2: `long` has 61 lines, 60 is the most; name its steps as functions below it"
        ],
    );
    let fits = format!("fn fits(a: [u8; 2])\nwhere A: B {{\n{}}}\n", "    step();\n".repeat(57));
    sees("src/domain/a.rs", &fits, expect![""]);
    sees(
        "src/domain/a.rs",
        &"// a line\n".repeat(450),
        expect![
            "src/domain/a.rs:451: the file has 451 lines, 450 is the most; find the two things that it is"
        ],
    );
}

/// The signs are put together, so that this file does not bear them.
#[test]
fn what_is_unfinished_is_seen_in_tests_too() {
    for marker in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")] {
        for path in ["src/domain/a.rs", "tests/wire/main.rs"] {
            let found = lines(&offences(path, &format!("//! A.\n\n// {marker}: later\n")));
            let way_out = "do it, or say as a fact what is absent and why";
            assert_eq!(found, format!("{path}:3: `{marker}` is left in the text; {way_out}"));
        }
    }
    for name in ["todo", "unimplemented"] {
        let found = lines(&offences("benches/a.rs", &format!("fn f() {{\n{name}!() }}")));
        let way_out = "build it, or leave the whole thing out";
        assert_eq!(found, format!("benches/a.rs:2: `{name}!` waits to go off; {way_out}"));
    }
    sees(
        "tests/a.rs",
        "#[ignore = \"slow\"]\nfn f() {}\n#[serde(ignore)] struct S;",
        expect!["tests/a.rs:2: a test is ignored; make it pass, or take it out"],
    );
}

#[test]
fn a_lint_that_is_allowed_or_has_no_reason_is_seen() {
    let text = "#![allow(clippy::all)]\n\
        #[cfg_attr(test, allow(unused))]\n\
        fn f() {}\n\
        #[expect(clippy::panic)]\n\
        #[expect(clippy::exit, reason = \" \")]\n\
        #[expect(clippy::exit, reason = \"main\")]\n\
        fn g() { Some(1).expect(\"there is one\"); }\n";
    sees(
        "tests/a.rs",
        text,
        expect![[r#"
        tests/a.rs:2: `allow(clippy::all)` stays when its cause is gone; use `expect(..., reason = "...")`
        tests/a.rs:3: `allow(unused)` stays when its cause is gone; use `expect(..., reason = "...")`
        tests/a.rs:5: a lint is set aside without a reason; add `reason = "..."`
        tests/a.rs:6: a lint is set aside without a reason; add `reason = "..."`"#]],
    );
}

#[test]
fn a_file_without_an_opening_is_seen() {
    sees_bare(
        "src/domain/a.rs",
        "// A comment.\npub struct A;",
        expect![
            "src/domain/a.rs:1: this file does not say what it is for; begin it with `//!` and its contract, also what is absent"
        ],
    );
}

#[test]
fn a_word_of_others_is_seen_in_names_and_keys() {
    let text =
        "struct TenantId;\nfn open_tickets(customer: u8) { let ours = \"a ticket\"; }\nmod ticketing {}";
    sees(
        "src/domain/a.rs",
        text,
        expect![[r#"
        src/domain/a.rs:2: `TenantId` speaks of a tenant; the glossary says `site`
        src/domain/a.rs:3: `open_tickets` speaks of a ticket; the glossary says `conversation`
        src/domain/a.rs:3: `customer` speaks of a customer; the glossary says `contact`"#]],
    );
    let text =
        "# A ticket = is what others say.\n[tenant.acme]\n# customer_name = 1\n[queue.tickets]\nticket = 2";
    sees_bare(
        "config/examples/a.toml",
        text,
        expect![[r#"
            config/examples/a.toml:2: the key `tenant.acme` speaks of a tenant; the glossary says `site`
            config/examples/a.toml:3: the key `customer_name` speaks of a customer; the glossary says `contact`
            config/examples/a.toml:5: the key `ticket` speaks of a ticket; the glossary says `conversation`"#]],
    );
}

#[test]
fn a_dependency_or_a_lint_without_its_reason_is_seen() {
    let text = "[dependencies]\n# Why.\na = \"1\"\nb = \"2\"\n\n[lints.clippy]\nexit = \"warn\"\n# Why.\ntodo = \"warn\"\n\
        [dev-dependencies]\nc = { version = \"1\" }\n[profile.dev]\ndebug = false\n";
    sees_bare(
        "Cargo.toml",
        text,
        expect![[r#"
        Cargo.toml:4: dependency `b` gives no reason; say in a comment directly above it what it is for
        Cargo.toml:7: lint `exit` gives no reason; say in a comment directly above it why it was chosen
        Cargo.toml:11: dependency `c` gives no reason; say in a comment directly above it what it is for"#]],
    );
    let text =
        "disallowed-methods = [\n  { path = \"std::env::var\" },\n  { path = \"a::b\", reason = \"c\" },\n]";
    sees_bare(
        ".clippy.toml",
        text,
        expect![[
            r#".clippy.toml:2: `std::env::var` is refused without a reason; add `reason = "..."`: why, and what to do instead"#
        ]],
    );
}

#[test]
fn a_file_that_the_lexer_refuses_is_seen() {
    sees(
        "src/domain/a.rs",
        "fn f( {",
        expect!["src/domain/a.rs:1: cannot parse string into token stream; the compiler says more"],
    );
}

#[test]
fn a_room_that_the_code_map_leaves_out_is_seen() {
    let rooms = ["domain", "engine", "engine", "wire"].map(str::to_owned);
    let page = "`domain` holds the nouns; wire/ the bytes. The engine is spoken of.";
    expect!["src/ARCHITECTURE.md:1: room `engine` is not on the code map; say in a sentence what it is for and what it does without"].assert_eq(&lines(&unnamed_rooms(page, &rooms)));
}
