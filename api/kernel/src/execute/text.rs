//! Linear looks at the text: before the parser sees it, for the parser recurses, so nesting is bounded here; and for
//! what the parser forgets.

use std::collections::HashSet;

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

/// A name that stands twice among the arguments of one field or directive, the fields of one input object or the
/// variables of one operation. All of these are names before a colon inside parentheses, where no selection stands.
/// The text is one that the parser takes.
pub(super) fn repeated_name(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    // The names of each bracket that is open; none outside parentheses.
    let mut open: Vec<Option<HashSet<&str>>> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'(' => open.push(Some(HashSet::new())),
            b'{' | b'[' => {
                let inside = open.last().is_some_and(Option::is_some);
                open.push(inside.then(HashSet::new));
            }
            b')' | b'}' | b']' => drop(open.pop()),
            b'#' => at = skip_comment(bytes, at),
            b'"' if bytes[at..].starts_with(b"\"\"\"") => at = skip_block(bytes, at + 3),
            b'"' => at = skip_string(bytes, at + 1),
            c if is_of_name(c) => {
                let end = at + bytes[at..].iter().take_while(|c| is_of_name(**c)).count();
                let name = &text[at..end];
                at = skip_ignored(bytes, end);
                if bytes.get(at) == Some(&b':')
                    && let Some(Some(names)) = open.last_mut()
                    && !names.insert(name)
                {
                    return Some(name);
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// To the next byte that means something.
fn skip_ignored(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => at += 1,
            b'#' => at = skip_comment(bytes, at),
            _ if bytes[at..].starts_with("\u{feff}".as_bytes()) => at += 3,
            _ => break,
        }
    }
    at
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
    use super::{BRACKETS, nesting, repeated_name};

    #[test]
    fn a_name_stands_once_in_one_place() {
        for (text, twice) in [
            ("{ a(x: 1, y: 2) b(x: 1) { x: c } }", None),
            ("{ x: a x: a }", None),
            ("{ a(f: {x: 1, y: {x: 2}}, x: 3) }", None),
            ("{ a(f: [{x: 1}, {x: 2}]) }", None),
            ("{ a(f: \"x: 1, x: 2\", g: \"\"\"{x: 1 x: 2}\"\"\") }", None),
            ("{ a(f: {x: y, y: x}) }", None),
            ("{ a # (x: 1, x: 2)\n }", None),
            ("query($x: I = {x: 1}, $y: I) { a(x: $x, y: $y) @d(x: 1) }", None),
            ("{ a(x: 1, x: 1) }", Some("x")),
            ("{ a(f: {status: OPEN, status: CLOSED}) }", Some("status")),
            ("{ a(f: {x: 1 y: [{z: 1}] x\n#c\n,: 2}) }", Some("x")),
            ("{ a(f: [1, {g: {x: 1, x: 2}}]) }", Some("x")),
            ("query($x: I, $x: J) { a }", Some("x")),
            ("query($y: I = {x: 1, x: 2}) { a }", Some("x")),
            ("{ __typename @skip(if: true, if: false) }", Some("if")),
        ] {
            assert_eq!(repeated_name(text), twice, "{text}");
        }
    }

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
