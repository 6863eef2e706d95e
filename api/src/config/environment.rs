//! The environment as a source: one variable for each key, `TONGXIN_` and the key in capitals, dots as underscores.

use std::path::PathBuf;

use figment::{
    Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};
use serde_json::Value as Json;
use tongxin_kernel::say;

use super::{Config, ConfigError};

const PREFIX: &str = "TONGXIN_";
/// Read by tests, not by the service.
const TESTS: &str = "TONGXIN_TEST_";
const FILE: &str = "TONGXIN_CONFIG";

/// What the environment says.
#[derive(Default)]
pub(super) struct Environment {
    pub file: Option<PathBuf>,
    /// Key, variable, value.
    pub values: Vec<(String, String, Value)>,
}

impl Environment {
    pub fn read(base: &Config, vars: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let known = keys(base);
        let (mut environment, mut unknown) = (Self::default(), Vec::new());
        for (variable, text) in vars {
            if variable == FILE {
                environment.file = Some(text).filter(|file| !file.is_empty()).map(PathBuf::from);
                continue;
            }
            let name = match variable.as_str() {
                "DATABASE_URL" | "REDIS_URL" => variable.as_str(),
                _ if variable.starts_with(TESTS) => continue,
                _ => match variable.strip_prefix(PREFIX) {
                    Some(name) => name,
                    None => continue,
                },
            };
            let Some((key, default)) = known.iter().find(|(key, _)| variable_name(key) == name) else {
                unknown.push(say!("{variable}：没有此项设置", "{variable}: there is no such setting"));
                continue;
            };
            // An empty variable says nothing, as compose files pass on what nobody has set.
            if text.is_empty() {
                continue;
            }
            // A key of text is never read as a number.
            let value = match default {
                Json::String(_) | Json::Null => Value::from(text),
                _ => text.parse().unwrap_or_else(|never| match never {}),
            };
            // TONGXIN_DATABASE_URL goes before DATABASE_URL, whatever their order.
            let at = if variable.starts_with(PREFIX) { environment.values.len() } else { 0 };
            environment.values.insert(at, (key.clone(), variable, value));
        }
        if unknown.is_empty() { Ok(environment) } else { Err(ConfigError(unknown)) }
    }
}

pub(super) fn variable_name(key: &str) -> String {
    key.replace('.', "_").to_ascii_uppercase()
}

/// All keys with their values, dotted.
pub(super) fn keys(config: &Config) -> Vec<(String, Json)> {
    let mut keys = Vec::new();
    flatten("", serde_json::to_value(config).unwrap_or_default(), &mut keys);
    keys
}

/// All keys that are whole numbers.
pub(super) fn figures(config: &Config) -> impl Iterator<Item = (String, u64)> {
    keys(config).into_iter().filter_map(|(key, value)| Some((key, value.as_u64()?)))
}

fn flatten(path: &str, value: Json, keys: &mut Vec<(String, Json)>) {
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                flatten(&path, value, keys);
            }
        }
        leaf => keys.push((path.to_owned(), leaf)),
    }
}

/// One variable, so that an error names it.
pub(super) struct Variable {
    pub key: String,
    pub variable: String,
    pub value: Value,
}

impl Provider for Variable {
    fn metadata(&self) -> Metadata {
        Metadata::named(format!("the environment variable {}", self.variable))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let nested = figment::util::nest(&self.key, self.value.clone());
        Ok(Map::from([(Profile::Default, nested.into_dict().unwrap_or_default())]))
    }
}
