//! A server in operator mode: an operator, two accounts, and users with credentials files.

use data_encoding::BASE64URL_NOPAD;
use nkeys::KeyPair;
use serde_json::{Value, json};

/// One operator with an account for the site and one for the server itself.
pub struct Accounts {
    operator: KeyPair,
    system: KeyPair,
    site: KeyPair,
}

impl Accounts {
    /// New keys all over.
    pub fn new() -> Accounts {
        Accounts {
            operator: KeyPair::new_operator(),
            system: KeyPair::new_account(),
            site: KeyPair::new_account(),
        }
    }

    /// The part of the server's configuration that knows them.
    pub fn server(&self) -> String {
        let operator = json!({ "type": "operator", "version": 2 });
        let operator = token(&self.operator, &self.operator.public_key(), operator);
        let account = |key: &KeyPair, disk: i64| {
            let limits = json!({
                "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true,
                "conn": -1, "leaf": -1, "mem_storage": disk, "disk_storage": disk, "streams": disk, "consumer": disk,
            });
            let claims = json!({ "type": "account", "version": 2, "limits": limits });
            format!("{}: {}", key.public_key(), token(&self.operator, &key.public_key(), claims))
        };
        let system = self.system.public_key();
        let (theirs, ours) = (account(&self.system, 0), account(&self.site, -1));
        format!(
            "operator: {operator}\nsystem_account: {system}\nresolver: MEMORY\n\
             resolver_preload: {{\n{theirs}\n{ours}\n}}"
        )
    }

    /// The credentials file of a user of the site's account.
    pub fn user(&self, name: &str) -> String {
        let user = KeyPair::new_user();
        let claims = json!({
            "type": "user", "version": 2, "subs": -1, "data": -1, "payload": -1, "pub": {}, "sub": {}, "name": name,
        });
        let jwt = token(&self.site, &user.public_key(), claims);
        let seed = user.seed().expect("a new pair has a seed");
        format!(
            "-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
        )
    }
}

/// A signed token about `subject`.
fn token(issuer: &KeyPair, subject: &str, claims: Value) -> String {
    let part = |value: Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let header = part(json!({ "typ": "JWT", "alg": "ed25519-nkey" }));
    let body = part(json!({
        "jti": subject, "iat": 1_700_000_000, "iss": issuer.public_key(), "sub": subject, "name": "test", "nats": claims,
    }));
    let signed = format!("{header}.{body}");
    let signature = issuer.sign(signed.as_bytes()).expect("a new pair signs");
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
}
