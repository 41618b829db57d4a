//! A fast, Labelbox-shaped sink for benchmarks: takes imports, counts, and says SUCCESS of every row.
//!
//! `sink [--bits-per-second N]` prints its address as the first line, serves until its standard
//! input ends, and then prints its totals as JSON. It answers what an import asks and nothing else,
//! checks no key, keeps 16 bytes a row, and forgets everything at its end.

mod answers;
mod document;
mod form;
mod http;
mod imports;
mod link;
mod rows;
mod usage;

use crate::answers::Service;
use crate::http::Connection;
use crate::link::Link;
use std::io::Read;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    println!("http://{address}/graphql");
    let service = Arc::new(Service::new(&format!("http://{address}")));
    let link = Arc::new(Link::new(bits_per_second()));
    let accepting = Arc::clone(&service);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (service, link) = (Arc::clone(&accepting), Arc::clone(&link));
            thread::spawn(move || {
                // A client that goes away is its own affair.
                let _ = Connection::new(stream, link).and_then(|mut one| one.serve(&service));
            });
        }
    });
    std::io::stdin().read_to_end(&mut Vec::new())?;
    println!("{}", service.statistics());
    Ok(())
}

fn bits_per_second() -> Option<f64> {
    let mut words = std::env::args().skip(1);
    match (words.next().as_deref(), words.next()) {
        (None, _) => None,
        (Some("--bits-per-second"), Some(number)) => number.parse().ok(),
        _ => {
            eprintln!("usage: sink [--bits-per-second N]");
            std::process::exit(2);
        }
    }
}
