//! Maps by what is keyed and uniform already, so that it hashes as itself; the seed is fixed. They are looked up, never
//! iterated.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by a digest, or by half of one.
pub type UniformMap<K, V> = HashMap<K, V, BuildHasherDefault<UniformHasher>>;

/// Takes the low half of a digest, or the half that there is, for its hash.
#[derive(Clone, Copy, Debug, Default)]
pub struct UniformHasher(u64);

impl Hasher for UniformHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, half: u64) {
        self.0 = half;
    }

    fn write_u128(&mut self, digest: u128) {
        self.0 = digest as u64;
    }
}
