//! From the bytes of a file to its rows, and from a row to what it says.

use std::{collections::HashMap, str::FromStr};

use chrono::NaiveDate;
use csv::{ReaderBuilder, StringRecord};
use tongxin_kernel::{
    error::Message,
    input::{clean, readable},
    say,
};

use crate::divisions::Fault;

/// Rows that one file may have.
const ROWS: usize = 200_000;
/// Bytes that one file may have.
pub const BYTES: u64 = 100 << 20;

/// A file as it is written, not yet checked.
pub struct Sheet {
    columns: HashMap<String, usize>,
    width: usize,
    rows: Vec<(usize, StringRecord)>,
}

impl Sheet {
    /// Reads UTF-8 with a header, in any order of columns. Empty rows are passed over.
    ///
    /// # Errors
    /// What keeps the file from being read.
    pub fn parse(bytes: &[u8], known: &[&str], needed: &[&str]) -> Result<Self, Vec<Fault>> {
        let of_header = |message| vec![Fault { line: 1, messages: vec![message] }];
        let text = decoded(bytes).map_err(of_header)?;
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let invalid = |error: csv::Error| {
            let line = error.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(1));
            vec![Fault { line, messages: vec![say!("不是有效的 CSV", "is not valid CSV")] }]
        };
        let header = reader.headers().map_err(invalid)?.clone();
        let columns = columns(&header, known, needed).map_err(of_header)?;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(invalid)?;
            let line = record.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(0));
            if record.iter().any(|cell| !cell.trim().is_empty()) {
                rows.push((line, record));
            }
            if rows.len() > ROWS {
                let message =
                    say!("一个文件至多 {ROWS} 行，请分成几个文件", "a file has at most {ROWS} rows: divide it");
                return Err(vec![Fault { line, messages: vec![message] }]);
            }
        }
        Ok(Self { columns, width: header.len(), rows })
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn rows(&self) -> impl Iterator<Item = Cells<'_>> {
        self.rows.iter().map(|(line, record)| {
            let mut cells = Cells { sheet: self, line: *line, record, faults: Vec::new() };
            let (found, width) = (record.len(), self.width);
            if found < width || record.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
                cells.fault(say!("有 {found} 列，应为 {width} 列", "has {found} columns, not {width}"));
            }
            cells
        })
    }
}

fn decoded(bytes: &[u8]) -> Result<String, Message> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(say!("文件是 UTF-16 编码，请另存为“CSV UTF-8”", "the file is UTF-16: save it as \"CSV UTF-8\""));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| {
        say!(
            "文件不是 UTF-8 编码（可能是 GBK），请另存为“CSV UTF-8”",
            "the file is not UTF-8, perhaps GBK: save it as \"CSV UTF-8\""
        )
    })?;
    if text.contains('\0') {
        return Err(say!("文件不是文本", "the file is not a text"));
    }
    if text.matches('"').count() % 2 == 1 {
        return Err(say!("引号没有成对，文件可能不完整", "a quotation mark is not closed: the file may be cut off"));
    }
    Ok(text.to_owned())
}

fn columns(header: &StringRecord, known: &[&str], needed: &[&str]) -> Result<HashMap<String, usize>, Message> {
    let mut columns = HashMap::new();
    for (at, name) in header.iter().map(str::trim).enumerate().filter(|(_, name)| !name.is_empty()) {
        if !known.contains(&name) {
            let known = known.join(",");
            let told = name.chars().take(100).collect::<String>();
            return Err(match [';', '\t', '，'].into_iter().find(|mark| name.contains(*mark)) {
                Some(mark) => {
                    say!("列以“{mark}”分隔，应以英文逗号分隔", "the columns are separated by {mark:?}, not by commas")
                }
                None => {
                    say!("没有“{told}”这一列；各列为 {known}", "there is no column {told:?}; the columns are {known}")
                }
            });
        }
        if columns.insert(name.to_owned(), at).is_some() {
            return Err(say!("“{name}”一列出现了两次", "the column {name:?} comes twice"));
        }
    }
    match needed.iter().find(|name| !columns.contains_key(**name)) {
        Some(name) => Err(say!("缺少“{name}”一列", "the column {name:?} is missing")),
        None => Ok(columns),
    }
}

/// One row, and what is wrong with it.
pub struct Cells<'a> {
    sheet: &'a Sheet,
    pub line: usize,
    record: &'a StringRecord,
    pub faults: Vec<Message>,
}

impl Cells<'_> {
    pub fn fault(&mut self, message: Message) {
        self.faults.push(message);
    }

    /// A fault of one column.
    pub fn wrong(&mut self, column: &str, Message { zh, en }: Message) {
        self.fault(say!("{column}：{zh}", "{column}: {en}"));
    }

    /// What a column says, if anything.
    pub fn optional(&mut self, column: &str, longest: usize) -> Option<String> {
        let at = *self.sheet.columns.get(column)?;
        let text = clean(self.record.get(at).unwrap_or_default());
        if text.is_empty() {
            return None;
        }
        if text.chars().count() > longest {
            self.wrong(column, say!("最多 {longest} 个字", "takes at most {longest} characters"));
        }
        if let Err(unreadable) = readable(&text) {
            self.wrong(column, unreadable.message());
        }
        Some(text)
    }

    pub fn text(&mut self, column: &str, longest: usize) -> String {
        self.optional(column, longest).unwrap_or_else(|| {
            self.wrong(column, say!("必须填写", "must be given"));
            String::new()
        })
    }

    /// Digits that a spreadsheet may have taken for a number.
    pub fn digits(&mut self, column: &str) -> Option<String> {
        let text = self.optional(column, 40)?;
        if text.contains(['E', 'e']) && text.contains('+') {
            let message = say!(
                "“{text}”已被电子表格改成数字，请将此列设为文本后重新填写",
                "{text:?} was made a number by a spreadsheet: format the column as text and fill it in again"
            );
            self.wrong(column, message);
            return None;
        }
        Some(text.strip_suffix(".0").map_or(text.clone(), str::to_owned))
    }

    pub fn date(&mut self, column: &str) -> Option<NaiveDate> {
        let text = self.optional(column, 40)?;
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
        if day.is_none() {
            self.wrong(
                column,
                say!("日期应写作 2026-01-31，而非“{text}”", "a day is written as 2026-01-31, not {text:?}"),
            );
        }
        day
    }

    /// A word or number of some type.
    pub fn parsed<T: FromStr>(&mut self, column: &str) -> Option<T> {
        let text = self.optional(column, 100)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.wrong(column, say!("没有“{text}”这样的取值", "{text:?} is not a value of it"));
        }
        value
    }

    pub fn needed<T>(&mut self, column: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && self.faults.is_empty() {
            self.wrong(column, say!("必须填写", "must be given"));
        }
        value
    }

    /// Its faults, where there are any.
    pub fn into_fault(self) -> Option<Fault> {
        (!self.faults.is_empty()).then_some(Fault { line: self.line, messages: self.faults })
    }
}
