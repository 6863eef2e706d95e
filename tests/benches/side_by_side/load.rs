//! A cheap load: one task for each connection, which asks, reads the whole answer and asks again.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::Result;

/// Gives the next request of one connection; none when there is nothing left to ask.
pub type Feed = Box<dyn FnMut() -> Option<Vec<u8>> + Send>;

/// What came of a slice.
#[derive(Default)]
pub struct Heard {
    pub answers: usize,
    /// Microseconds of each answer, sorted.
    pub latencies: Vec<u32>,
    pub took: Duration,
}

/// Asks on as many connections as there are feeds for about `time`; the feeds are handed back.
pub async fn run(address: SocketAddr, feeds: Vec<Feed>, time: Duration) -> Result<(Heard, Vec<Feed>)> {
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for (number, feed) in feeds.into_iter().enumerate() {
        tasks.spawn(async move { ask(address, feed, began + time).await.map(|done| (number, done)) });
    }
    let mut latencies = Vec::new();
    let mut back = Vec::new();
    for done in tasks.join_all().await {
        let (number, (feed, mut heard)) = done?;
        latencies.append(&mut heard);
        back.push((number, feed));
    }
    let took = began.elapsed();
    latencies.sort_unstable();
    back.sort_by_key(|(number, _)| *number);
    let heard = Heard { answers: latencies.len(), latencies, took };
    Ok((heard, back.into_iter().map(|(_, feed)| feed).collect()))
}

async fn ask(address: SocketAddr, mut feed: Feed, until: Instant) -> Result<(Feed, Vec<u32>)> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = Vec::new();
    loop {
        let asked = Instant::now();
        if asked >= until {
            break;
        }
        let Some(request) = feed() else { break };
        let body = connection.ask(&request).await?;
        if !body.starts_with(b"{\"data\":{") {
            return Err(format!("refused under load: {}", String::from_utf8_lossy(body)).into());
        }
        latencies.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok((feed, latencies))
}

/// One HTTP/1.1 connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and reads its answer; an answer other than 200 is an error.
    pub async fn ask(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(at) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at + 4;
            }
            self.read().await?;
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.ok_or("an answer without a length")?.trim().parse()?;
        let good = text.starts_with("http/1.1 200");
        while self.buffer.len() < head + length {
            self.read().await?;
        }
        let body = &self.buffer[head..head + length];
        if good { Ok(body) } else { Err(format!("{text}{}", String::from_utf8_lossy(body)).into()) }
    }

    async fn read(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(())
    }
}
