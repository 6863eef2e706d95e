//! The policies that a database keeps: the highest version is in force, and what does not compile is never kept.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tongxin_entity::policy_bundle;
use tongxin_policies::{PolicyError, PolicySource, Table};

use super::operator::{Deed, Operator};
use crate::{
    error::{BadField, Message, Refusal, Result},
    say, store,
};

/// The version that stands for the policy that the binary was built with.
pub const BUILT_IN: i64 = 0;

/// One version of the policies as the database keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyBundle {
    pub version: i64,
    /// SHA-256 of the bundle's text.
    pub digest: String,
    pub applied_at: DateTime<Utc>,
    pub applied_by: String,
}

impl From<policy_bundle::Model> for PolicyBundle {
    fn from(model: policy_bundle::Model) -> Self {
        let policy_bundle::Model { version, digest, applied_at, applied_by, .. } = model;
        Self { version, digest, applied_at, applied_by }
    }
}

/// Puts a policy in force, in this database and so in every process that serves from it. A policy that is in force
/// already stays as it is. What changed, and by whom, goes into the audit in the same transaction.
///
/// # Errors
/// `INVALID_INPUT` naming every faulty line, and nothing is kept; `CONFLICT` when another policy was applied meanwhile.
pub async fn apply_policy(
    db: &DatabaseConnection,
    source: &PolicySource,
    by: &Operator,
    now: DateTime<Utc>,
) -> Result<PolicyBundle> {
    Table::compile(source).await.map_err(|error| refusal(&error, ""))?;
    let body = source.to_bundle();
    let digest = digest(&body);
    let tx = store::begin(db, None).await?;
    let newest = newest(&tx).await?;
    if let Some(newest) = &newest
        && newest.digest == digest
    {
        return Ok(newest.clone().into());
    }
    let before = newest.as_ref().map_or(BUILT_IN, |newest| newest.version);
    let version = before + 1;
    let row = policy_bundle::ActiveModel {
        version: Set(version),
        digest: Set(digest.clone()),
        body: Set(body),
        applied_at: Set(now),
        applied_by: Set(by.to_string()),
    };
    let fresh = policy_bundle::Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
    if fresh.exec_without_returning(&tx).await? == 0 {
        let message =
            say!("另一份策略已先生效，请核对后重试", "another policy was applied first; compare before trying again");
        return Err(Refusal::conflict(message, version));
    }
    let before = json!({"version": before, "digest": newest.map(|newest| newest.digest)});
    let after = json!({"version": version, "digest": digest});
    let deed =
        Deed { action: "applyPolicy", subject: "policy", before: Some(before), after: Some(after), ..Deed::default() };
    by.audit(&tx, now, deed).await?;
    tx.commit().await?;
    Ok(PolicyBundle { version, digest, applied_at: now, applied_by: by.to_string() })
}

/// The policies that this database has in force, compiled, with their version: the newest bundle, or the built-in ones
/// where none was ever applied.
///
/// # Errors
/// `INVALID_INPUT` when the newest bundle is broken: older or built-in policies might allow what it forbids.
pub async fn load_policy(db: &impl ConnectionTrait) -> Result<(Table, i64)> {
    let bundle = newest(db).await?;
    let version = bundle.as_ref().map_or(BUILT_IN, |bundle| bundle.version);
    let table = compile(bundle.as_ref()).await.map_err(|error| refusal(&error, &format!("policy {version}: ")))?;
    Ok((table, version))
}

pub(crate) async fn newest(db: &impl ConnectionTrait) -> Result<Option<policy_bundle::Model>, DbErr> {
    policy_bundle::Entity::find().order_by_desc(policy_bundle::Column::Version).one(db).await
}

pub(crate) async fn newest_version(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let found = policy_bundle::Entity::find().select_only().column(policy_bundle::Column::Version);
    let found = found.order_by_desc(policy_bundle::Column::Version).limit(1).into_tuple().one(db).await?;
    Ok(found.unwrap_or(BUILT_IN))
}

/// Compiles a bundle, or the built-in policy.
pub(crate) async fn compile(bundle: Option<&policy_bundle::Model>) -> Result<Table, PolicyError> {
    let Some(bundle) = bundle else { return Table::compile(&PolicySource::embedded()).await };
    if digest(&bundle.body) != bundle.digest {
        return Err(PolicyError::Bundle("its text does not have its digest".to_owned()));
    }
    Table::compile(&PolicySource::from_bundle(&bundle.body)?).await
}

fn digest(body: &str) -> String {
    hex::encode(Sha256::digest(body))
}

fn refusal(error: &PolicyError, prefix: &str) -> Refusal {
    const CODE: &str = "INVALID_POLICY";
    let PolicyError::Invalid(problems) = error else {
        let message = say!("策略无法编译，详见 detail", "{error}");
        return Refusal::invalid(format!("{prefix}policy"), CODE, message).with("detail", error.to_string());
    };
    let field = |problem: &tongxin_policies::Problem| BadField {
        path: format!("{prefix}{}:{}", problem.file, problem.line),
        code: CODE,
        message: Message { zh: problem.what.zh.clone(), en: problem.what.en.clone() },
    };
    Refusal::invalid_fields(problems.iter().map(field).collect())
}
