//! A linear look at the text before the parser sees it: the parser recurses, so nesting is bounded here.

use super::limits::BRACKETS;

/// The deepest nesting of brackets outside strings and comments, or `None` when it passes the bound.
pub(super) fn nesting(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut open, mut deepest, mut at) = (0_usize, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'(' | b'[' => {
                open += 1;
                deepest = deepest.max(open);
                if open > BRACKETS {
                    return None;
                }
            }
            b'}' | b')' | b']' => open = open.saturating_sub(1),
            b'#' => at = skip_comment(bytes, at),
            b'"' if bytes[at..].starts_with(b"\"\"\"") => at = skip_block(bytes, at + 3),
            b'"' => at = skip_string(bytes, at + 1),
            _ => {}
        }
        at += 1;
    }
    Some(deepest)
}

fn skip_comment(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && !matches!(bytes[at], b'\n' | b'\r') {
        at += 1;
    }
    at
}

/// To the closing quote, or to the end of the line: an open string is the parser's to refuse.
fn skip_string(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && !matches!(bytes[at], b'"' | b'\n' | b'\r') {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

fn skip_block(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        if bytes[at..].starts_with(b"\\\"\"\"") {
            at += 4;
        } else if bytes[at..].starts_with(b"\"\"\"") {
            return at + 2;
        } else {
            at += 1;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{BRACKETS, nesting};

    #[test]
    fn counts_brackets_outside_strings_and_comments() {
        for (text, deepest) in [
            ("{ a(b: [1, {c: 2}]) { d } }", 4),
            ("{ a(b: \"[[[{{{((( \\\" [[[\") }", 2),
            ("{ a(b: \"\"\"[[[ \\\"\"\" {{{\"\"\") }", 2),
            ("# {{{{{{\n{ a }", 1),
            ("{ a \"unterminated [[[\n { b } }", 2),
            ("}}}{", 1),
        ] {
            assert_eq!(nesting(text), Some(deepest), "{text}");
        }
    }

    #[test]
    fn stops_at_the_bound() {
        assert_eq!(nesting(&"[".repeat(BRACKETS)), Some(BRACKETS));
        assert_eq!(nesting(&"[".repeat(BRACKETS + 1)), None);
        assert_eq!(nesting(&"{".repeat(100_000)), None);
        assert_eq!(nesting("\"abc\\"), Some(0));
    }
}
