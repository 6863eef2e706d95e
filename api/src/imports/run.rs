//! One file on its way into the database: what is known already, what it brings, and what of it is audited.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue::Set, ColumnTrait as _, ConnectionTrait as _,
    DatabaseTransaction, DbBackend, DbErr, EntityTrait, IntoActiveModel, PrimaryKeyTrait, QueryFilter as _,
};
use serde_json::json;
use tongxin_entity::{compound, external_id, import_run, organisation, person, region};
use tongxin_kernel::{
    id::new_id,
    privacy::SealingKeys,
    say,
    who::{Deed, Operator},
};
use tongxin_policies::Table;

use super::{By, ImportError, refused::refused, sheet::Cells};
use crate::divisions::Fault;

/// Rows of one statement.
pub const CHUNK: usize = 500;

/// What an import brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub new: i32,
    pub changed: i32,
    pub unchanged: i32,
}

/// What one file is imported with.
pub struct Run<'a> {
    pub tx: &'a DatabaseTransaction,
    pub policy: &'a Table,
    pub sealing: &'a SealingKeys,
    pub now: DateTime<Utc>,
    pub source: &'a str,
    pub operator: &'a Operator,
    pub id: String,
    pub sheet: &'static str,
    pub counts: Counts,
    pub faults: Vec<Fault>,
    pub organisations: HashMap<String, organisation::Model>,
    pub compounds: HashMap<String, compound::Model>,
    regions: HashSet<String>,
    /// What the source calls what, by sheet and name.
    names: HashMap<(String, String), String>,
    seen: HashMap<String, usize>,
    fresh: Vec<external_id::ActiveModel>,
}

impl<'a> Run<'a> {
    pub async fn begin(
        tx: &'a DatabaseTransaction,
        sheet: &'static str,
        &By { policy, sealing, clock, source, operator }: &By<'a>,
    ) -> Result<Self, ImportError> {
        let now = clock.now();
        if tx.get_database_backend() == DbBackend::Postgres {
            // Two imports at once take turns; whoever reads or writes other tables does not wait.
            tx.execute_unprepared("LOCK TABLE import_run IN SHARE ROW EXCLUSIVE MODE").await?;
        }
        let names = external_id::Entity::find().filter(external_id::Column::Source.eq(source)).all(tx).await?;
        let organisations = organisation::Entity::find().all(tx).await?;
        let compounds = compound::Entity::find().all(tx).await?;
        Ok(Self {
            tx,
            policy,
            sealing,
            now,
            source,
            operator,
            id: id("import", now)?,
            sheet,
            counts: Counts::default(),
            faults: Vec::new(),
            organisations: organisations.into_iter().map(|one| (one.id.clone(), one)).collect(),
            compounds: compounds.into_iter().map(|one| (one.id.clone(), one)).collect(),
            regions: HashSet::new(),
            names: names.into_iter().map(|one| ((one.sheet, one.external_id), one.object_id)).collect(),
            seen: HashMap::new(),
            fresh: Vec::new(),
        })
    }

    /// Learns which of the places there are.
    pub async fn learn_places(&mut self, codes: impl IntoIterator<Item = String>) -> Result<(), DbErr> {
        let codes = codes.into_iter().collect::<HashSet<_>>().into_iter().collect::<Vec<_>>();
        for chunk in codes.chunks(CHUNK) {
            let known = region::Entity::find().filter(region::Column::Code.is_in(chunk)).all(self.tx).await?;
            self.regions.extend(known.into_iter().map(|region| region.code));
        }
        Ok(())
    }

    /// The persons of these ids.
    pub async fn people(&self, ids: &[String]) -> Result<HashMap<String, person::Model>, DbErr> {
        let mut all = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let found = person::Entity::find().filter(person::Column::Id.is_in(chunk)).all(self.tx).await?;
            all.extend(found.into_iter().map(|person| (person.id.clone(), person)));
        }
        Ok(all)
    }

    /// The row with this id.
    pub async fn one<E>(&self, id: Option<&str>) -> Result<Option<E::Model>, DbErr>
    where
        E: EntityTrait,
        <E::PrimaryKey as PrimaryKeyTrait>::ValueType: From<String>,
    {
        match id {
            Some(id) => E::find_by_id(id.to_owned()).one(self.tx).await,
            None => Ok(None),
        }
    }

    /// The compound that the source calls so, or that has this id.
    pub fn compound_called(&self, name: &str) -> Option<&compound::Model> {
        let known = self.names.get(&("compounds".to_owned(), name.to_owned()));
        self.compounds.get(known.map_or(name, String::as_str))
    }

    /// How the source calls the row, and what was called so before.
    pub fn named(&mut self, cells: &mut Cells<'_>) -> (String, Option<String>) {
        let name = cells.text("externalId", 100);
        if let Some(first) = self.seen.insert(name.clone(), cells.line)
            && !name.is_empty()
        {
            cells.wrong("externalId", say!("与第 {first} 行重复", "the same as in line {first}"));
        }
        let known = self.names.get(&(self.sheet.to_owned(), name.clone())).cloned();
        (name, known)
    }

    /// What a column refers to: by the name that the source gave it in that sheet, or by its id here.
    pub fn refers(&self, cells: &mut Cells<'_>, column: &str, sheet: &str) -> Option<String> {
        let name = cells.optional(column, 100)?;
        if let Some(id) = self.names.get(&(sheet.to_owned(), name.clone())) {
            return Some(id.clone());
        }
        if self.organisations.contains_key(&name) || self.compounds.contains_key(&name) || name.starts_with("person_") {
            return Some(name);
        }
        cells.wrong(column, say!("{sheet} 中没有“{name}”", "there is no {name:?} among the {sheet}"));
        None
    }

    /// The code of a place that there is.
    pub fn place(&self, cells: &mut Cells<'_>, column: &str) -> String {
        let Some(code) = cells.digits(column) else {
            if cells.faults.is_empty() {
                cells.wrong(column, say!("必须填写", "must be given"));
            }
            return String::new();
        };
        if !self.regions.contains(&code) {
            cells.wrong(column, say!("没有统计代码为“{code}”的地点", "there is no place with the code {code:?}"));
        }
        code
    }

    /// Keeps how the source calls what is new.
    pub fn keep_name(&mut self, name: String, object: &str) {
        self.names.insert((self.sheet.to_owned(), name.clone()), object.to_owned());
        self.fresh.push(external_id::ActiveModel {
            source: Set(self.source.to_owned()),
            sheet: Set(self.sheet.to_owned()),
            external_id: Set(name),
            object_id: Set(object.to_owned()),
            import_id: Set(self.id.clone()),
        });
    }

    /// Takes a row under its name: `is` makes it of its id and of what was known. What was written, if anything was.
    pub async fn keep<E>(
        &mut self,
        line: usize,
        (name, known): (String, Option<String>),
        prefix: &str,
        is: impl FnOnce(String, Option<&E::Model>) -> E::Model,
    ) -> Result<Option<(String, E::Model)>, ImportError>
    where
        E: EntityTrait,
        <E::PrimaryKey as PrimaryKeyTrait>::ValueType: From<String>,
        E::Model: IntoActiveModel<E::ActiveModel> + PartialEq + Clone,
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    {
        let was = self.one::<E>(known.as_deref()).await?;
        let id = match known {
            Some(id) => id,
            None => self.new_id(prefix)?,
        };
        let is = is(id.clone(), was.as_ref());
        let written = self.take::<E>(line, is.clone(), was.as_ref()).await?;
        if was.is_none() {
            self.keep_name(name.clone(), &id);
        }
        Ok(written.then_some((name, is)))
    }

    /// Takes a row: new, or otherwise than what was known, or the same. Whether it was written.
    pub async fn take<E>(&mut self, line: usize, is: E::Model, was: Option<&E::Model>) -> Result<bool, ImportError>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel> + PartialEq,
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    {
        let written = match was {
            Some(was) if *was == is => {
                self.counts.unchanged += 1;
                return Ok(false);
            }
            Some(_) => {
                self.counts.changed += 1;
                is.into_active_model().reset_all().update(self.tx).await.map(drop)
            }
            None => {
                self.counts.new += 1;
                E::insert(is.into_active_model()).exec_without_returning(self.tx).await.map(drop)
            }
        };
        written.map(|()| true).map_err(|error| refused(line, error))
    }

    /// Inserts rows that are new, up to [`CHUNK`].
    pub async fn insert_all<E>(&mut self, rows: Vec<E::ActiveModel>) -> Result<(), DbErr>
    where
        E: EntityTrait,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        if rows.is_empty() {
            return Ok(());
        }
        self.counts.new += i32::try_from(rows.len()).unwrap_or(i32::MAX);
        E::insert_many(rows).exec_without_returning(self.tx).await.map(drop)
    }

    /// The entry of one object that came or changed.
    pub async fn audit(&self, subject: &str, at: &str, after: serde_json::Value) -> Result<(), ImportError> {
        let region = Some(at).filter(|code| !code.is_empty());
        let deed = Deed { action: "importFacts", subject, region, after: Some(after), ..Deed::default() };
        Ok(self.operator.audit(self.tx, self.now, deed).await?)
    }

    /// Writes that the file was taken, and the names that it brought.
    pub async fn conclude(&mut self, digest: String) -> Result<(), ImportError> {
        let Counts { new, changed, unchanged } = self.counts;
        let after = json!({
            "sheet": self.sheet, "source": self.source, "digest": digest, "new": new, "changed": changed,
            "unchanged": unchanged,
        });
        self.audit(&self.id, "", after).await?;
        let run = import_run::ActiveModel {
            id: Set(self.id.clone()),
            sheet: Set(self.sheet.to_owned()),
            source: Set(self.source.to_owned()),
            digest: Set(digest),
            rows_new: Set(new),
            rows_changed: Set(changed),
            rows_unchanged: Set(unchanged),
            made_by: Set(self.operator.actor()),
            created_at: Set(self.now),
        };
        import_run::Entity::insert(run).exec_without_returning(self.tx).await?;
        for chunk in std::mem::take(&mut self.fresh).chunks(CHUNK) {
            external_id::Entity::insert_many(chunk.to_vec()).exec_without_returning(self.tx).await?;
        }
        Ok(())
    }

    pub fn new_id(&self, prefix: &str) -> Result<String, ImportError> {
        id(prefix, self.now)
    }
}

fn id(prefix: &str, now: DateTime<Utc>) -> Result<String, ImportError> {
    new_id(prefix, now).map_err(|refusal| ImportError::Unable(refusal.to_string()))
}
