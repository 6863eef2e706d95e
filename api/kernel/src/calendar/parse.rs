//! The calendar as a file: `day,HOLIDAY|WORKDAY,name`, one exception a line.

use std::{collections::BTreeMap, fmt};

use chrono::{Datelike as _, NaiveDate};
use csv::{ReaderBuilder, StringRecord, Trim};

use super::{Calendar, Kind, is_weekend};
use crate::{error::Message, say, scalars};

const HEADER: [&str; 3] = ["day", "kind", "name"];
/// The longest name of a day, in characters.
const NAME: usize = 50;

/// A line of the file and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFault {
    /// Counted from 1.
    pub line: usize,
    pub message: Message,
}

impl fmt::Display for CalendarFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {} ({})", self.line, self.message.en, self.message.zh)
    }
}

impl Calendar {
    /// Reads UTF-8, with or without a byte order mark and the header `day,kind,name`.
    ///
    /// # Errors
    /// Every line that is wrong; nothing of the file is taken then.
    pub fn parse(file: &[u8]) -> Result<Self, Vec<CalendarFault>> {
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        let (mut days, mut lines, mut faults) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        // A line is a row, so that each is told by the number that an editor gives it.
        for (line, text) in (1..).zip(file.split(|byte| *byte == b'\n')) {
            let mut reader = ReaderBuilder::new().has_headers(false).trim(Trim::All).from_reader(text);
            let row = match reader.records().next() {
                None => continue,
                Some(Ok(record)) if line == 1 && record == HEADER[..] => continue,
                Some(Ok(record)) => exception(&record),
                Some(Err(_)) => Err(say!("不是 UTF-8 编码的 CSV", "is not CSV in UTF-8")),
            };
            let row = row.and_then(|(day, told)| match lines.insert(day, line) {
                Some(first) => Err(say!("{day} 已在第 {first} 行", "{day} stands on line {first} already")),
                None => Ok((day, told)),
            });
            match row {
                Ok((day, told)) => drop(days.insert(day, told)),
                Err(message) => faults.push(CalendarFault { line, message }),
            }
        }
        if days.is_empty() && faults.is_empty() {
            faults.push(CalendarFault {
                line: 1, message: say!("文件中没有任何日期", "the file tells of no day")
            });
        }
        if faults.is_empty() { Ok(Self::new(days)) } else { Err(faults) }
    }
}

fn exception(record: &StringRecord) -> Result<(NaiveDate, (Kind, String)), Message> {
    let (Some(day), Some(kind), Some(name), 3) = (record.get(0), record.get(1), record.get(2), record.len()) else {
        let columns = record.len();
        return Err(say!(
            "有 {columns} 列，应为 3 列：日期、类别、名称",
            "has {columns} columns, not 3: day, kind, name"
        ));
    };
    let Some(date) = scalars::day(day).filter(|day| (1900..=2999).contains(&day.year())) else {
        return Err(say!("“{day}”不是 2026-02-14 这样的日期", "{day:?} is not a day such as 2026-02-14"));
    };
    let kind = match kind.parse::<Kind>() {
        Ok(kind @ (Kind::Holiday | Kind::Workday)) => kind,
        _ => return Err(say!("类别“{kind}”应为 HOLIDAY 或 WORKDAY", "the kind is {kind:?}, not HOLIDAY or WORKDAY")),
    };
    if kind == Kind::Workday && !is_weekend(date) {
        let message = say!(
            "{day} 是周一至周五，本就上班，请核对日期",
            "{day} is a Monday to Friday and worked anyway: check the day"
        );
        return Err(message);
    }
    let length = name.chars().count();
    if !(1..=NAME).contains(&length) {
        return Err(say!(
            "名称应有 1 到 {NAME} 个字，收到 {length} 个",
            "the name has {length} characters, not 1 to {NAME}"
        ));
    }
    Ok((date, (kind, name.to_owned())))
}
