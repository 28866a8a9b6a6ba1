//! Provides Rust functions to a script and to an expression.
//!
//!     cargo run --release --example hosts
//!
//! prints the script's output, and how often it has called back.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use wirelens::{Effects, Error, Hosts, Input, Limits, Options, Query, Schema, Script};

const SCRIPT: &str = "
from geo import distance, zone
import log

total = 0.0
for i in range(1000):
    total += distance(i, 2.0 * i)
    if zone(i) is None:
        log.lost(i)
print(f'{total:.3f}', zone(7), zone(700))
";

fn main() -> Result<(), Error> {
    let lost = Arc::new(AtomicI64::new(0));
    let counter = lost.clone();
    let hosts = Hosts::new()
        .with("geo", "distance", Effects::Pure, |x: f64, y: f64| x.hypot(y))
        .with("geo", "zone", Effects::Pure, |id: i64| (id < 500).then_some(id / 100))
        .with("log", "lost", Effects::Writes, move |_id: i64| {
            counter.fetch_add(1, Ordering::Relaxed);
        });

    let no_schema = |path: &str| Err(Error::system(format!("no schema is needed, not even {path}")));
    let script = Script::compile_with(&hosts, "<script>", SCRIPT, &[], &Limits::default(), no_schema)?;
    let printed = script.output(None, &Options::default())?;
    print!("{}", String::from_utf8_lossy(&printed.text));
    println!("lost: {}", lost.load(Ordering::Relaxed));

    let schema = Schema::from_c("<schema>", "struct Point { double x, y; };")?;
    let farthest = "max(geo.distance(t.x, t.y) for t in records)";
    let query = Query::builder(&schema).hosts(&hosts).aggregate(farthest).build()?;
    let bytes: Vec<u8> = [3.0f64, 4.0, 5.0, 12.0].iter().flat_map(|x| x.to_le_bytes()).collect();
    let report = query.run(&Input::from_bytes(&bytes))?;
    println!("farthest: {}", report.values[0]);
    Ok(())
}
