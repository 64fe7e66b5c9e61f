//! A client system that speaks the Pruvan web-service protocol, over real HTTP on this machine.
//!
//! It is built from docs/protocols/pruvan.md and knows nothing of the connector that talks to it. It can play the
//! servers that are known ([`Server`]) and have bad days ([`Day`]), and it records what it is asked ([`Request`]).
//!
//! ```no_run
//! # use muster_tests::pruvan::{Config, Day, Simulator};
//! # async fn example() -> std::io::Result<()> {
//! let client = Simulator::start(Config { orders: 1_000, ..Config::default() }).await?;
//! client.with(|state| state.day(Day::cut()));
//! // ... import from client.url() ...
//! assert_eq!(client.requests().len(), 1);
//! # Ok(())
//! # }
//! ```

mod control;
mod day;
mod gate;
mod plan;
mod play;
pub(crate) mod reply;
mod request;
mod server;
mod state;
#[cfg(test)]
mod tests;
pub(crate) mod wire;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

pub use control::server as server_named;
pub use day::{At, Day};
pub use gate::Gate;
pub use plan::Spell;
pub use request::{Call, Encoding, Request};
pub use server::{Auth, Credentials, Server};
pub use state::State;

use crate::orders::Orders;
use reply::Reply;
use wire::After;

/// What a simulator starts with.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "independent switches, each with a name at the place of use")]
pub struct Config {
    /// How many orders it has.
    pub orders: usize,
    /// Their seed.
    pub seed: u64,
    /// Whose behaviour it plays.
    pub server: Server,
    /// What it looks at to know who asks; none: what the server is known to look at.
    pub auth: Option<Auth>,
    /// Who may ask.
    pub credentials: Credentials,
    /// If set, only calls with this extension exist (`Some("php")`: `/pruvan/validate.php`; `Some("")`: without one).
    pub extension: Option<String>,
    /// Whether `/getworkorders` is known too. The ASP.NET server always takes any case.
    pub any_case: bool,
    /// Packs its answers for clients that accept gzip.
    pub gzip: bool,
    /// Sends chunks instead of a `Content-Length`.
    pub chunked: bool,
    /// 0: any free port.
    pub port: u16,
    /// Whether another process may change it over `POST /control`.
    pub control: bool,
    /// Whether requests are recorded. A benchmark would rather not.
    pub record: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            orders: 10,
            seed: 1,
            server: Server::Standard,
            auth: None,
            credentials: Credentials::default(),
            extension: None,
            any_case: false,
            gzip: false,
            chunked: false,
            port: 0,
            control: false,
            record: true,
        }
    }
}

impl Config {
    /// So many orders of seed 1, otherwise the default.
    pub fn orders(orders: usize) -> Self {
        Self { orders, ..Self::default() }
    }
}

/// A running client system. It stops when it is dropped, in the middle of an answer if need be.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    listening: Option<JoinHandle<()>>,
}

/// What all connections see.
#[derive(Debug)]
struct Shared {
    config: Config,
    state: Mutex<State>,
}

impl Shared {
    fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        // A test that failed inside a closure has failed already; its state is still worth reading.
        action(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn fresh_state(config: &Config) -> State {
        State {
            orders: Orders::flavoured(config.orders, config.seed, config.server.flavour()),
            credentials: config.credentials.clone(),
            server: config.server,
            auth: config.auth,
            gzip: config.gzip,
            chunked: config.chunked,
            plan: plan::Plan::default(),
            removed: Vec::new(),
            requests: Vec::new(),
        }
    }
}

impl Simulator {
    /// Generates the orders and starts to listen on 127.0.0.1.
    pub async fn start(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
        let address = listener.local_addr()?;
        let state = Mutex::new(Shared::fresh_state(&config));
        let shared = Arc::new(Shared { config, state });
        let listening = Some(tokio::spawn(listen(listener, Arc::clone(&shared))));
        Ok(Self { shared, address, listening })
    }

    /// The web service URL: `http://127.0.0.1:PORT/pruvan`. Any other prefix works too.
    pub fn url(&self) -> String {
        format!("http://{}/pruvan", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The credentials that it accepts.
    pub fn credentials(&self) -> Credentials {
        self.with(|state| state.credentials.clone())
    }

    /// Reads or changes the state. Do not call the simulator itself inside.
    pub fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        self.shared.with(action)
    }

    /// The next answer is like this.
    pub fn day(&self, day: Day) {
        self.with(|state| state.day(day));
    }

    /// What was asked so far, in order. Also what got no answer, but not what never became a whole request.
    pub fn requests(&self) -> Vec<Request> {
        self.with(|state| state.requests.clone())
    }

    /// Forgets what was asked so far.
    pub fn clear_requests(&self) {
        self.with(|state| state.requests.clear());
    }

    /// Stops to listen: connections are refused from now on, and those that are open end.
    pub async fn refuse(&mut self) {
        if let Some(task) = self.listening.take() {
            task.abort();
            // Cancelled, as asked; now the socket is closed.
            let _ = task.await;
        }
    }

    /// Listens again, on the same port, after [`Simulator::refuse`].
    pub async fn listen_again(&mut self) -> io::Result<()> {
        if self.listening.is_none() {
            let listener = TcpListener::bind(self.address).await?;
            self.listening = Some(tokio::spawn(listen(listener, Arc::clone(&self.shared))));
        }
        Ok(())
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Some(task) = &self.listening {
            task.abort();
        }
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    // Dropping the set, with this task, ends all connections.
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        while connections.try_join_next().is_some() {}
        if shared.with(|state| state.plan.take_reset_on_accept()) {
            let _ = wire::reset(&stream);
            continue;
        }
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            // A client that goes away in the middle is no failure of the simulator.
            let _ = serve(BufReader::new(stream), &shared).await;
        });
    }
}

async fn serve(mut stream: BufReader<TcpStream>, shared: &Shared) -> io::Result<()> {
    stream.get_ref().set_nodelay(true)?;
    while let Some(request) = Request::read(&mut stream).await? {
        let keep = request.keeps_alive();
        let reply = if shared.config.control && request.path == "/control" {
            control::answer(shared, &request)
        } else {
            answer(shared, request)
        };
        if wire::send(&mut stream, &reply, keep).await? == After::Closed {
            break;
        }
    }
    Ok(())
}

fn answer(shared: &Shared, mut request: Request) -> Reply {
    let config = &shared.config;
    shared.with(|state| {
        let exact = config.any_case || state.server == Server::AspNet || request.spelled_exactly();
        let extension = config.extension.as_deref();
        if !exact || extension.is_some_and(|wanted| wanted != request.extension.as_deref().unwrap_or("")) {
            request.call = None;
        }
        let mut reply = server::answer(state, &request);
        reply.wire.clock_off = state.orders.clock_offset();
        let day = state.plan.take(request.call);
        play::play(&day, &request, &mut reply);
        if config.record {
            state.requests.push(request);
        }
        reply
    })
}
