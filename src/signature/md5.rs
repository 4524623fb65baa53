//! MD5 (RFC 1321), which Vonage signs with unless an account asks for better. Good for nothing else.

/// How far each of the 64 steps turns.
const TURNS: [u32; 16] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
/// How many bytes are taken at once.
const BLOCK: usize = 64;

/// The digest of these bytes.
pub(super) fn md5(bytes: &[u8]) -> [u8; 16] {
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    while padded.len() % BLOCK != BLOCK - 8 {
        padded.push(0);
    }
    let bits = (bytes.len() as u64).wrapping_mul(8);
    padded.extend_from_slice(&bits.to_le_bytes());
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded.chunks_exact(BLOCK) {
        state = mixed(state, block);
    }
    let mut digest = [0; 16];
    for (to, word) in digest.chunks_exact_mut(4).zip(state) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    digest
}

/// The keyed code of these bytes (RFC 2104).
pub(super) fn hmac(key: &[u8], bytes: &[u8]) -> [u8; 16] {
    let mut block = [0_u8; BLOCK];
    let short = if key.len() > BLOCK { md5(key).to_vec() } else { key.to_vec() };
    block.iter_mut().zip(short).for_each(|(to, byte)| *to = byte);
    let turned = |by: u8| block.map(|byte| byte ^ by).to_vec();
    let inner = md5(&[turned(0x36), bytes.to_vec()].concat());
    md5(&[turned(0x5c), inner.to_vec()].concat())
}

fn mixed(state: [u32; 4], block: &[u8]) -> [u32; 4] {
    let mut words = [0_u32; 16];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    }
    let [mut a, mut b, mut c, mut d] = state;
    for step in 0..BLOCK {
        let (mix, at) = match step / 16 {
            0 => (b & c | !b & d, step),
            1 => (d & b | !d & c, 5 * step + 1),
            2 => (b ^ c ^ d, 3 * step + 5),
            _ => (c ^ (b | !d), 7 * step),
        };
        // The table of the standard: the whole part of 2^32 times the sine of the step, which doubles hold exactly.
        let sine = (((step + 1) as f64).sin().abs() * 4_294_967_296.0) as u32;
        let sum = a.wrapping_add(mix).wrapping_add(sine).wrapping_add(words[at % 16]);
        let turned = sum.rotate_left(TURNS[step / 16 * 4 + step % 4]);
        (a, d, c, b) = (d, c, b, b.wrapping_add(turned));
    }
    let [first, second, third, fourth] = state;
    [first.wrapping_add(a), second.wrapping_add(b), third.wrapping_add(c), fourth.wrapping_add(d)]
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn the_digests_of_the_standards_come_out() {
        for (text, digest) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a",
            ),
        ] {
            assert_eq!(HEXLOWER.encode(&md5(text.as_bytes())), digest);
        }
        let code = hmac(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(HEXLOWER.encode(&code), "750c783e6ab0b503eaa86e310a5db738");
        assert_eq!(
            HEXLOWER.encode(&hmac(&[0xaa; 80], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"
        );
    }
}
