//! `tongxin health`

use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use crate::{app::StartError, config::Config};

const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the service that listens on this machine whether it is alive: what an image without curl needs.
pub fn run(config: &Config) -> Result<(), StartError> {
    let address = reachable(config.address());
    let status = status(address).map_err(|error| StartError::Refused(format!("{address} does not answer: {error}")))?;
    if status != "200" {
        return Err(StartError::Refused(format!("{address} answers {status}")));
    }
    println!("ok");
    Ok(())
}

/// A service that listens on every address is asked on this machine's own.
pub fn reachable(mut listen: SocketAddr) -> SocketAddr {
    match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => listen.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => listen.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    listen
}

/// The status code of `GET /healthz`.
pub fn status(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // All of it at once: a peer that answers after the first piece would close on the rest.
    stream.write_all(format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.split_whitespace().nth(1).unwrap_or("nothing").to_owned())
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
        thread,
    };

    use super::{reachable, run};
    use crate::config::Config;

    #[test]
    fn every_address_is_asked_at_home() {
        for (listen, asked) in [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("10.0.0.7:80", "10.0.0.7:80")]
        {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), asked);
        }
    }

    #[test]
    fn only_200_is_alive() {
        for (answer, alive) in
            [("HTTP/1.1 200 OK\r\n\r\nok", true), ("HTTP/1.1 503 Service Unavailable\r\n\r\n", false), ("", false)]
        {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let config = Config { listen: listener.local_addr().unwrap().to_string(), ..Config::default() };
            let served = thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut head = [0; 512];
                let _ = stream.read(&mut head).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                head.starts_with(b"GET /healthz HTTP/1.1\r\n")
            });
            assert_eq!(run(&config).is_ok(), alive, "{answer:?}");
            assert!(served.join().unwrap());
            assert!(run(&config).is_err(), "nobody listens any more");
        }
    }
}
