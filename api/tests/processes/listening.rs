//! Where a process listens: at one address for the world, at another for whoever reads its figures.

use std::net::TcpListener;

use crate::{
    checks::check,
    client::Client,
    commands::refused,
    demo::Demo,
    program::{run, text, tongxin},
    town::{figures, serve, serving},
};

#[tokio::test]
async fn a_service_tells_its_figures_apart_and_the_demo_beside_the_api() {
    let folder = tempfile::tempdir().unwrap();
    let (mut program, address) = serving(serve(folder.path())).await;
    let world = Client::new(&address, None);
    assert_eq!((world.get("/healthz").await.0, world.get("/metrics").await.0), (200, 404));
    let (status, told) = figures(&mut program).await.get("/metrics").await;
    assert!(status == 200 && told.contains("\ntongxin_store_takes_writes 1\n"), "{told}");

    let folder = tempfile::tempdir().unwrap();
    // What an installation says of figures is not the demo's.
    let mut command = tongxin(&["demo", "--port", "0", "--data-dir", text(folder.path())]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    command.env("TONGXIN_METRICS_LISTEN", taken.local_addr().unwrap().to_string());
    let demo = Demo::of(command).await;
    assert!(demo.client("resident").get("/metrics").await.1.contains("\ntongxin_store_takes_writes 1\n"));
}

#[tokio::test]
async fn a_second_process_of_a_machine_serves_where_nobody_says_where_figures_are() {
    let folder = tempfile::tempdir().unwrap();
    // Taken by this test, unless by somebody else already.
    let _taken = TcpListener::bind("127.0.0.1:9464");
    let mut command = serve(folder.path());
    command.env_remove("TONGXIN_METRICS_LISTEN");
    let checked = run(check(&command)).await;
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(checked.out.contains("is taken, figures will be at a port that is free"), "{checked:?}");
    let (mut program, address) = serving(command).await;
    assert_eq!(Client::new(&address, None).get("/healthz").await.0, 200);
    assert_eq!(figures(&mut program).await.get("/metrics").await.0, 200);
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_by_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (variable, key) in [("TONGXIN_LISTEN", "listen"), ("TONGXIN_METRICS_LISTEN", "metrics_listen")] {
        let mut command = serve(folder.path());
        command.env(variable, &address);
        let err = refused(command).await;
        assert!(err.contains(&format!("{key}: cannot listen on {address}: Address already in use")), "{err}");
    }
}
