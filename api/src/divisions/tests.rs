//! Imports into real databases: SQLite always, PostgreSQL where `TONGXIN_TEST_POSTGRES` names one.

pub(crate) mod database;
mod refusals;
mod rules;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::Mutex,
    time::{Duration, Instant},
};

use sea_orm::{DatabaseConnection, EntityTrait as _};
use tongxin_entity::region::{self, RegionKind};

use self::database::on_each;
use super::*;

const TREE: &str =
    "code,level,name,parent\n1201,city,天津市,\n120106,district,红桥区,1201\n120106001,street,西于庄街道,120106\n";

async fn bring(db: &DatabaseConnection, file: &str) -> Report {
    import(db, file.as_bytes(), |_| {}).await.unwrap()
}

async fn stored(db: &DatabaseConnection) -> BTreeMap<String, region::Model> {
    let all = region::Entity::find().all(db).await.unwrap();
    all.into_iter().map(|region| (region.code.clone(), region)).collect()
}

#[tokio::test]
async fn embedded_files_hold_what_their_sources_state() {
    use RegionKind as K;
    let stated = [
        ("hongqiao", 125, vec![(K::City, 1), (K::District, 1), (K::Street, 9), (K::ResidentsCommittee, 114)]),
        (
            "hantai",
            239,
            vec![
                (K::City, 1),
                (K::District, 1),
                (K::Street, 8),
                (K::Town, 7),
                (K::ResidentsCommittee, 75),
                (K::VillagersCommittee, 147),
            ],
        ),
        (
            "jinghai",
            450,
            vec![
                (K::City, 1),
                (K::District, 1),
                (K::Street, 2),
                (K::Town, 16),
                (K::Township, 2),
                (K::Zone, 3),
                (K::ResidentsCommittee, 31),
                (K::VillagersCommittee, 384),
                (K::Other, 10),
            ],
        ),
        (
            "zhifu-laishan",
            305,
            vec![
                (K::City, 1),
                (K::District, 2),
                (K::Street, 18),
                (K::ResidentsCommittee, 202),
                (K::VillagersCommittee, 82),
            ],
        ),
    ];
    on_each(async |db| {
        for (name, rows, kinds) in &stated {
            let before = stored(db).await;
            let file = embedded(name).unwrap();
            let report = import(db, file, |_| {}).await.unwrap();
            let after = stored(db).await;
            assert_eq!((report.read, report.new, report.changed), (*rows, after.len() - before.len(), 0), "{name}");
            let text = std::str::from_utf8(file).unwrap();
            let mut counted = BTreeMap::new();
            for code in text.lines().skip(1).filter_map(|line| line.split(',').next()) {
                *counted.entry(after[code].kind).or_insert(0) += 1;
            }
            assert_eq!(counted.into_iter().collect::<Vec<_>>(), *kinds, "{name}");
        }
        let all = stored(db).await;
        assert_eq!(all.len(), 125 + 239 + 450 + 305 - 1, "Hongqiao and Jinghai are in one city");
        let street = &all["120106001"];
        assert_eq!((street.name.as_str(), street.parent_code.as_deref()), ("西于庄街道", Some("120106")));
        assert!(street.id.starts_with("region_"));
    })
    .await;
    assert!(embedded("yantai").is_none());
}

#[tokio::test]
async fn a_second_import_changes_nothing() {
    on_each(async |db| {
        let file = std::str::from_utf8(embedded("hantai").unwrap()).unwrap();
        bring(db, file).await;
        let before = stored(db).await;
        let again = bring(db, file).await;
        assert_eq!((again.read, again.new, again.changed), (239, 0, 0));
        assert_eq!(stored(db).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_new_name_changes_the_row_and_keeps_its_id() {
    on_each(async |db| {
        bring(db, TREE).await;
        let before = stored(db).await;
        let report =
            bring(db, &format!("{}120106003,street,咸阳北路街道,120106\n", TREE.replace("西于庄", "新西于庄"))).await;
        assert_eq!((report.read, report.new, report.changed), (4, 1, 1));
        let after = stored(db).await;
        assert_eq!(after["120106001"].name, "新西于庄街道");
        assert_eq!(after["120106001"].id, before["120106001"].id);
        assert_eq!(after["120106"], before["120106"]);
    })
    .await;
}

#[tokio::test]
async fn parents_may_be_in_the_database_and_rows_in_any_order() {
    on_each(async |db| {
        bring(db, TREE).await;
        let more = "code,level,name,parent\n120106001002,community,增产里社区,120106001\n\
                    120107001,street,某街道,120107\n120107,district,某区,1201\n";
        assert_eq!(bring(db, more).await.new, 3);
        assert_eq!(stored(db).await["120106001002"].kind, RegionKind::ResidentsCommittee);
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_refused_file_is_kept() {
    on_each(async |db| {
        bring(db, TREE).await;
        let before = stored(db).await;
        let bad = format!(
            "{}120106003,street,咸阳北路街道,120106\n120106004,street,,120106\n120199001,street,某街道,120199\n",
            TREE.replace("西于庄", "新西于庄")
        );
        let refused = import(db, bad.as_bytes(), |_| {}).await.unwrap_err();
        assert_eq!(refused.to_string(), "2 rows refused, the first in line 6: the name is empty");
        assert_eq!(stored(db).await, before);
        assert_eq!(bring(db, TREE).await.read, 3, "the database is free for the next");
    })
    .await;
}

#[tokio::test]
async fn doubtful_names_are_brought_and_told_and_empty_rows_are_not_counted() {
    on_each(async |db| {
        let file = format!("{TREE},,,,\r\n120106003,street,咸?北路街道,120106\r\n\r\n,,,,\r\n");
        let report = bring(db, &file).await;
        assert_eq!((report.read, report.new, report.changed), (4, 4, 0));
        let [warning] = &report.warnings[..] else { panic!("{report:?}") };
        assert_eq!((warning.line, stored(db).await["120106003"].name.as_str()), (6, "咸?北路街道"));
        assert_eq!(bar(file.as_bytes()).length(), Some(4));
    })
    .await;
}

#[tokio::test]
async fn two_at_once_take_turns() {
    on_each(async |db| {
        let file = embedded("jinghai").unwrap();
        let (one, two) = tokio::join!(import(db, file, |_| {}), import(db, file, |_| {}));
        let mut new = [one.unwrap().new, two.unwrap().new];
        new.sort_unstable();
        assert_eq!(new, [0, 450]);
    })
    .await;
}

#[tokio::test]
async fn a_large_city_takes_seconds_and_tells_how_far_it_is() {
    let mut file = "code,level,name,parent\n3706,city,某市,\n370602,district,某区,3706\n".to_owned();
    for street in 1..=70 {
        writeln!(file, "370602{street:03},street,第{street}街道,370602").unwrap();
        for community in 1..=99 {
            writeln!(file, "370602{street:03}{community:03},community,第{community}社区,370602{street:03}").unwrap();
        }
    }
    on_each(async |db| {
        let steps = Mutex::new(Vec::new());
        let start = Instant::now();
        let report = import(db, file.as_bytes(), |done| steps.lock().unwrap().push(done)).await.unwrap();
        println!("7,002 rows: {:?}", start.elapsed());
        // The bound of 5 s is for a release build; beside hundreds of other tests this only catches a change of kind.
        assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
        assert_eq!((report.read, report.new), (7002, 7002));
        let steps = steps.into_inner().unwrap();
        assert!(steps.is_sorted() && steps.len() > 2, "{steps:?}");
        assert_eq!(steps.last(), Some(&7002));
        assert_eq!(bar(file.as_bytes()).length(), Some(7002));
    })
    .await;
}

#[tokio::test]
async fn a_database_fault_is_told_as_such() {
    on_each(async |db| {
        db.clone().close().await.unwrap();
        let error = import(db, TREE.as_bytes(), |_| {}).await.unwrap_err();
        assert!(matches!(error, ImportError::Database(_)), "{error}");
    })
    .await;
}
