//! The sections of the gateway: its HTTP door, and the webhook of a source.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{OneOrMany, RawAuth, SizeText, SpanText};

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct RawGateway {
    /// Where webhooks are taken. A proxy in front of it ends TLS.
    #[schemars(extend("default" = "127.0.0.1:8321"))]
    pub listen: Option<String>,
    /// How providers call this address, up to the path: some sign the whole URL.
    #[schemars(extend("examples" = ["https://hooks.example.org"]))]
    pub public_url: Option<String>,
    /// Where `/livez`, `/readyz` and `/metrics` of the gateway are answered; nowhere where it is not set.
    #[schemars(extend("examples" = ["127.0.0.1:9181"]))]
    pub status: Option<String>,
    /// The largest body that is taken.
    #[schemars(extend("default" = "1MiB"))]
    pub body_max: Option<SizeText>,
    /// How much there may be of all bodies at once. A source has as much of it as is free, and no more, likewise of
    /// `connections` and `in_flight`: however many ask at one of them, there is room for the others. It is at least
    /// three times `body_max`, and four times where it is not set and that is more than the default.
    #[schemars(extend("default" = "64MiB"))]
    pub bodies_max: Option<SizeText>,
    /// How many connections there may be at once; who comes next waits.
    #[schemars(extend("default" = 256))]
    pub connections: Option<i64>,
    /// How many bodies may be on their way to NATS at once; who comes next is told to try again.
    #[schemars(extend("default" = 64))]
    pub in_flight: Option<i64>,
    /// How long the stream may take to acknowledge; later the provider is told to try again.
    #[schemars(extend("default" = "2s"))]
    pub ack_timeout: Option<SpanText>,
    /// Who the gateway is at NATS.
    pub nats: RawAuth,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct RawWebhook {
    /// The path that the provider calls; `/` and the name of the source where it is not set.
    #[schemars(extend("examples" = ["/sms"]))]
    pub path: Option<String>,
    /// How a request proves where it comes from. `provider`: as the documents of the format's provider say; `bearer`:
    /// by a token; `basic`: by user and password; `none`: not at all.
    #[schemars(extend("examples" = ["provider"]))]
    pub signature: Option<SignatureWord>,
    /// The file of the secret that the provider signs with, or a list while one follows the other.
    #[schemars(extend("examples" = ["twilio.secret"]))]
    pub secret_file: Option<OneOrMany<String>>,
    /// The file of a token that is sent along, likewise.
    #[schemars(extend("examples" = ["telegram.token"]))]
    pub token_file: Option<OneOrMany<String>>,
    /// The provider's public key, as its console shows it, or a list while one follows the other.
    #[schemars(extend("examples" = ["dGVzdA=="]))]
    pub public_key: Option<OneOrMany<String>>,
    /// The file of that key, likewise.
    #[schemars(extend("examples" = ["telnyx.pub"]))]
    pub public_key_file: Option<OneOrMany<String>>,
    /// The file of a certificate that Amazon SNS signs with, or a list while one follows the other.
    #[schemars(extend("examples" = ["sns.pem"]))]
    pub certificate_file: Option<OneOrMany<String>>,
    /// Our topic at Amazon SNS, or a list: all customers' messages are signed alike.
    #[schemars(extend("examples" = ["arn:aws:sns:us-east-1:123456789012:sms"]))]
    pub topic: Option<OneOrMany<String>>,
    /// Whom a token of Apple must be for: our id as a service provider.
    #[schemars(extend("examples" = ["5f2c7a"]))]
    pub audience: Option<String>,
    /// The user of basic authentication.
    #[schemars(extend("examples" = ["bandwidth"]))]
    pub basic_user: Option<String>,
    /// The file of his password, or a list while one follows the other.
    #[schemars(extend("examples" = ["bandwidth.password"]))]
    pub basic_password_file: Option<OneOrMany<String>>,
    /// The file of the word that Meta repeats when it asks whether the address is ours.
    #[schemars(extend("examples" = ["meta.verify"]))]
    pub verify_token_file: Option<String>,
}

/// How a request proves where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum SignatureWord {
    Provider,
    Bearer,
    Basic,
    None,
}
