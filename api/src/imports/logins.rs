//! `logins.csv`: which person an issuer's subject is. Only an operator links in bulk; else the person does, by a code.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use tongxin_entity::person_link;
use tongxin_kernel::say;

use super::{ImportError, Kind, read_all, run::Run, sheet::Sheet};

pub const KIND: Kind = Kind {
    name: "logins",
    columns: &["externalId", "person", "issuer", "subject"],
    needed: &["externalId", "person", "issuer", "subject"],
    places: &[],
};

pub async fn write(run: &mut Run<'_>, sheet: &Sheet) -> Result<(), ImportError> {
    let items = read_all(run, sheet, |run, cells| {
        let (name, known) = run.named(cells);
        let person = run.refers(cells, "person", "people");
        let (issuer, subject) = (cells.text("issuer", 200), cells.text("subject", 200));
        let person_id = cells.needed("person", person)?;
        Some((name, known, person_link::Model { id: String::new(), issuer, subject, person_id, created_at: run.now }))
    })?;
    for (line, (name, known, item)) in items {
        let linked = person_link::Entity::find()
            .filter(person_link::Column::Issuer.eq(&item.issuer))
            .filter(person_link::Column::Subject.eq(&item.subject))
            .one(run.tx)
            .await?;
        if linked.is_some_and(|linked| linked.person_id != item.person_id) {
            let message = say!("此登录已与另一人关联", "the login is linked to somebody else");
            return Err(ImportError::Refused(vec![crate::divisions::Fault { line, messages: vec![message] }]));
        }
        let is = |id, was: Option<&person_link::Model>| {
            let created_at = was.map_or(item.created_at, |was| was.created_at);
            person_link::Model { id, created_at, ..item }
        };
        run.keep::<person_link::Entity>(line, (name, known), "link", is).await?;
    }
    Ok(())
}
