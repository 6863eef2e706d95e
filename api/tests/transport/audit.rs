//! The public conformance audit (`graphql-http` on npm), where it is installed: `TONGXIN_TEST_AUDIT` names the script.

use crate::house::House;

#[tokio::test]
async fn the_public_audit_passes() {
    let Ok(script) = std::env::var("TONGXIN_TEST_AUDIT") else {
        println!("TONGXIN_TEST_AUDIT is not set: the audit is not run");
        return;
    };
    let house = House::open().await;
    let output = tokio::process::Command::new("node").arg(script).arg(house.url("/graphql")).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
}
