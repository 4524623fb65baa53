//! Ids, digests and numbers as text without the heap and without the formatter's machinery: a journal
//! record holds ten of them, and this is most of what writing one costs.

use std::str;

/// A text of at most 32 ASCII letters and digits.
pub struct ShortText {
    bytes: [u8; 32],
    start: usize,
}

impl ShortText {
    /// A number in decimal.
    pub fn number(mut number: u64) -> ShortText {
        let mut text = ShortText { bytes: [b'0'; 32], start: 32 };
        loop {
            text.put(b'0' + (number % 10) as u8);
            number /= 10;
            if number == 0 {
                return text;
            }
        }
    }

    /// A letter of ASCII and a number in decimal.
    pub fn lettered(letter: char, number: u64) -> ShortText {
        let mut text = ShortText::number(number);
        text.put(letter as u8);
        text
    }

    /// 32 hexadecimal digits.
    pub fn hex(number: u128) -> ShortText {
        let mut bytes = [0; 32];
        for (place, byte) in number.to_be_bytes().into_iter().enumerate() {
            bytes[2 * place] = HEX[usize::from(byte >> 4)];
            bytes[2 * place + 1] = HEX[usize::from(byte & 15)];
        }
        ShortText { bytes, start: 0 }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[self.start..]).expect("only letters and digits of ASCII are put")
    }

    fn put(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_formatter_writes_them() {
        for number in [0, 7, 10, 4_711, u64::MAX] {
            assert_eq!(ShortText::number(number).as_str(), number.to_string());
            assert_eq!(ShortText::lettered('c', number).as_str(), format!("c{number}"));
            let wide = u128::from(number) << 60;
            assert_eq!(ShortText::hex(wide).as_str(), format!("{wide:032x}"));
        }
    }
}
