//! What makes a file of divisions sound. Pure: it knows the file and which codes the database has.

use std::collections::{HashMap, HashSet};

use tongxin_entity::region::{RegionKind, RegionLevel};
use tongxin_kernel::{error::Message, input::clean, say};

use super::{
    Fault,
    names::{doubts, faults_of},
    parse::{Parsed, Row},
};

/// A sound file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// From the top down.
    pub divisions: Vec<Division>,
    /// Rows among them whose names are doubtful.
    pub warnings: Vec<Fault>,
}

/// A sound row.
#[derive(Debug, PartialEq, Eq)]
pub struct Division {
    pub code: String,
    pub level: RegionLevel,
    pub kind: RegionKind,
    pub name: String,
    pub parent: Option<String>,
}

/// Parents that the file itself does not hold: they must be in the database already.
pub fn parents_elsewhere(parsed: &Parsed) -> HashSet<&str> {
    // A row whose code is refused for the blanks around it makes no orphans of those below it.
    let own: HashSet<&str> = parsed.rows.iter().map(|row| row.code.trim()).collect();
    let parents = parsed.rows.iter().map(|row| row.parent.as_str());
    parents.filter(|parent| !parent.is_empty() && !own.contains(parent) && !parsed.unread.contains(*parent)).collect()
}

/// What a sound file holds, or every row of it that is refused, by line.
pub fn check(parsed: Parsed, known: &HashSet<String>) -> Result<Checked, Vec<Fault>> {
    let missing: HashSet<String> =
        parents_elsewhere(&parsed).into_iter().filter(|code| !known.contains(*code)).map(str::to_owned).collect();
    let mut faults = parsed.faults;
    let mut first_lines = HashMap::with_capacity(parsed.rows.len());
    let mut checked = Checked { divisions: Vec::with_capacity(parsed.rows.len()), ..Checked::default() };
    for row in parsed.rows {
        let line = row.line;
        let first = *first_lines.entry(row.code.clone()).or_insert(line);
        let repeated = (first != line).then(|| say!("代码与第 {first} 行重复", "repeats the code of line {first}"));
        let row = check_row(row, &missing);
        if let (Ok(division), None) = (&row, &repeated) {
            let messages = doubts(&division.name);
            if !messages.is_empty() {
                checked.warnings.push(Fault { line, messages });
            }
        }
        match row {
            Ok(division) if repeated.is_none() => checked.divisions.push(division),
            row => {
                let messages = row.err().into_iter().flatten().chain(repeated).collect();
                faults.push(Fault { line, messages });
            }
        }
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.line);
        return Err(faults);
    }
    // A parent must be in its table before its children.
    checked.divisions.sort_by(|a, b| (a.code.len(), &a.code).cmp(&(b.code.len(), &b.code)));
    Ok(checked)
}

fn check_row(row: Row, missing: &HashSet<String>) -> Result<Division, Vec<Message>> {
    let Row { code, level, name, parent, .. } = row;
    let mut faults = Vec::new();
    let mut keep = |checked: Result<(), Message>| faults.extend(checked.err());
    let by_code = level_of(&code);
    if let Err(fault) = &by_code {
        keep(Err(fault.clone()));
    }
    let by_word = level_named(&level);
    keep(match (by_code.as_ref().ok(), by_word) {
        (_, None) => Err(say!("级别 {level:?} 应为 {WORDS}", "the level {level:?} is none of {WORDS}")),
        (Some(of_code), Some(of_word)) if *of_code != of_word => {
            let length = code.len();
            Err(say!("级别 {level} 与 {length} 位代码不符", "the level {level} does not fit a code of {length} digits"))
        }
        _ => Ok(()),
    });
    if let Ok(level) = by_code {
        keep(check_parent(&code, level, &parent, missing));
    }
    let name = clean(&name);
    faults.extend(faults_of(&name));
    match by_code {
        Ok(level) if faults.is_empty() => {
            let parent = (!parent.is_empty()).then_some(parent);
            Ok(Division { kind: kind_of(level, &code), code, level, name, parent })
        }
        _ => Err(faults),
    }
}

const WORDS: &str = "city, district, street, community";

fn level_named(word: &str) -> Option<RegionLevel> {
    Some(match word {
        "city" => RegionLevel::City,
        "district" => RegionLevel::District,
        "street" => RegionLevel::Street,
        "community" => RegionLevel::Community,
        _ => return None,
    })
}

fn level_of(code: &str) -> Result<RegionLevel, Message> {
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(say!("代码 {code:?} 应全为数字", "the code {code:?} is not of digits"));
    }
    Ok(match code.len() {
        4 => RegionLevel::City,
        6 => RegionLevel::District,
        9 => RegionLevel::Street,
        12 => RegionLevel::Community,
        length => {
            return Err(say!(
                "代码为 {length} 位，应为 4、6、9 或 12 位",
                "the code has {length} digits, not 4, 6, 9 or 12"
            ));
        }
    })
}

fn check_parent(code: &str, level: RegionLevel, parent: &str, missing: &HashSet<String>) -> Result<(), Message> {
    let above = match level {
        RegionLevel::City => "",
        RegionLevel::District => &code[..4],
        RegionLevel::Street => &code[..6],
        RegionLevel::Community => &code[..9],
    };
    if parent != above {
        return Err(say!("上级 {parent:?} 应为 {above:?}", "the parent {parent:?} must be {above:?}"));
    }
    if missing.contains(parent) {
        return Err(say!(
            "上级 {parent} 既不在文件中，也不在库中",
            "the parent {parent} is neither in the file nor in the database"
        ));
    }
    Ok(())
}

/// The kind of a division, by the last three digits of its code (statistical rules for division codes).
pub fn kind_of(level: RegionLevel, code: &str) -> RegionKind {
    let last =
        code.get(code.len().saturating_sub(3)..).and_then(|digits| digits.parse::<u16>().ok()).unwrap_or_default();
    match (level, last) {
        (RegionLevel::City, _) => RegionKind::City,
        (RegionLevel::District, _) => RegionKind::District,
        (RegionLevel::Street, 1..=99) => RegionKind::Street,
        (RegionLevel::Street, 100..=199) => RegionKind::Town,
        (RegionLevel::Street, 200..=399) => RegionKind::Township,
        (RegionLevel::Street, _) => RegionKind::Zone,
        (RegionLevel::Community, 1..=199) => RegionKind::ResidentsCommittee,
        (RegionLevel::Community, 200..=399) => RegionKind::VillagersCommittee,
        (RegionLevel::Community, _) => RegionKind::Other,
    }
}
