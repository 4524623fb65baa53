//! A set of small numbers as words of bits.

/// A set of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// Puts a number in or takes it out.
    pub fn set(&mut self, number: usize, held: bool) {
        let word = number / 64;
        if word >= self.words.len() {
            if !held {
                return;
            }
            self.words.resize(word + 1, 0);
        }
        let bit = 1 << (number % 64);
        if held {
            self.words[word] |= bit;
        } else {
            self.words[word] &= !bit;
        }
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }

    /// Whether a number is in.
    pub fn has(&self, number: usize) -> bool {
        self.words.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// Whether none is in.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The numbers that are in both, ascending.
    pub fn both<'a>(&'a self, other: &'a Bits) -> impl Iterator<Item = usize> + 'a {
        let words = self.words.iter().zip(&other.words).map(|(a, b)| a & b).enumerate();
        words.flat_map(|(place, mut word)| {
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
                word &= word - 1;
                Some(place * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_gives_the_common_numbers_in_order() {
        let (mut a, mut b) = (Bits::default(), Bits::default());
        for number in [1, 63, 64, 200] {
            a.set(number, true);
        }
        for number in [0, 63, 200, 900] {
            b.set(number, true);
        }
        assert_eq!(a.both(&b).collect::<Vec<_>>(), [63, 200]);
        b.set(900, false);
        b.set(200, false);
        assert_eq!((b.has(200), a.both(&b).count(), b.is_empty()), (false, 1, false));
    }
}
