//! Bounds of the configuration that its types do not hold.

use std::net::SocketAddr;

use tongxin_kernel::{error::Message, say};

use super::{Config, environment, issuers};

/// Figures that may be 0, which says that there is none, or that it is chosen.
const MAY_BE_NONE: [&str; 10] = [
    "server.workers",
    "server.connections",
    "server.sockets",
    "server.drain_secs",
    "jwt.keep_hours",
    "server.proxies",
    "pool.min_connections",
    "limits.waiting",
    "limits.waiting_ms",
    "limits.document_cache_bytes",
];

/// All that is wrong.
pub(super) fn faults(config: &Config) -> Vec<Message> {
    let mut faults = Vec::new();
    for (key, address) in [("listen", &config.listen), ("metrics_listen", &config.metrics_listen)] {
        if address.parse::<SocketAddr>().is_err() {
            faults.push(say!(
                "{key}：应为地址和端口，如 127.0.0.1:8080",
                "{key}: expected an address and a port, such as 127.0.0.1:8080"
            ));
        }
    }
    if tracing_subscriber::EnvFilter::try_new(&config.log.level).is_err() {
        faults.push(say!(
            "log.level：应为级别或过滤条件，如 info 或 info,tongxin=debug",
            "log.level: expected a level or a filter, such as info or info,tongxin=debug"
        ));
    }
    if !config.server.cors_origins.iter().all(|origin| is_origin(origin)) {
        faults.push(say!(
            "server.cors_origins：应为来源，如 https://example.cn，不带路径",
            "server.cors_origins: expected origins such as https://example.cn, without a path"
        ));
    }
    if config.pool.min_connections > config.pool.max_connections {
        faults.push(say!(
            "pool.min_connections：大于 pool.max_connections",
            "pool.min_connections: is above pool.max_connections"
        ));
    }
    if config.jwt.keys.as_ref().is_some_and(|keys| keys.to_string_lossy().contains("://")) {
        faults.push(say!(
            "jwt.keys：应为文件；公钥在网址上的，请在 [[issuers]] 中写明 iss、aud、keys",
            "jwt.keys: names a file; for keys at a URL write an issuer of [[issuers]] with iss, aud and keys"
        ));
    }
    faults.extend(issuers::faults(config));
    let none = environment::figures(config).filter(|(key, value)| *value == 0 && !MAY_BE_NONE.contains(&key.as_str()));
    faults.extend(none.map(|(key, _)| say!("{key}：必须大于 0", "{key}: must be above 0")));
    faults
}

fn is_origin(origin: &str) -> bool {
    let after = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    after.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', ' ']))
}
