//! Every way to prove oneself to NATS, taken and refused; and files of secrets whose form is wrong.

use std::fs;

use nkeys::KeyPair;

use super::haul::Haul;
use super::switchboard;
use crate::secure::jwt::Accounts;
use crate::secure::pki::Authority;
use crate::secure::site::SecureSite;

/// Both connections prove themselves by this file.
fn both(site: &mut SecureSite, key: &str, content: &str) {
    site.write("proof", content);
    site.settings(&format!(
        "[nats.door]\n{key} = \"proof\"\n[nats.journal]\n{key} = \"proof\"\n[log]\nlevel = \"trace\""
    ));
}

#[tokio::test]
async fn a_token_is_not_told() {
    for (token, right) in [("the-token-that-opens", true), ("the-token-that-does-not", false)] {
        let mut site = SecureSite::new("authorization { token: \"the-token-that-opens\" }");
        both(&mut site, "token_file", token);
        judge(site, token, right).await;
    }
}

#[tokio::test]
async fn a_seed_is_not_told() {
    let (user, stranger) = (KeyPair::new_user(), KeyPair::new_user());
    for (pair, right) in [(&user, true), (&stranger, false)] {
        let users = format!("{{ nkey: {} }}", user.public_key());
        let mut site = SecureSite::new(&format!("authorization {{ users: [{users}] }}"));
        let seed = pair.seed().expect("a new pair has a seed");
        both(&mut site, "nkey_file", &seed);
        judge(site, &seed, right).await;
    }
}

#[tokio::test]
async fn a_file_of_credentials_is_not_told() {
    let accounts = Accounts::new();
    for (credentials, right) in [(accounts.user("door"), true), (Accounts::new().user("door"), false)] {
        let mut site = SecureSite::new(&accounts.server());
        both(&mut site, "creds_file", &credentials);
        judge(site, &credentials, right).await;
    }
}

#[tokio::test]
async fn the_key_of_a_certificate_is_not_told() {
    let authority = Authority::new();
    for (right, (certificate, key)) in [(true, authority.client()), (false, Authority::new().client())] {
        let mut site = SecureSite::new("");
        site.tls(&authority, true);
        site.write("own.pem", &certificate);
        site.write("own.key", &key);
        site.settings("[nats.tls]\nca_file = \"ca.pem\"\ncert_file = \"own.pem\"\nkey_file = \"own.key\"");
        site.settings("[log]\nlevel = \"trace\"");
        judge(site, &key, right).await;
    }
}

/// The site leads or is refused, and says nothing of the secret.
async fn judge(site: SecureSite, secret: &str, right: bool) {
    let mut haul = Haul::of([("the proof", secret)]);
    let log = if right { site.leads().await } else { site.fails(69, "cannot connect to NATS").await };
    haul.take("the log", log.as_bytes());
    haul.assert_clean(100);
}

/// Each file holds the secret and is none of what it should be.
#[test]
fn a_file_of_a_wrong_form_is_not_told() {
    const SECRET: &str = "hunter2-hunter2-hunter2";
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).expect("a file");
    let file = folder.path().join("switchboard.toml");
    let base = "[site]\ndefault_queue = \"general\"\n[queue.general]\n";
    let armoured = format!("-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n").into_bytes();
    let binary = [b"\xff\xfe", SECRET.as_bytes()].concat();
    let mut haul = Haul::of([("the secret", SECRET)]);
    for (tables, contents) in [
        ("", vec![SECRET.as_bytes().to_vec()]),
        (
            "[nats.door]\nnkey_file = \"secret\"\n",
            vec![SECRET.into(), format!("SU{SECRET}").into(), binary.clone()],
        ),
        ("[nats.door]\ncreds_file = \"secret\"\n", vec![SECRET.into(), armoured.clone(), binary.clone()]),
        ("[nats.door]\ntoken_file = \"secret\"\n", vec![binary.clone()]),
        ("[nats.door]\nuser = \"u\"\npassword_file = \"secret\"\n", vec![binary.clone()]),
        (
            "[smtp]\nhost = \"h\"\nuser = \"u\"\npassword_file = \"secret\"\n[notice]\nfrom = \"a@example.org\"\n",
            vec![binary.clone()],
        ),
        (
            "[nats.tls]\ncert_file = \"secret\"\nkey_file = \"secret\"\n",
            vec![SECRET.into(), armoured, binary],
        ),
    ] {
        for content in contents {
            fs::write(&file, format!("{base}{tables}")).expect("the configuration");
            write("secret", &content);
            // Without a table it is the site's key that is broken.
            write("site.key", if tables.is_empty() { &content } else { b"0123456789abcdef0123456789abcdef" });
            for verb in [&["check"][..], &["check", "--json"], &["check", "--format=sarif"], &["serve"]] {
                let code = haul.run(switchboard().args(verb).arg(&file));
                assert_eq!(code, Some(78), "{verb:?} with {tables}");
            }
        }
    }
    haul.assert_clean(10_000);
}
