//! Property Pres Wizard as PPW Link shows it, over real HTTP on this machine.
//!
//! It is built from the facts of docs/protocols/ppw.md and knows nothing of the connector that talks to it. It can have bad
//! days ([`Day`]), counts what it is asked ([`Call`]) and how much of it at once.
//!
//! ```no_run
//! # use muster_tests::ppw::{Config, Simulator};
//! # async fn example() -> std::io::Result<()> {
//! let ppw = Simulator::start(Config { orders: 1_500, ..Config::default() }).await?;
//! // ... import from ppw.url() ...
//! assert_eq!(ppw.count("get_order"), 1_500);
//! # Ok(())
//! # }
//! ```

mod control;
mod day;
mod order;
mod server;
mod state;
#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub use day::Day;
pub use order::{Order, Update};
pub use server::Call;
pub use state::State;

use crate::pruvan::Request;
use crate::pruvan::wire::{self, After};

/// What a simulator starts with.
#[derive(Debug, Clone)]
pub struct Config {
    /// How many open orders it has.
    pub orders: usize,
    /// Whether numbers are numbers in its JSON, and not texts.
    pub numbers: bool,
    /// How long each answer takes at least, so that there is something to see of how many come at once.
    pub pace: Duration,
    /// 0: any free port.
    pub port: u16,
    /// Whether another process may change it over `POST /control`.
    pub control: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self { orders: 10, numbers: false, pace: Duration::ZERO, port: 0, control: false }
    }
}

/// A running PPW. It stops when it is dropped, in the middle of an answer if need be.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    listening: JoinHandle<()>,
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
}

impl Simulator {
    /// Makes the orders and starts to listen on 127.0.0.1.
    pub async fn start(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
        let address = listener.local_addr()?;
        let state = Mutex::new(State::new(&config));
        let shared = Arc::new(Shared { config, state });
        let served = Arc::clone(&shared);
        let serve = move |stream| serve(stream, Arc::clone(&served));
        let listening = tokio::spawn(wire::listen(listener, serve));
        Ok(Self { shared, address, listening })
    }

    /// The address of PPW Link.
    pub fn url(&self) -> String {
        format!("http://{}/api/link/receiver.php", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Reads or changes the state. Do not call the simulator itself inside.
    pub fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        self.shared.with(action)
    }

    /// The next answer to that event is like this.
    pub fn day(&self, event: &str, day: Day) {
        self.with(|state| state.plan(Some(event), day, Some(1)));
    }

    /// How often that event was asked for since [`Simulator::clear_calls`].
    pub fn count(&self, event: &str) -> usize {
        self.with(|state| state.calls.iter().filter(|call| call.event == event).count())
    }

    /// What was asked since [`Simulator::clear_calls`], in order.
    pub fn calls(&self) -> Vec<Call> {
        self.with(|state| state.calls.clone())
    }

    /// Forgets what was asked so far.
    pub fn clear_calls(&self) {
        self.with(|state| {
            state.calls.clear();
            state.most_at_once = 0;
        });
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn serve(mut stream: BufReader<TcpStream>, shared: Arc<Shared>) -> io::Result<()> {
    stream.get_ref().set_nodelay(true)?;
    while let Some(request) = Request::read(&mut stream).await? {
        let keep = request.keeps_alive();
        let after = if shared.config.control && request.path == "/control" {
            let reply = control::answer(&shared, &request);
            wire::send(&mut stream, &reply, keep).await?
        } else {
            let reply = shared.with(|state| state.answer(&request));
            let running = Running::begin(&shared);
            if let Some(pace) = Some(shared.config.pace).filter(|pace| !pace.is_zero()) {
                tokio::time::sleep(pace).await;
            }
            // Before the answer is out: as soon as it has it, the client asks again.
            drop(running);
            wire::send(&mut stream, &reply, keep).await?
        };
        if after == After::Closed {
            break;
        }
    }
    Ok(())
}

/// A request that is being answered.
struct Running<'a>(&'a Shared);

impl<'a> Running<'a> {
    fn begin(shared: &'a Shared) -> Self {
        shared.with(|state| {
            state.running += 1;
            state.most_at_once = state.most_at_once.max(state.running);
        });
        Self(shared)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.with(|state| state.running -= 1);
    }
}
