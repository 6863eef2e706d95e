//! Stories on PostgreSQL are shown as ignored, not as passed, where nobody says where a PostgreSQL is.

fn main() {
    println!("cargo::rerun-if-env-changed=TONGXIN_TEST_POSTGRES");
    println!("cargo::rustc-check-cfg=cfg(postgres_told)");
    if std::env::var_os("TONGXIN_TEST_POSTGRES").is_some() {
        println!("cargo::rustc-cfg=postgres_told");
    }
}
