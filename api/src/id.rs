//! Ids: a short prefix that tells the type and a UUIDv7 in base32, so that they sort by the time they were made.

use chrono::{DateTime, Utc};
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::{NoContext, Timestamp, Uuid};

use crate::error::{Refusal, Result};

/// A new id such as `item_01j…`, made at `now`.
///
/// # Errors
/// `INTERNAL` for a prefix that is no lower-case word.
pub fn new_id(prefix: &str, now: DateTime<Utc>) -> Result<String> {
    let kind = DynamicType::new(prefix).map_err(Refusal::internal)?;
    Ok(TypeSafeId::from_type_and_uuid(kind, uuid_at(now)).to_string())
}

fn uuid_at(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}
