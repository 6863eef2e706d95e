//! What a division may be called. Some real names came to the published data with a character lost: they are taken, and
//! whoever imports them is told.

use tongxin_kernel::{error::Message, input::readable, say};

const LONGEST: usize = 100;

/// What is wrong with a name that is [`clean`](tongxin_kernel::input::clean).
pub fn faults_of(name: &str) -> Vec<Message> {
    if name.is_empty() {
        return vec![say!("名称为空", "the name is empty")];
    }
    let mut faults = Vec::new();
    let length = name.chars().count();
    if length > LONGEST {
        faults
            .push(say!("名称有 {length} 字，最多 {LONGEST} 字", "the name has {length} characters, at most {LONGEST}"));
    }
    if name.chars().any(char::is_control) {
        faults.push(say!("名称含换行或控制字符", "the name holds line breaks or control characters"));
    } else if let Err(unreadable) = readable(name) {
        let Message { zh, en } = unreadable.message();
        faults.push(say!("名称{zh}", "the name {en}"));
    } else if name.chars().all(|c| c == '?' || c.is_whitespace()) {
        faults.push(say!("名称的字全部丢失", "nothing is left of the name but question marks"));
    } else if name.contains('\u{feff}') {
        // Left behind where two files were joined.
        faults.push(say!("名称中有字节顺序标记", "the name holds a byte order mark"));
    }
    faults
}

/// What is doubtful about a name that is taken all the same.
pub fn doubts(name: &str) -> Vec<Message> {
    let mut doubts = Vec::new();
    if name.contains('?') {
        doubts.push(say!(
            "名称 {name:?} 含问号，可能有字在转换时丢失",
            "the name {name:?} holds a question mark: a character may have been lost"
        ));
    }
    if name.chars().any(is_private) {
        doubts.push(say!(
            "名称 {name:?} 含自造字，在别处可能无法显示",
            "the name {name:?} holds a character of private use: others may not see it"
        ));
    }
    if name.chars().any(is_hidden) {
        doubts.push(say!("名称 {name:?} 含看不见的字符", "the name {name:?} holds characters that are not seen"));
    }
    doubts
}

const fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Marks that copying leaves in a text, and by which a name is not found.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
}
