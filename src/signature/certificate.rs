//! The RSA key of a certificate, or of a public key, in PEM: as much of DER as leads there. Whether a certificate is
//! to be trusted is not asked: the operator has chosen it.

use data_encoding::BASE64;

/// The tags that are met on the way.
const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const VERSION: u8 = 0xa0;
/// `rsaEncryption`, as an object identifier.
const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// It is not PEM.
    NotPem,
    /// It is PEM of something else.
    NoRsaKey,
}

impl KeyFault {
    pub fn sentence(self) -> &'static str {
        match self {
            KeyFault::NotPem => "there is no certificate in PEM",
            KeyFault::NoRsaKey => "there is no RSA key in it",
        }
    }
}

/// The key of the first certificate, or public key, of a PEM text.
pub fn rsa_key(pem: &str) -> Result<Vec<u8>, KeyFault> {
    let (is_certificate, der) = unwrap_pem(pem).ok_or(KeyFault::NotPem)?;
    let key = if is_certificate { of_certificate(&der) } else { of_public_key(&der) };
    key.map(<[u8]>::to_vec).ok_or(KeyFault::NoRsaKey)
}

fn unwrap_pem(pem: &str) -> Option<(bool, Vec<u8>)> {
    let (_, rest) = pem.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    let letters: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let is_certificate = match label {
        "CERTIFICATE" => true,
        "PUBLIC KEY" => false,
        _ => return None,
    };
    Some((is_certificate, BASE64.decode(&letters).ok()?))
}

/// Certificate, the part that is signed, and in it behind version, serial, algorithm, issuer, validity and subject.
fn of_certificate(der: &[u8]) -> Option<&[u8]> {
    let (certificate, _) = element(der, SEQUENCE)?;
    let (mut rest, _) = element(certificate, SEQUENCE)?;
    if rest.first() == Some(&VERSION) {
        rest = skip(rest)?;
    }
    for _ in 0..5 {
        rest = skip(rest)?;
    }
    of_public_key(rest)
}

/// Algorithm and key.
fn of_public_key(der: &[u8]) -> Option<&[u8]> {
    let (info, _) = element(der, SEQUENCE)?;
    let (algorithm, rest) = element(info, SEQUENCE)?;
    let (identifier, _) = element(algorithm, 0x06)?;
    let (bits, _) = element(rest, BIT_STRING)?;
    // The first byte says how many bits of the last are not used.
    let (0, key) = bits.split_first().map(|(unused, key)| (*unused, key))? else { return None };
    (identifier == RSA).then_some(key)
}

fn skip(der: &[u8]) -> Option<&[u8]> {
    let (_, rest) = element(der, *der.first()?)?;
    Some(rest)
}

/// What is inside of the first element, which must have this tag, and what is behind it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(*length & 0x7f))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (inner, rest) = rest.split_at_checked(length)?;
    (*found == tag).then_some((inner, rest))
}
