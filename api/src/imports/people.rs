//! `people.csv`

use sea_orm::IntoActiveModel as _;
use secrecy::ExposeSecret as _;
use tongxin_entity::person;
use tongxin_kernel::{
    privacy::{Phone, Sealed},
    say,
};

use super::{
    ImportError, Kind, read_all,
    run::{CHUNK, Run},
    sheet::Sheet,
};

pub const KIND: Kind = Kind {
    name: "people",
    columns: &["externalId", "name", "regionCode", "compound", "phone"],
    needed: &["externalId", "name", "regionCode"],
    places: &["regionCode"],
};

/// A row as it is to be, with its number unsealed.
struct Item {
    name: String,
    known: Option<String>,
    called: String,
    home: Option<String>,
    registered: Option<String>,
    compound: Option<String>,
    phone: Option<Phone>,
}

pub async fn write(run: &mut Run<'_>, sheet: &Sheet) -> Result<(), ImportError> {
    let items = read_all(run, sheet, |run, cells| {
        let (name, known) = run.named(cells);
        let code = run.place(cells, "regionCode");
        if code.len() == 4 {
            cells.wrong("regionCode", say!("市级不保管人员记录", "a city keeps no records of persons"));
        }
        let compound = run.refers(cells, "compound", "compounds");
        if compound.as_ref().is_some_and(|id| run.compounds.get(id).is_none_or(|one| one.community_code != code)) {
            cells
                .wrong("compound", say!("小区不在此人居住的社区", "the compound is not in the community of residence"));
        }
        let phone = cells.digits("phone").and_then(|text| match Phone::parse(&text) {
            Ok(phone) => Some(phone),
            Err(message) => {
                cells.wrong("phone", message);
                None
            }
        });
        let (home, registered) = if code.len() == 12 { (Some(code), None) } else { (None, Some(code)) };
        Some(Item { name, known, called: cells.text("name", 100), home, registered, compound, phone })
    })?;
    let ids = items.iter().filter_map(|(_, item)| item.known.clone()).collect::<Vec<_>>();
    let known = run.people(&ids).await?;
    let mut fresh = Vec::new();
    for (line, item) in items {
        let was = item.known.as_ref().and_then(|id| known.get(id));
        let id = match &item.known {
            Some(id) => id.clone(),
            None => run.new_id("person")?,
        };
        let same_phone = was.is_some_and(|was| number(run, was).as_deref() == item.phone.as_ref().map(Phone::reveal));
        let (phone_sealed, phone_masked) = match (was, &item.phone) {
            (Some(was), _) if same_phone => (was.phone_sealed.clone(), was.phone_masked.clone()),
            (_, Some(phone)) => (Some(run.sealing.seal(&id, phone.reveal()).as_str().to_owned()), Some(phone.masked())),
            (_, None) => (None, None),
        };
        let is = person::Model {
            id: id.clone(),
            name: item.called,
            account: was.and_then(|was| was.account.clone()),
            home_community_code: item.home,
            home_compound_id: item.compound,
            phone_sealed,
            phone_masked,
            registered_code: item.registered,
            registered_by: was.and_then(|was| was.registered_by.clone()),
            erased_at: was.and_then(|was| was.erased_at),
            created_at: was.map_or(run.now, |was| was.created_at),
            version: was.map_or(1, |was| was.version),
        };
        if was.is_some() {
            run.take::<person::Entity>(line, is, was).await?;
        } else {
            run.keep_name(item.name, &id);
            fresh.push(is.into_active_model());
        }
        // Sealing takes time: the session is not left idle for all of it.
        if fresh.len() == CHUNK {
            run.insert_all::<person::Entity>(std::mem::take(&mut fresh)).await?;
        }
    }
    run.insert_all::<person::Entity>(fresh).await?;
    Ok(())
}

/// The number that was kept.
fn number(run: &Run<'_>, of: &person::Model) -> Option<String> {
    let sealed = Sealed::from_stored(of.phone_sealed.clone()?);
    Some(run.sealing.unseal(&of.id, &sealed).ok()?.expose_secret().to_owned())
}
