//! What can be wrong with a policy, in words and by line.

use std::fmt;

/// A sentence in both languages of the service. `Display` gives the English one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// `text!("没有 {x}", "no {x}")`: a [`Text`].
macro_rules! text {
    ($zh:literal, $en:literal) => {
        $crate::Text { zh: format!($zh), en: format!($en) }
    };
}
pub(crate) use text;

/// One fault of a policy, at its line. `Display` gives `claims.csv:12: what is wrong`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// From 1; 0 where the fault is of the whole file.
    pub line: u32,
    pub what: Text,
}

impl Problem {
    pub fn new(file: &str, line: u32, what: Text) -> Self {
        Self { file: file.to_owned(), line, what }
    }

    /// The same in Chinese.
    pub fn zh(&self) -> String {
        format!("{}: {}", self.place(), self.what.zh)
    }

    fn place(&self) -> String {
        if self.line == 0 { self.file.clone() } else { format!("{}:{}", self.file, self.line) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.what)
    }
}

/// Why there is no table. Nothing of a faulty policy is kept: the caller goes on with the table it has.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Every fault found, in the order of the files.
    #[error("the policy is not valid:\n{}", lines(.0))]
    Invalid(Vec<Problem>),
    /// Casbin could not answer.
    #[error("Casbin: {0}")]
    Casbin(#[from] casbin::Error),
    /// Casbin's answer has no line that explains it, or a line has no effect. The two must say the same.
    #[error("Casbin and the policy lines disagree on {0}")]
    Disagreement(String),
    /// A policy file could not be read.
    #[error("{path}: {cause}")]
    Unreadable { path: String, cause: std::io::Error },
    /// The text is not a bundle of policy files.
    #[error("not a policy bundle: {0}")]
    Bundle(String),
    /// The compiling thread ended before its answer, as when the runtime shuts down.
    #[error("compiling the policy was cut off")]
    CutOff,
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
