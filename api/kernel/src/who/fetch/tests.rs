use rstest::rstest;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;

/// Answers each request with what is told for its path, and says where it listens.
async fn server(answer: impl Fn(&str) -> Option<Vec<u8>> + Send + 'static) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut head = vec![0; 2048];
            let read = socket.read(&mut head).await.unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..read]).into_owned();
            match answer(head.split(' ').nth(1).unwrap_or_default()) {
                // The client hangs up as soon as it has enough.
                Some(answer) => drop(socket.write_all(&answer).await),
                None => open.push(socket),
            }
        }
    });
    url
}

fn answer(status: &str, more: &str, body: &[u8]) -> Option<Vec<u8>> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{more}\r\n", body.len());
    Some([head.as_bytes(), body].concat())
}

fn at(url: &Url, path: &str) -> Url {
    url.join(path).unwrap()
}

async fn fault(url: Url) -> String {
    over_network(url)().await.unwrap_err().to_string()
}

#[tokio::test]
async fn an_answer_is_taken_up_to_its_bound() {
    let url = server(|path| match path {
        "/set" => answer("200 OK", "", br#"{"keys": []}"#),
        "/most" => answer("200 OK", "", &vec![b' '; LARGEST]),
        "/more" => answer("200 OK", "", &vec![b' '; LARGEST + 1]),
        "/five" => answer("200 OK", "", &vec![b' '; 5 * LARGEST]),
        // Of unknown length, until the connection ends.
        "/endless" => Some([&b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"[..], &vec![b' '; 5 * LARGEST]].concat()),
        _ => answer("404 Not Found", "", b"no"),
    })
    .await;
    assert_eq!(over_network(at(&url, "/set"))().await.unwrap(), br#"{"keys": []}"#);
    assert_eq!(over_network(at(&url, "/most"))().await.unwrap().len(), LARGEST);
    for path in ["/more", "/five", "/endless"] {
        assert_eq!(fault(at(&url, path)).await, "larger than 1 MB", "{path}");
    }
    assert_eq!(fault(at(&url, "/none")).await, "the answer is 404 Not Found");
}

#[tokio::test]
async fn redirects_stay_on_their_host() {
    let elsewhere = server(|_| answer("200 OK", "", br#"{"keys": []}"#)).await;
    let other = elsewhere.as_str().replace("127.0.0.1", "localhost");
    let url = server(move |path| {
        let to = |to: &str| answer("302 Found", &format!("Location: {to}\r\n"), b"");
        match path {
            "/moved" => to("/set"),
            "/port" => to(elsewhere.as_str()),
            "/away" => to(&other),
            "/tls" => to("https://127.0.0.1/set"),
            "/round" => to("/round"),
            "/nowhere" => answer("302 Found", "", b""),
            _ => answer("200 OK", "", br#"{"keys": []}"#),
        }
    })
    .await;
    for path in ["/moved", "/port"] {
        assert!(over_network(at(&url, path))().await.is_ok(), "{path}");
    }
    for (path, expected) in [
        ("/away", "redirected to another host"),
        ("/tls", "redirected to another host or protocol"),
        ("/round", "redirected more than 3 times"),
        ("/nowhere", "redirected to nowhere"),
    ] {
        assert!(fault(at(&url, path)).await.starts_with(expected), "{path}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up() {
    let url = server(|path| match path {
        // The head, and then nothing more.
        "/half" => Some(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec()),
        _ => None,
    })
    .await;
    let soon = Duration::from_millis(50);
    let given_up = within(at(&url, "/silent"), soon)().await.unwrap_err().to_string();
    assert_eq!(given_up, "not fetched within 0.05 s");
    assert!(within(at(&url, "/half"), soon)().await.is_err());
    assert_eq!((WITHIN, LARGEST), (Duration::from_secs(5), 1 << 20));
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert!(fault(Url::parse(&format!("http://{closed}/")).unwrap()).await.starts_with("cannot connect"));
}

#[tokio::test]
async fn what_speaks_no_tls_is_not_believed() {
    let url = server(|_| answer("200 OK", "", br#"{"keys": []}"#)).await;
    let tls = Url::parse(&url.as_str().replace("http:", "https:")).unwrap();
    assert!(fault(tls).await.starts_with("cannot connect"));
}

#[rstest]
#[case("https://id.example.cn/jwks", true, true)]
#[case("https://id.example.cn:8443/jwks?tenant=a", true, true)]
#[case("http://127.0.0.1:8300/jwks", false, true)]
#[case("http://localhost/jwks", false, true)]
#[case("http://[::1]:8300/jwks", false, true)]
#[case("http://id.example.cn/jwks", false, false)]
#[case("http://0.0.0.0/jwks", false, false)]
#[case("http://localhost.example.cn/jwks", false, false)]
#[case("http://127.0.0.1.example.cn/jwks", false, false)]
#[case("https://user:secret@id.example.cn/jwks", false, false)]
#[case("https://id.example.cn/jwks#keys", false, false)]
#[case("ftp://127.0.0.1/jwks", false, false)]
#[case("file:///etc/jwks", false, false)]
#[case("jwks.json", false, false)]
fn keys_are_fetched_by_https_or_from_this_machine(
    #[case] url: &str,
    #[case] always: bool,
    #[case] in_development: bool,
) {
    assert_eq!((address(url, false).is_ok(), address(url, true).is_ok()), (always, in_development), "{url}");
}

#[test]
fn private_addresses_are_addresses_like_others() {
    for host in [std::net::Ipv4Addr::new(10, 0, 0, 7), std::net::Ipv4Addr::new(192, 168, 1, 1)] {
        assert!(address(&format!("https://{host}:8443/jwks"), false).is_ok());
        assert!(address(&format!("http://{host}/jwks"), true).is_err());
    }
}
