//! Where a request comes from: the peer, or what the trusted proxies say of it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::HttpRequest;

use super::headers;

/// The longest name of an address that is no IP address.
const LONGEST: usize = 64;

/// The address that a request is counted under, behind this many trusted proxies.
pub(super) fn of(request: &HttpRequest, proxies: usize) -> String {
    let peer = || request.peer_addr().map_or_else(|| "-".to_owned(), |peer| counted(peer.ip()));
    if proxies == 0 {
        return peer();
    }
    let forwarded = headers::list(request, "x-forwarded-for").unwrap_or_default();
    let hops: Vec<&str> = forwarded.split(',').map(str::trim).filter(|hop| !hop.is_empty()).collect();
    hops.len().checked_sub(proxies).map_or_else(peer, |at| named(hops[at]))
}

/// What a proxy calls an address: some add the port.
fn named(hop: &str) -> String {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    let ip = bare.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()));
    ip.map_or_else(|_| hop.chars().take(LONGEST).collect(), counted)
}

/// Of IPv6 the network of 64 bits: one subscriber commands all the addresses in it.
fn counted(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn one_subscriber_has_one_address() {
        for (hop, counted) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7:4711", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
            ("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("unknown", "unknown"),
            (&"x".repeat(100), &"x".repeat(64)),
        ] {
            assert_eq!(named(hop), counted, "{hop}");
        }
    }
}
