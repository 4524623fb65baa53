//! Whether letters of Han are Chinese: Japanese writes orders, forms and headings with them alone.
//!
//! The sets that each side can write tell it, as its old charsets hold them: a letter of GB 2312 that JIS X 0208 has
//! not is simplified Chinese, one of the first level of JIS that neither GB 2312 nor Big5 has is Japanese, and one that
//! Chinese writes every day and Japanese hardly ever is of the second level of JIS.

use encoding_rs::{BIG5, Encoding, GBK, SHIFT_JIS};

/// Fewer of them say nothing; each is a syllable.
const HAN_MIN: usize = 4;
/// In halves: so much evidence a text needs.
const HALVES_MIN: usize = 2;

/// What Japanese has no use for, not even in a heading.
const ONLY: &str = "我你您她它们們这這哪吗嗎呢吧啊么麼很怎谁誰没沒";
/// What Chinese writes all the time and Japanese in few words.
const OFTEN: &str = "的了是也就他";
/// Words of Chinese in letters that Japanese has, too.
const PAIRS: [&str; 49] = [
    "退款", "退貨", "客服", "如何", "是否", "或者", "可以", "不是", "不想", "不會", "因為", "所以", "如果",
    "但是", "今天", "昨天", "明天", "地址", "已經", "一直", "請問", "沒有", "机会", "手机", "司机", "耳机",
    "机票", "几点", "几天", "几个", "转账", "轉帳", "帳號", "帳戶", "付款", "包裹", "發票", "訂單", "登入",
    "優惠", "耐心", "晋升", "客户", "客戶", "一下", "薪水", "工资", "下班", "上班",
];

pub(super) fn is_han(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3134F}')
}

pub(super) fn is_enough(letters: usize) -> bool {
    letters >= HAN_MIN
}

/// Letters of Chinese alone, and hardly any of Japanese.
pub(super) fn is_chinese(text: &str) -> bool {
    let letters: Vec<char> = text.chars().filter(|char| is_han(*char)).collect();
    let pairs = PAIRS.iter().filter(|pair| text.contains(**pair)).count();
    let questions = letters.windows(3).filter(|three| is_question(three)).count();
    let chinese = letters.iter().map(|char| chinese_halves(*char)).sum::<usize>() + (pairs + questions) * 2;
    let japanese = letters.iter().filter(|char| is_japanese(**char)).count();
    is_enough(letters.len()) && chinese >= HALVES_MIN && chinese >= japanese * 6
}

/// A verb, `not`, and the verb again: whether it is so.
fn is_question(letters: &[char]) -> bool {
    matches!(letters, [verb, '不' | '没' | '沒', again] if verb == again)
}

fn chinese_halves(char: char) -> usize {
    if ONLY.contains(char) {
        return 2;
    }
    let (gb, jis, big5) = (is_gb_2312(char), jis_level(char), is_big5(char));
    match (gb, jis, big5) {
        (true, None, _) => 2,
        (_, Some(2) | None, _) if gb || big5 => 1,
        _ => usize::from(OFTEN.contains(char)),
    }
}

fn is_japanese(char: char) -> bool {
    jis_level(char) == Some(1) && !is_gb_2312(char) && !is_big5(char)
}

fn is_gb_2312(char: char) -> bool {
    bytes(GBK, char).is_some_and(|(lead, trail)| (0xB0..=0xF7).contains(&lead) && trail >= 0xA1)
}

fn is_big5(char: char) -> bool {
    bytes(BIG5, char).is_some_and(|(lead, _)| (0xA4..=0xC6).contains(&lead))
}

/// The first level holds what newspapers write, the second the rest.
fn jis_level(char: char) -> Option<u8> {
    let (lead, trail) = bytes(SHIFT_JIS, char)?;
    match lead {
        0x88..=0x97 => Some(1),
        0x98 => Some(if trail < 0x9F { 1 } else { 2 }),
        0x99..=0x9F | 0xE0..=0xEA => Some(2),
        // What vendors added to it.
        _ => None,
    }
}

fn bytes(charset: &'static Encoding, char: char) -> Option<(u8, u8)> {
    let mut utf_8 = [0; 4];
    let (bytes, _, is_lossy) = charset.encode(char.encode_utf8(&mut utf_8));
    match (bytes.as_ref(), is_lossy) {
        ([lead, trail], false) => Some((*lead, *trail)),
        _ => None,
    }
}
