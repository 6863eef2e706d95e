//! Where the policy comes from: built in, a folder, or one text that a database can keep.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use crate::{PolicyError, rules::Rules};

/// The file that holds the Casbin model.
pub(crate) const MODEL: &str = "model.conf";

macro_rules! built_in {
    ($($name:literal)*) => { [$(($name, include_str!(concat!("../", $name)))),*] };
}

/// The text of a policy: the Casbin model, and the rules in files by name. Not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySource {
    pub(crate) model: String,
    pub(crate) files: BTreeMap<String, String>,
}

impl PolicySource {
    /// A policy from its parts: the model, and `(file name, text)` of each CSV.
    pub fn new(model: impl Into<String>, files: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { model: model.into(), files: files.into_iter().collect() }
    }

    /// The policy that the binary was built with.
    pub fn embedded() -> Self {
        let files = built_in!(
            "audit.csv" "claims.csv" "contracts.csv" "foundings.csv" "implementations.csv" "invariants.csv" "organisations.csv" "people.csv" "posts.csv"
            "priorities.csv" "ratings.csv" "recusal.csv" "regions.csv" "roles.csv" "seats.csv" "service_items.csv"
        );
        Self::new(include_str!("../model.conf"), files.map(|(name, text)| (name.to_owned(), text.to_owned())))
    }

    /// Reads `model.conf` and every `*.csv` of a folder, except the test files.
    pub fn from_dir(path: impl AsRef<Path>) -> Result<Self, PolicyError> {
        let path = path.as_ref();
        let mut files = csv_files(path)?;
        files.retain(|name, _| !name.ends_with(".test.csv"));
        Ok(Self { model: read(&path.join(MODEL))?, files })
    }

    /// All files as one text, each after a line `==> name <==`.
    pub fn to_bundle(&self) -> String {
        let mut bundle = String::new();
        let files = self.files.iter().map(|(name, text)| (name.as_str(), text));
        for (name, text) in std::iter::once((MODEL, &self.model)).chain(files) {
            let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            write!(bundle, "==> {name} <==\n{text}{end}").expect("writing to a String cannot fail");
        }
        bundle
    }

    /// The inverse of [`to_bundle`](Self::to_bundle); line numbers stay those of the files.
    pub fn from_bundle(bundle: &str) -> Result<Self, PolicyError> {
        let mut files = BTreeMap::<String, String>::new();
        let mut current = None;
        for (i, line) in bundle.split_inclusive('\n').enumerate() {
            let title = line.trim().strip_prefix("==> ").and_then(|rest| rest.strip_suffix(" <=="));
            if let Some(name) = title {
                if files.insert(name.to_owned(), String::new()).is_some() {
                    return Err(PolicyError::Bundle(format!("line {}: {name} comes twice", i + 1)));
                }
                current = files.get_mut(name);
            } else if let Some(text) = &mut current {
                text.push_str(line);
            } else {
                return Err(PolicyError::Bundle(format!("line {}: a line `==> name <==` must come first", i + 1)));
            }
        }
        let model = files.remove(MODEL).ok_or_else(|| PolicyError::Bundle(format!("{MODEL} is missing")))?;
        Ok(Self { model, files })
    }

    /// Every line as Casbin reads it: those that speak of a class once for each of its actions.
    ///
    /// # Errors
    /// The faults of the lines.
    pub fn to_casbin(&self) -> Result<String, PolicyError> {
        let mut problems = Vec::new();
        let rules = Rules::read(self, &mut problems);
        if !problems.is_empty() {
            return Err(PolicyError::Invalid(problems));
        }
        let links = rules.links.iter().map(|link| format!("g, {}, {}", link.child, link.parent));
        Ok(rules.rules.iter().map(crate::Rule::to_line).chain(links).collect::<Vec<_>>().join("\n"))
    }

    /// The names and texts of the rule files, in the order in which they are read.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

/// Every `*.csv` of a folder by name.
pub(crate) fn csv_files(path: &Path) -> Result<BTreeMap<String, String>, PolicyError> {
    let unreadable = |cause| PolicyError::Unreadable { path: path.display().to_string(), cause };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".csv") {
            files.insert(name, read(&entry.path())?);
        }
    }
    Ok(files)
}

fn read(path: &Path) -> Result<String, PolicyError> {
    let text = fs::read_to_string(path);
    // Spreadsheets put a byte order mark before the first line.
    text.map(|text| text.trim_start_matches('\u{feff}').to_owned())
        .map_err(|cause| PolicyError::Unreadable { path: path.display().to_string(), cause })
}
