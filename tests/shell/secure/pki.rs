//! An authority that lives as long as its test.

use rcgen::{BasicConstraints, Certificate, CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair};

/// Signs certificates of one test.
pub struct Authority {
    certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    /// A new one, which nobody else trusts.
    pub fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate of its own");
        Authority { certificate, key }
    }

    /// Its certificate, PEM.
    pub fn certificate(&self) -> String {
        self.certificate.pem()
    }

    /// A certificate with its key for a server on loopback, PEM.
    pub fn server(&self) -> (String, String) {
        self.sign(&["localhost", "127.0.0.1"], ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// The same for the address of loopback alone, and no name.
    pub fn address(&self) -> (String, String) {
        self.sign(&["127.0.0.1"], ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A certificate with its key for a client, PEM.
    pub fn client(&self) -> (String, String) {
        self.sign(&["localhost", "127.0.0.1"], ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn sign(&self, names: &[&str], purpose: ExtendedKeyUsagePurpose) -> (String, String) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("names of loopback");
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().expect("a key");
        let signed = params.signed_by(&key, &self.certificate, &self.key).expect("a signature");
        (signed.pem(), key.serialize_pem())
    }
}
