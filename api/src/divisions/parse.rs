//! From bytes to rows.

use std::collections::HashSet;

use csv::{ByteRecord, ReaderBuilder};
use tongxin_kernel::{error::Message, say};

use super::{
    Fault,
    records::{Records, is_open},
};

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

/// Reads UTF-8, with or without a byte order mark. Empty rows are passed over, and so are empty columns after the last that
/// the header has too, as spreadsheets write them. Under a wrong header nothing further is read.
pub fn parse(bytes: &[u8]) -> Parsed {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut parsed = Parsed::default();
    let mut records = Records { rest: bytes, line: 1 };
    let (_, header) = records.next().unwrap_or_default();
    let width = match check_header(header) {
        Ok(width) => width,
        Err(message) => {
            parsed.faults.push(Fault { line: 1, messages: vec![message] });
            return parsed;
        }
    };
    for (line, text) in records {
        match read_row(text, line, width) {
            Ok(row) => parsed.rows.extend(row),
            Err(message) => {
                let code = text.split(|byte| *byte == b',').next().unwrap_or_default();
                parsed.unread.insert(String::from_utf8_lossy(code).replace('"', "").trim().to_owned());
                parsed.faults.push(Fault { line, messages: vec![message] });
            }
        }
    }
    parsed
}

/// How many columns the header has, empty ones included.
fn check_header(text: &[u8]) -> Result<usize, Message> {
    if std::str::from_utf8(text).is_err() || text.contains(&0) {
        return Err(not_utf8());
    }
    let found = fields(text)?;
    let (named, further) = found.split_at(found.len().min(HEADER.len()));
    if named == HEADER && further.iter().all(|name| is_blank(name)) {
        return Ok(found.len());
    }
    let header = HEADER.join(",");
    Err(say!("表头应为 {header}", "the header must be {header}"))
}

/// None where the row is empty.
fn read_row(text: &[u8], line: usize, width: usize) -> Result<Option<Row>, Message> {
    if std::str::from_utf8(text).is_err() {
        return Err(not_utf8());
    }
    let mut values = fields(text)?;
    if values.iter().all(|value| is_blank(value)) {
        return Ok(None);
    }
    if values.len() <= width && values.iter().skip(HEADER.len()).all(|value| is_blank(value)) {
        values.truncate(HEADER.len());
    }
    match <[String; 4]>::try_from(values) {
        Ok([code, level, name, parent]) => Ok(Some(Row { line, code, level, name, parent })),
        Err(values) => {
            let columns = values.len();
            Err(say!("有 {columns} 列，应为 4 列", "has {columns} columns, not 4"))
        }
    }
}

fn is_blank(value: &str) -> bool {
    value.trim().is_empty()
}

fn fields(record: &[u8]) -> Result<Vec<String>, Message> {
    if is_open(record) {
        return Err(say!("引号没有成对", "has a quotation mark that is not closed"));
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        // A carriage return inside a line is a character of a field, to be refused there.
        .terminator(csv::Terminator::Any(b'\n'))
        .buffer_capacity(record.len() + 1)
        .from_reader(record);
    let mut found = ByteRecord::new();
    reader.read_byte_record(&mut found).map_err(|_| say!("不是有效的 CSV", "is not valid CSV"))?;
    Ok(found.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect())
}

fn not_utf8() -> Message {
    say!("不是 UTF-8 编码", "is not UTF-8")
}
