//! Goal: the work on a message grows with its size, not with the square of it. Method: what repeats is doubled, and the
//! counted steps may at most about double; time is not asked.

use switchboard::wire::steps;

/// So often something is repeated, before it is doubled.
const TIMES: usize = 500;

fn doubles(what: &str, taken: impl Fn(usize) -> u64) {
    let (small, large) = (taken(TIMES), taken(TIMES * 2));
    assert!(small > 0, "{what} counts nothing");
    assert!(large <= small * 9 / 4 + 200, "{what}: {small} steps, then {large}");
}

#[test]
fn the_work_on_a_mail_doubles() {
    type Kind = (&'static str, fn(usize) -> String);
    let kinds: [Kind; 12] = [
        ("a long line", |times| format!("Subject: x\n\n{}", "word ".repeat(times))),
        ("addresses", |times| format!("To: {}\n\nx", "\"A, B\" <a@x>, ".repeat(times))),
        ("open comments", |times| format!("To: {}\n\nx", "((a ".repeat(times))),
        ("fields", |times| format!("{}\n\nx", "X-A: b\nReceived: c\n".repeat(times / 4))),
        ("folded lines", |times| format!("Subject: x\n{}\n\nx", " y\n".repeat(times / 2))),
        ("encoded words", |times| format!("Subject: {}\n\nx", "=?utf-8?Q?=C3=A4?= ".repeat(times))),
        ("begun words", |times| format!("Subject: {}\n\nx", "=?utf-8?Q?a ".repeat(times))),
        ("references", |times| format!("References: {}\n\nx", "<a@x> (c) ".repeat(times))),
        ("parameters", |times| format!("Content-Type: text/plain; {}\n\nx", "a*1=b; ".repeat(times))),
        ("base64", |times| format!("Content-Transfer-Encoding: base64\n\n{}", "QUJD*\n".repeat(times))),
        ("quoted-printable", |times| {
            format!("Content-Transfer-Encoding: quoted-printable\n\n{}", "=C3=A4= \n= ".repeat(times))
        }),
        ("flowed lines", |times| {
            format!("Content-Type: text/plain; format=flowed\n\n{}", ">> a \n".repeat(times))
        }),
    ];
    for (what, make) in kinds {
        doubles(what, |times| steps::mail(format!("From: a@x\n{}", make(times)).as_bytes()));
    }
}

#[test]
fn the_work_on_parts_doubles() {
    let mail = |parts: String| {
        steps::mail(format!("From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n{parts}").as_bytes())
    };
    doubles("parts", |times| mail("--b\n\nx\n".repeat(times / 4)));
    doubles("files", |times| mail("--b\nContent-Type: a/b; name=c\n\nx\n".repeat(times / 4)));
    doubles("HTML parts", |times| mail("--b\nContent-Type: text/html\n\n<p>x\n".repeat(times / 4)));
    doubles("lines within levels", |times| {
        let level = |number| format!("--b\nContent-Type: multipart/mixed; boundary=b\n\n--b{number}\n");
        let levels: String = (0..20).map(level).collect();
        mail(format!("{levels}\n{}", "line\n".repeat(times)))
    });
}

#[test]
fn the_work_on_text_doubles() {
    let pieces = [
        "<div>",
        "</p>",
        "<p>a",
        "<",
        "&",
        "<b><p>",
        "<!--",
        "> a\n",
        ">",
        "On Monday Jo wrote:\n",
        "On a ",
        "From: a\n",
        "-- \n",
        "--\n",
        "a\n",
        "a ",
        "\n",
        "Re: ",
        "[a] ",
        "(fwd)",
        "4",
        "4 ",
        "41-",
        "4111 1111 1111 1111 ",
        "<i>4</i>",
        "the ",
        "stop ",
        "ﷺ",
        "\u{301}",
        "=?",
        "```\n",
        "Sent from my phone\n",
        "___\n",
    ];
    let languages = ["en", "pl", "de"].map(str::to_owned);
    for piece in pieces {
        doubles(&format!("HTML of {piece:?}"), |times| steps::html(&piece.repeat(times)));
        doubles(&format!("a reply of {piece:?}"), |times| steps::reply(&piece.repeat(times)));
        // More prefixes than a hundred are not looked at.
        doubles(&format!("a subject of {piece:?}"), |times| steps::subject(&piece.repeat(times), &languages));
        doubles(&format!("cards in {piece:?}"), |times| steps::cards(&piece.repeat(times)));
        doubles(&format!("keywords in {piece:?}"), |times| steps::keyword(&piece.repeat(times), &languages));
        doubles(&format!("the language of {piece:?}"), |times| {
            steps::language(&piece.repeat(times), &languages)
        });
    }
}
