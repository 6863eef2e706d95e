//! What was found before the start, a line each, in both languages.

use std::fmt;

use tongxin_kernel::{error::Message, say};

use crate::app::StartError;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Configuration,
    Database,
    Clock,
    Policies,
    Keys,
    Issuers,
    Calendar,
    Redis,
    Listening,
    Start,
}

impl Area {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Configuration => ("配置", "configuration"),
            Self::Database => ("数据库", "database"),
            Self::Clock => ("时钟", "clock"),
            Self::Policies => ("权限规则", "policies"),
            Self::Keys => ("密钥", "keys"),
            Self::Issuers => ("签发者", "issuers"),
            Self::Calendar => ("工作日历", "calendar"),
            Self::Redis => ("Redis", "Redis"),
            Self::Listening => ("监听", "listening"),
            Self::Start => ("启动", "start"),
        }
    }
}

/// What a finding means for the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Right,
    /// The service starts, and something is not as one may think.
    Worth,
    /// It would not start.
    Wrong,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub weight: Weight,
    pub about: Area,
    pub what: Message,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.weight {
            Weight::Right => "✓",
            Weight::Worth => "!",
            Weight::Wrong => "✗",
        };
        let (about_zh, about_en) = self.about.words();
        // What a library says may have several lines.
        let [zh, en] = [&self.what.zh, &self.what.en].map(|text| text.trim().replace('\n', "; "));
        write!(f, "{mark} {about_zh}：{zh} · {about_en}: {en}")
    }
}

/// All of them, each told as soon as it is found.
pub struct Findings {
    all: Vec<Finding>,
    tell: fn(&Finding),
}

impl Findings {
    pub fn told_by(tell: fn(&Finding)) -> Self {
        Self { all: Vec::new(), tell }
    }

    pub fn all(&self) -> &[Finding] {
        &self.all
    }

    pub fn right(&mut self, about: Area, what: Message) {
        self.add(Finding { weight: Weight::Right, about, what });
    }

    pub fn worth(&mut self, about: Area, what: Message) {
        self.add(Finding { weight: Weight::Worth, about, what });
    }

    /// What the start would be refused for, in its own words.
    pub fn wrong(&mut self, about: Area, error: &StartError) {
        for what in error.told() {
            self.add(Finding { weight: Weight::Wrong, about, what });
        }
    }

    /// What a step of the start gives; nothing where that would end the start.
    pub fn step<T>(&mut self, about: Area, outcome: Result<T, StartError>) -> Option<T> {
        outcome.inspect_err(|error| self.wrong(about, error)).ok()
    }

    fn add(&mut self, finding: Finding) {
        (self.tell)(&finding);
        self.all.push(finding);
    }

    fn count(&self) -> usize {
        self.all.iter().filter(|finding| finding.weight == Weight::Wrong).count()
    }

    /// Whether nothing was found so far that stops the start.
    pub fn are_clear(&self) -> bool {
        self.count() == 0
    }

    /// Refuses where something stops the start.
    pub fn conclude(self) -> Result<(), StartError> {
        let count = self.count();
        if count == 0 {
            return Ok(());
        }
        let Message { zh, en } = say!("{count} 项会阻止启动", "the start is stopped by {count} of these");
        Err(StartError::Refused(format!("{zh} · {en}")))
    }
}
