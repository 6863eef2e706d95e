//! The rows of a file as bytes. A broken line is a row by itself and does not hide those after it.

/// Lines that one row may have at most: a cell with line breaks is a few.
const LINES: usize = 20;

/// Rows with the line on which each begins.
pub struct Records<'a> {
    pub rest: &'a [u8],
    pub line: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let record = whole(self.rest);
        self.rest = self.rest.get(record.len() + 1..).unwrap_or_default();
        self.line += 1 + record.iter().filter(|byte| **byte == b'\n').count();
        Some((line, record.strip_suffix(b"\r").unwrap_or(record)))
    }
}

/// The first row: a line, with those after it as far as a field in quotation marks reaches. A mark that is forgotten
/// reaches no further than its line, for what follows does not close it as a field is closed.
fn whole(text: &[u8]) -> &[u8] {
    let mut ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).chain([text.len()]);
    let first = &text[..ends.next().unwrap_or_default()];
    if !is_open(first) {
        return first;
    }
    let closed = ends.take(LINES - 1).map(|end| &text[..end]).find(|record| !is_open(record));
    closed.filter(|record| is_well_quoted(record)).unwrap_or(first)
}

/// Whether a quotation mark has no partner.
pub fn is_open(record: &[u8]) -> bool {
    record.iter().filter(|byte| **byte == b'"').count() % 2 == 1
}

/// Whether marks stand where a field begins and ends alone, doubled inside, and every line break between them.
fn is_well_quoted(record: &[u8]) -> bool {
    let record = record.strip_suffix(b"\r").unwrap_or(record);
    let (mut inside, mut before) = (false, b',');
    for &byte in record {
        match (inside, byte, before) {
            (false, b'"', b',' | b'"') => inside = true,
            (true, b'"', _) => inside = false,
            (false, b'"' | b'\n', _) => return false,
            (false, b',', _) | (true, ..) => {}
            (false, _, b'"') => return false,
            (false, ..) => {}
        }
        before = byte;
    }
    !inside
}

#[cfg(test)]
mod tests {
    use super::Records;

    #[test]
    fn a_row_ends_where_it_is_closed_and_a_forgotten_mark_hides_nothing() {
        for (text, rows) in [
            ("a,b\nc\r\n\nd", &[(1, "a,b"), (2, "c"), (3, ""), (4, "d")][..]),
            ("a,\"b\nc\",d\r\ne\n", &[(1, "a,\"b\nc\",d"), (3, "e")]),
            ("\"b\r\n\r\n\"\"c\"\"\n\"\ne", &[(1, "\"b\r\n\r\n\"\"c\"\"\n\""), (5, "e")]),
            ("a,\"b,c\nd,e\nf", &[(1, "a,\"b,c"), (2, "d,e"), (3, "f")]),
            ("a,\"b,c\nd,\"e,f\ng", &[(1, "a,\"b,c"), (2, "d,\"e,f"), (3, "g")]),
            ("a,b\",c\nd,\"e\n", &[(1, "a,b\",c"), (2, "d,\"e")]),
            ("\"", &[(1, "\"")]),
            ("", &[]),
        ] {
            let found = Records { rest: text.as_bytes(), line: 1 };
            let found: Vec<_> = found.map(|(line, row)| (line, std::str::from_utf8(row).unwrap())).collect();
            assert_eq!(found, rows, "{text:?}");
        }
    }
}
