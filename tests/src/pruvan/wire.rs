//! Puts an answer on the wire: in pieces, packed or not, slowly, up to a gate, or only in part.

use std::io::{self, Write as _};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::reply::{End, HangUp, Reply, Wire};

/// Pieces are gathered up to this size before they are sent.
const GATHER: usize = 32 * 1024;

/// What becomes of the connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// Another request may come.
    Open,
    /// It has ended, or must.
    Closed,
}

/// Sends an answer.
pub(crate) async fn send(stream: &mut BufReader<TcpStream>, reply: &Reply, keep: bool) -> io::Result<After> {
    let wire = &reply.wire;
    match wire.hang_up {
        Some(HangUp::Reset) => return reset(stream.get_ref()),
        Some(HangUp::Close) => return Ok(After::Closed),
        None => {}
    }
    if let Some(delay) = wire.delay {
        tokio::time::sleep(delay).await;
    }
    let pieces = reply.pieces();
    let length: u64 = pieces.iter().map(size).sum();
    let end = wire.end.map(|(at, end)| (at.of(length), end));
    let limit = end.map_or(length, |(at, _)| at);
    // A quiet end is one that HTTP does not know of.
    let told = if let Some((at, End::Quiet)) = end { at } else { length };
    let chunked = wire.chunked || wire.gzip;
    let keep = keep && !matches!(end, Some((_, End::Cut | End::Stall)));
    stream.write_all(head(reply, (!chunked).then_some(told), keep).as_bytes()).await?;
    stream.flush().await?;

    let mut out = Out::new(stream, wire, chunked);
    let mut stops = Stops::new(wire, limit);
    'pieces: for piece in &pieces {
        let mut piece = piece.clone();
        loop {
            stops.pass(&mut out).await?;
            let room = usize::try_from(stops.next() - out.taken).unwrap_or(usize::MAX);
            if room == 0 {
                break 'pieces;
            }
            let part = piece.split_to(room.min(piece.len()));
            out.push(&part).await?;
            if piece.is_empty() {
                break;
            }
        }
    }
    stops.finish(&mut out).await?;
    match end {
        Some((_, End::Stall)) => {
            out.flush().await?;
            hear_out(stream).await;
            Ok(After::Closed)
        }
        Some((_, End::Cut)) => {
            out.flush().await?;
            Ok(After::Closed)
        }
        Some((_, End::Quiet)) => out.end(false).await.map(|()| if keep { After::Open } else { After::Closed }),
        None => out.end(true).await.map(|()| if keep { After::Open } else { After::Closed }),
    }
}

/// Serves every connection that is made. Dropping the task that does it ends them all.
pub(crate) async fn listen<F>(listener: TcpListener, serve: impl Fn(BufReader<TcpStream>) -> F)
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        while connections.try_join_next().is_some() {}
        let serving = serve(BufReader::new(stream));
        connections.spawn(async move {
            // A client that goes away in the middle is no failure of the simulator.
            let _ = serving.await;
        });
    }
}

/// Ends a connection so that the other side sees a reset, not an end.
pub(crate) fn reset(stream: &TcpStream) -> io::Result<After> {
    stream.set_zero_linger()?;
    Ok(After::Closed)
}

/// Says nothing until the client gives up.
async fn hear_out(stream: &mut BufReader<TcpStream>) {
    let mut waste = [0; 256];
    while matches!(stream.read(&mut waste).await, Ok(1..)) {}
}

fn size(piece: &Bytes) -> u64 {
    u64::try_from(piece.len()).unwrap_or(0)
}

fn head(reply: &Reply, length: Option<u64>, keep: bool) -> String {
    let wire = &reply.wire;
    let mut head = format!("HTTP/1.1 {} {}\r\n", reply.status, reason(reply.status));
    let mut add = |name: &str, value: &str| {
        head.push_str(name);
        head.push_str(": ");
        head.push_str(value);
        head.push_str("\r\n");
    };
    if !wire.no_date {
        let off = Duration::from_secs(wire.clock_off.unsigned_abs());
        let now = SystemTime::now();
        let shown = if wire.clock_off < 0 { now.checked_sub(off) } else { now.checked_add(off) };
        add("Date", &httpdate::fmt_http_date(shown.unwrap_or(now)));
    }
    add("Server", "muster-simulator");
    add("Content-Type", &reply.content_type);
    if wire.gzip || wire.gzip_lie {
        add("Content-Encoding", "gzip");
    }
    match length {
        Some(length) => add("Content-Length", &length.to_string()),
        None => add("Transfer-Encoding", "chunked"),
    }
    for (name, value) in &reply.headers {
        add(name, value);
    }
    add("Connection", if keep { "keep-alive" } else { "close" });
    head.push_str("\r\n");
    head
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Whatever",
    }
}

/// The places where the body waits, in order, and the one where it ends.
struct Stops<'a> {
    gates: Vec<(u64, &'a super::gate::Gate)>,
    limit: u64,
}

impl<'a> Stops<'a> {
    fn new(wire: &'a Wire, limit: u64) -> Self {
        let mut gates: Vec<_> = wire.gates.iter().map(|gate| (gate.bytes().min(limit), gate)).collect();
        gates.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        Self { gates, limit }
    }

    fn next(&self) -> u64 {
        self.gates.last().map_or(self.limit, |(at, _)| *at)
    }

    /// Waits at every gate that stands here.
    async fn pass(&mut self, out: &mut Out<'_>) -> io::Result<()> {
        while let Some((_, gate)) = self.gates.pop_if(|(at, _)| *at <= out.taken) {
            out.flush().await?;
            gate.wait().await;
        }
        Ok(())
    }

    /// Waits at the gates behind the end of a body that is too short for them.
    async fn finish(&mut self, out: &mut Out<'_>) -> io::Result<()> {
        for (at, _) in &mut self.gates {
            *at = out.taken;
        }
        self.pass(out).await
    }
}

/// Gathers, packs, frames, slows down.
struct Out<'a> {
    stream: &'a mut BufReader<TcpStream>,
    chunked: bool,
    gzip: Option<GzEncoder<Vec<u8>>>,
    buffer: Vec<u8>,
    /// How much of the unpacked body was taken.
    taken: u64,
    bytes_per_second: Option<u64>,
}

impl<'a> Out<'a> {
    fn new(stream: &'a mut BufReader<TcpStream>, wire: &Wire, chunked: bool) -> Self {
        Self {
            stream,
            chunked,
            gzip: wire.gzip.then(|| GzEncoder::new(Vec::new(), Compression::fast())),
            buffer: Vec::with_capacity(GATHER * 2),
            taken: 0,
            bytes_per_second: wire.bytes_per_second,
        }
    }

    async fn push(&mut self, part: &Bytes) -> io::Result<()> {
        self.taken += size(part);
        match &mut self.gzip {
            Some(encoder) => {
                encoder.write_all(part)?;
                self.buffer.append(encoder.get_mut());
            }
            None => self.buffer.extend_from_slice(part),
        }
        if self.buffer.len() >= GATHER { self.write_out().await } else { Ok(()) }
    }

    /// Hands everything that was taken to the operating system.
    async fn flush(&mut self) -> io::Result<()> {
        if let Some(encoder) = &mut self.gzip {
            encoder.flush()?;
            self.buffer.append(encoder.get_mut());
        }
        self.write_out().await?;
        self.stream.flush().await
    }

    /// Ends the body as HTTP wants it; a packed one only if it is `complete`.
    async fn end(&mut self, complete: bool) -> io::Result<()> {
        if let Some(encoder) = self.gzip.take_if(|_| complete) {
            self.buffer.append(&mut encoder.finish()?);
        }
        self.flush().await?;
        if self.chunked {
            self.stream.write_all(b"0\r\n\r\n").await?;
        }
        self.stream.flush().await
    }

    async fn write_out(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        if self.chunked {
            self.stream.write_all(format!("{:x}\r\n", self.buffer.len()).as_bytes()).await?;
        }
        match self.bytes_per_second {
            None => self.stream.write_all(&self.buffer).await?,
            Some(speed) => {
                // A tenth of a second at a time, so that even a slow answer never looks silent.
                let step = usize::try_from(speed / 10).unwrap_or(usize::MAX).max(1);
                for part in self.buffer.chunks(step) {
                    self.stream.write_all(part).await?;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        if self.chunked {
            self.stream.write_all(b"\r\n").await?;
        }
        self.buffer.clear();
        Ok(())
    }
}
