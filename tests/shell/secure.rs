//! The ways to prove oneself to NATS, each against a real server that asks for it: certificates on both
//! sides, credentials files, nkeys, tokens. And the sentences for those that do not fit.

pub mod jwt;
pub mod pki;
pub mod site;

use jwt::Accounts;
use pki::Authority;
use site::SecureSite;

#[tokio::test]
async fn it_leads_over_tls_with_a_certificate_of_our_own_authority() {
    let authority = Authority::new();
    let mut site = SecureSite::new("authorization { user: u, password: p }");
    site.tls(&authority, false);
    site.password("u", "p");
    site.settings("[nats.tls]\nca_file = \"ca.pem\"");
    site.leads().await;
}

#[tokio::test]
async fn it_leads_over_tls_that_asks_for_our_certificate_too() {
    let authority = Authority::new();
    let mut site = SecureSite::new("");
    site.tls(&authority, true);
    site.settings("[nats.tls]\nca_file = \"ca.pem\"\ncert_file = \"own.pem\"\nkey_file = \"own.key\"");
    let (certificate, key) = authority.client();
    site.write("own.pem", &certificate);
    site.write("own.key", &key);
    site.leads().await;
}

#[tokio::test]
async fn without_our_certificate_a_server_that_asks_for_it_is_out_of_reach() {
    let authority = Authority::new();
    let mut site = SecureSite::new("");
    site.tls(&authority, true);
    site.settings("[nats.tls]\nca_file = \"ca.pem\"");
    site.fails(69, "cannot connect to NATS").await;
}

#[tokio::test]
async fn a_server_of_another_authority_is_out_of_reach() {
    let mut site = SecureSite::new("");
    site.tls(&Authority::new(), false);
    site.write("ca.pem", &Authority::new().certificate());
    site.settings("[nats.tls]\nca_file = \"ca.pem\"");
    site.fails(69, "invalid peer certificate").await;
}

#[tokio::test]
async fn it_does_not_speak_to_a_server_without_tls_when_tls_is_configured() {
    let mut site = SecureSite::new("");
    site.write("ca.pem", &Authority::new().certificate());
    site.settings("[nats.tls]\nca_file = \"ca.pem\"");
    site.fails(69, "cannot connect to NATS").await;
}

#[tokio::test]
async fn it_leads_with_credentials_files() {
    let accounts = Accounts::new();
    let mut site = SecureSite::new(&accounts.server());
    site.write("door.creds", &accounts.user("door"));
    site.write("journal.creds", &accounts.user("journal"));
    site.settings("[nats.door]\ncreds_file = \"door.creds\"\n[nats.journal]\ncreds_file = \"journal.creds\"");
    site.leads().await;
}

#[tokio::test]
async fn credentials_of_another_operator_are_refused() {
    let mut site = SecureSite::new(&Accounts::new().server());
    site.write("a.creds", &Accounts::new().user("door"));
    site.settings("[nats.door]\ncreds_file = \"a.creds\"\n[nats.journal]\ncreds_file = \"a.creds\"");
    site.fails(69, "check the address, the login").await;
}

#[tokio::test]
async fn a_credentials_file_that_is_not_there_is_named() {
    let mut site = SecureSite::new(&Accounts::new().server());
    site.settings("[nats.door]\ncreds_file = \"gone.creds\"\n[nats.journal]\ncreds_file = \"gone.creds\"");
    site.fails(78, "gone.creds").await;
}

#[tokio::test]
async fn it_leads_with_nkeys() {
    let (door, journal) = (nkeys::KeyPair::new_user(), nkeys::KeyPair::new_user());
    let users = format!("{{ nkey: {} }}, {{ nkey: {} }}", door.public_key(), journal.public_key());
    let mut site = SecureSite::new(&format!("authorization {{ users: [{users}] }}"));
    site.write("door.nk", &door.seed().expect("a new pair has a seed"));
    site.write("journal.nk", &journal.seed().expect("a new pair has a seed"));
    site.settings("[nats.door]\nnkey_file = \"door.nk\"\n[nats.journal]\nnkey_file = \"journal.nk\"");
    site.leads().await;
}

#[tokio::test]
async fn it_leads_with_a_token() {
    let mut site = SecureSite::new("authorization { token: \"let-me-in\" }");
    site.write("token", "let-me-in\n");
    site.settings("[nats.door]\ntoken_file = \"token\"\n[nats.journal]\ntoken_file = \"token\"");
    site.leads().await;
}
