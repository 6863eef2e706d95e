//! Places that the arguments of a read name: one that is not there is told, where else the list would just be empty.

use indexmap::IndexMap;

use super::reading::Reader;
use crate::{
    error::{BadField, Refusal, Result},
    say,
};

/// The path of the argument that names a place, by its code.
pub(crate) type NamedPlaces = IndexMap<String, String>;

/// Looks for those that are not known yet, before the read that names them: a place is looked for once in a process.
///
/// # Errors
/// `INVALID_INPUT`, `UNKNOWN_PLACE` at each path.
pub(crate) async fn ensure_known(reader: &impl Reader, named: NamedPlaces) -> Result<()> {
    let unknown = named.into_iter().filter(|(code, _)| !reader.places().know(code)).collect::<NamedPlaces>();
    if unknown.is_empty() {
        return Ok(());
    }
    let statement = {
        let codes = unknown.keys().cloned().collect::<Vec<_>>();
        let mut sql = reader.sql();
        sql.push("SELECT code, name FROM region WHERE code IN ").bind_list(&codes);
        sql.into_statement()
    };
    let found = reader.texts(statement).await?.into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    let missing = unknown.into_iter().filter(|(code, _)| !found.contains(code));
    let missing = missing.map(|(code, path)| {
        let code = code.chars().take(40).collect::<String>();
        let message = say!("没有代码为“{code}”的地方", "there is no place with the code \"{code}\"");
        BadField { path, code: "UNKNOWN_PLACE", message }
    });
    let missing = missing.collect::<Vec<_>>();
    found.into_iter().for_each(|code| reader.places().learn(code));
    if missing.is_empty() { Ok(()) } else { Err(Refusal::invalid_fields(missing)) }
}
