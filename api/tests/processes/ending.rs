//! How a process ends: politely with all that runs, or in the midst of it, and what is left then.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures_util::future::join_all;

use crate::{
    crowd::{gather, live, publish},
    program::{PATIENCE, eventually},
    town::{COMMUNITY, DRAFT, account, figures, fill_file, item, serve, serving},
};

/// Within which a process that is told to stop has ended.
const POLITE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn told_to_stop_it_finishes_what_runs() {
    let mut took = Vec::new();
    // A machine that is busy with other things may miss the limit, but not every time.
    for _ in 0..3 {
        took.push(finishes_what_runs().await);
        println!("ended after {took:?}");
        if took.last().is_some_and(|took| *took < POLITE) {
            return;
        }
    }
    panic!("never within {POLITE:?} of being told: {took:?}");
}

/// Tells a process to stop that has sockets and a request to finish; how long it takes.
async fn finishes_what_runs() -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let db = fill_file(folder.path()).await;
    let (mut program, address) = serving(serve(folder.path())).await;
    let secretary = account(&db, folder.path(), &address, "community-secretary").await;
    let mut sockets = Vec::new();
    for _ in 0..3 {
        sockets.push(secretary.subscribe(COMMUNITY).await);
    }
    // Nobody else can write now, so that the request runs for as long as the test likes.
    let writer = db.get_sqlite_connection_pool().acquire().await.unwrap();
    let mut writer = writer.detach();
    sea_orm::sqlx::query("BEGIN IMMEDIATE").execute(&mut writer).await.unwrap();
    let running = tokio::spawn(async move { secretary.ask(DRAFT, item("停机之前", 1)).await });
    let figures = figures(&mut program).await;
    let runs = async || figures.get("/metrics").await.1.contains("tongxin_operations_in_flight 1").then_some(());
    eventually(PATIENCE, "the request runs", runs).await;

    program.signal("TERM");
    let begun = Instant::now();
    program.logged("stopping").await;
    for socket in sockets {
        assert_eq!(socket.closed().await, 1001, "going away");
    }
    sea_orm::sqlx::query("ROLLBACK").execute(&mut writer).await.unwrap();
    running.await.unwrap().data();
    let ended = program.ended(PATIENCE).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    begun.elapsed()
}

#[tokio::test]
async fn killed_amid_claims_nothing_is_half_done_or_done_twice() {
    for _ in 0..5 {
        if is_killed_amid_claims().await {
            return;
        }
    }
    panic!("it was never killed in the midst");
}

/// Whether there was anything left to do when it was killed: on a busy machine this process may come too late.
async fn is_killed_amid_claims() -> bool {
    const CROWD: usize = 40;
    let folder = tempfile::tempdir().unwrap();
    let db = fill_file(folder.path()).await;
    let (program, address) = serving(serve(folder.path())).await;
    let secretary = account(&db, folder.path(), &address, "community-secretary").await;
    let mut crowd = gather(&db, folder.path(), &address, CROWD).await;
    let item = publish(&secretary, "断电", 100).await;
    let keys = (0..CROWD).map(|number| format!("cut-{number}")).collect::<Vec<_>>();

    let answered = AtomicUsize::new(0);
    let mut program = Some(program);
    let claims = join_all(crowd.iter().zip(&keys).map(async |(claimant, key)| {
        let answer = claimant.claim(&item, Some(key)).await;
        answered.fetch_add(1, Ordering::SeqCst);
        answer.ok()
    }));
    let killed = async {
        eventually(PATIENCE, "some are answered", async || (answered.load(Ordering::SeqCst) >= 5).then_some(())).await;
        program.take().unwrap().kill().await;
    };
    let (first, ()) = tokio::join!(claims, killed);
    let before = first.iter().flatten().count();
    println!("{before} of {CROWD} were answered before the kill");
    if before == CROWD {
        return false;
    }

    let (program, address) = serving(serve(folder.path())).await;
    let survived = live(&db, &item).await;
    for (claimant, answer) in crowd.iter().zip(&first) {
        let told = answer.as_ref().map(|answer| answer.data()["claimServiceItem"]["claim"]["id"].clone());
        assert!(told.is_none() || survived.contains(&claimant.unit), "what was answered was kept");
    }
    for claimant in &mut crowd {
        claimant.client = claimant.client.at(&address);
    }
    let again = join_all(crowd.iter().zip(&keys).map(|(claimant, key)| claimant.claim(&item, Some(key)))).await;
    for (first, again) in first.iter().zip(&again) {
        let again = again.as_ref().unwrap();
        again.data();
        assert!(first.as_ref().is_none_or(|first| first.text == again.text), "{first:?}\n{again:?}");
    }
    assert_eq!(live(&db, &item).await.len(), CROWD);
    drop(program);
    true
}
