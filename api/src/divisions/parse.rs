//! From bytes to rows, one line at a time: a broken line is named and does not hide those after it.

use std::collections::HashSet;

use csv::{ByteRecord, ReaderBuilder};

use super::Fault;
use crate::{error::Message, say};

const HEADER: [&str; 4] = ["code", "level", "name", "parent"];

/// A line as it is written, not yet checked.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub line: usize,
    pub code: String,
    pub level: String,
    pub name: String,
    pub parent: String,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Parsed {
    pub rows: Vec<Row>,
    /// Codes on lines that could not be read: the rows below them are not called orphans for that.
    pub unread: HashSet<String>,
    pub faults: Vec<Fault>,
}

/// Reads UTF-8, with or without a byte order mark. Under a wrong header nothing further is read.
pub fn parse(bytes: &[u8]) -> Parsed {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut parsed = Parsed::default();
    let mut lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).zip(1..);
    let (header, _) = lines.next().unwrap_or_default();
    if let Err(message) = check_header(header) {
        parsed.faults.push(Fault { line: 1, message });
        return parsed;
    }
    for (text, line) in lines.filter(|(text, _)| !text.is_empty()) {
        match read_row(text, line) {
            Ok(row) => parsed.rows.push(row),
            Err(message) => {
                let code = text.split(|byte| *byte == b',').next().unwrap_or_default();
                parsed.unread.insert(String::from_utf8_lossy(code).replace('"', ""));
                parsed.faults.push(Fault { line, message });
            }
        }
    }
    parsed
}

fn check_header(text: &[u8]) -> Result<(), Message> {
    if std::str::from_utf8(text).is_err() || text.contains(&0) {
        return Err(not_utf8());
    }
    if fields(text)?.iter().eq(HEADER.iter().map(|name| name.as_bytes())) {
        return Ok(());
    }
    let header = HEADER.join(",");
    Err(say!("表头应为 {header}", "the header must be {header}"))
}

fn read_row(text: &[u8], line: usize) -> Result<Row, Message> {
    let text = std::str::from_utf8(text).map_err(|_| not_utf8())?;
    let record = fields(text.as_bytes())?;
    let columns = record.len();
    let mut values = record.iter().map(|field| String::from_utf8_lossy(field).into_owned());
    match [(); 4].map(|()| values.next()) {
        [Some(code), Some(level), Some(name), Some(parent)] if columns == 4 => {
            Ok(Row { line, code, level, name, parent })
        }
        _ => Err(say!("有 {columns} 列，应为 4 列", "has {columns} columns, not 4")),
    }
}

fn fields(line: &[u8]) -> Result<ByteRecord, Message> {
    if line.iter().filter(|byte| **byte == b'"').count() % 2 == 1 {
        return Err(say!("引号没有成对", "has a quotation mark that is not closed"));
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        // A carriage return inside a line is a character of a field, to be refused there.
        .terminator(csv::Terminator::Any(b'\n'))
        .buffer_capacity(line.len() + 1)
        .from_reader(line);
    let mut record = ByteRecord::new();
    reader.read_byte_record(&mut record).map_err(|_| say!("不是有效的 CSV", "is not valid CSV"))?;
    Ok(record)
}

fn not_utf8() -> Message {
    say!("不是 UTF-8 编码", "is not UTF-8")
}
