//! Whole processes over inputs from one record to a gigabyte: start, warm-up and the rest.
//! `cargo bench --bench warmup`
//!
//! Two tables of times (packed triangles, and messages of one triangle) and one of instructions, so that a
//! cliff between two sizes is seen. The ratios are to `C`, a loop over a mapping that `cc -O2` compiles, and
//! for messages to `readers`, the generated ones. The contenders take turns; the table has medians. All
//! answers must agree. `valgrind`, if there is one, counts the instructions of small inputs; without `pypy3`
//! or `python3` their columns are empty.
//!
//! `WIRELENS_BENCH_BYTES` changes the size of the largest input. What happens within a process, region by
//! region, is not shown here: see `wirelens explain`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

mod rivals;

use capnp::message::{Builder, ReaderOptions};
use capnp::serialize;
use readers::poly_capnp::triangle;
use rivals::warm::testing;
use rivals::{Answer, agree, barycenter};

/// The option with which the bench runs its own binary over messages.
const CHILD: &str = "--readers";
const RECORD: u64 = 48;
const LARGEST: u64 = 1_000_000_000;
/// The interpreters of Python, and Wirelens without native code, run over at most so many records.
const SLOW: u64 = 100_000;

/// A mapping, and one accumulator for each sum.
const C: &str = r#"
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
struct point { double x, y; };
struct triangle { struct point a, b, c; };
int main(int argc, char **argv) {
    struct stat st;
    int fd = open(argv[argc - 1], O_RDONLY);
    if (fd < 0 || fstat(fd, &st) < 0) return 1;
    const struct triangle *t = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (t == MAP_FAILED) return 1;
    double x = 0, y = 0;
    size_t n = st.st_size / sizeof *t;
    for (size_t i = 0; i < n; i++) {
        x += t[i].a.x + t[i].b.x + t[i].c.x;
        y += t[i].a.y + t[i].b.y + t[i].c.y;
    }
    printf("%.17g %.17g\n", x / (3 * n), y / (3 * n));
}
"#;

/// A contender: a command, to which the file is added, and the most records that it runs over.
struct Contender {
    name: &'static str,
    command: Vec<PathBuf>,
    most: u64,
    counted: bool,
}

impl Contender {
    fn new(name: &'static str, command: &[&str]) -> Contender {
        Contender {
            name,
            command: command.iter().map(PathBuf::from).collect(),
            most: u64::MAX,
            counted: true,
        }
    }

    fn slow(self) -> Contender {
        Contender { most: SLOW, ..self }
    }

    /// One whose instructions say little.
    fn uncounted(self) -> Contender {
        Contender { counted: false, ..self }
    }

    fn run(&self, under: &[&str], file: &Path) -> (f64, Answer, String) {
        let mut words = under.iter().map(PathBuf::from).chain(self.command.iter().cloned());
        let mut command = Command::new(words.next().expect("a command has a name"));
        command.args(words).arg(file);
        let start = Instant::now();
        let output = command.output().expect("it can be started");
        let time = start.elapsed().as_secs_f64() * 1e3;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{}: {errors}", self.name);
        let text = String::from_utf8_lossy(&output.stdout);
        (time, answer(&text).unwrap_or_else(|| panic!("{} printed `{text}`", self.name)), errors)
    }

    /// The time of one process, which must give this answer.
    fn time(&self, file: &Path, expected: Answer) -> f64 {
        let (time, answer, _) = self.run(&[], file);
        assert!(agree(answer, expected), "{}: {answer:?}, expected {expected:?}", self.name);
        time
    }

    /// The instructions of a process, in millions.
    fn instructions(&self, file: &Path) -> f64 {
        let valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
        let (.., text) = self.run(&valgrind, file);
        let count = text.lines().find_map(|line| line.split_once("Collected : "));
        count.unwrap_or_else(|| panic!("{text}")).1.parse::<f64>().expect("a count") / 1e6
    }
}

/// The last two numbers of a text, or the `x` and `y` of a JSON object.
fn answer(text: &str) -> Option<Answer> {
    if text.trim_start().starts_with('{') {
        let json: serde_json::Value = serde_json::from_str(text).ok()?;
        return Some((json["x"].as_f64()?, json["y"].as_f64()?));
    }
    let mut numbers = text.split_whitespace().rev().filter_map(|word| word.parse().ok());
    let y = numbers.next()?;
    Some((numbers.next()?, y))
}

/// The corners of triangles, the same each time.
fn corners() -> impl FnMut() -> [f64; 6] {
    let mut state = 1u64;
    move || {
        [(); 6].map(|()| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64 * 1000.0
        })
    }
}

/// Writes so many packed triangles; returns their barycenter.
fn packed(file: &Path, records: u64) -> std::io::Result<Answer> {
    let (mut out, mut next, mut sums) = (BufWriter::new(File::create(file)?), corners(), (0.0, 0.0));
    for _ in 0..records {
        let [ax, ay, bx, by, cx, cy] = next();
        sums = (sums.0 + (ax + bx + cx), sums.1 + (ay + by + cy));
        for x in [ax, ay, bx, by, cx, cy] {
            out.write_all(&x.to_le_bytes())?;
        }
    }
    out.into_inner()?.sync_all()?;
    Ok(barycenter(sums, records as usize))
}

/// The same as messages.
fn messages(file: &Path, records: u64) -> std::io::Result<Answer> {
    let (mut out, mut next, mut sums) = (BufWriter::new(File::create(file)?), corners(), (0.0, 0.0));
    for _ in 0..records {
        let [ax, ay, bx, by, cx, cy] = next();
        sums = (sums.0 + (ax + bx + cx), sums.1 + (ay + by + cy));
        let mut message = Builder::new_default();
        let mut triangle = message.init_root::<triangle::Builder>();
        for (k, (x, y)) in [(ax, ay), (bx, by), (cx, cy)].into_iter().enumerate() {
            let mut point = match k {
                0 => triangle.reborrow().init_a(),
                1 => triangle.reborrow().init_b(),
                _ => triangle.reborrow().init_c(),
            };
            point.set_x(x);
            point.set_y(y);
        }
        serialize::write_message(&mut out, &message).map_err(std::io::Error::other)?;
    }
    out.into_inner()?.sync_all()?;
    Ok(barycenter(sums, records as usize))
}

/// The barycenter of a file of messages, by the generated readers.
fn generated(file: &Path) -> capnp::Result<Answer> {
    let file = File::open(file).expect("the bench made it");
    // SAFETY: nobody writes to the file while the bench runs.
    let map = unsafe { memmap2::Mmap::map(&file) }.expect("it can be mapped");
    let (mut rest, mut sums, mut records) = (&map[..], (0.0, 0.0), 0);
    while !rest.is_empty() {
        let message = serialize::read_message_from_flat_slice(&mut rest, ReaderOptions::new())?;
        let t = message.get_root::<triangle::Reader>()?;
        let (a, b, c) = (t.get_a()?, t.get_b()?, t.get_c()?);
        sums.0 += a.get_x() + b.get_x() + c.get_x();
        sums.1 += a.get_y() + b.get_y() + c.get_y();
        records += 1;
    }
    Ok(barycenter(sums, records))
}

/// Whether a command is installed.
fn found(command: &str) -> bool {
    let there = Command::new(command).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    there.is_ok_and(|status| status.success())
}

/// A table of times and one of instructions, by the number of records.
fn tables(
    title: &str,
    contenders: &[Contender],
    sizes: &[u64],
    file: &Path,
    make: impl Fn(&Path, u64) -> std::io::Result<Answer>,
) {
    let columns = |cell: &dyn Fn(&Contender) -> String| -> String {
        contenders.iter().map(|c| format!("{:>20}", cell(c))).collect()
    };
    let valgrind = found("valgrind");
    println!("\n{title}: ms (ratio to {})", contenders[0].name);
    println!("{:>11}{}", "records", columns(&|c| c.name.to_string()));
    let mut counts = vec![];
    for records in sizes.iter().copied() {
        let expected =
            make(file, records).expect("the temporary directory has room: see WIRELENS_BENCH_BYTES");
        let rounds = match records {
            _ if testing() => 1,
            0..=1_000_000 => 15,
            _ => 5,
        };
        let mut times: Vec<Vec<f64>> = contenders.iter().map(|_| vec![]).collect();
        // The first round does not count: it brings the file and the programs into memory. Each round begins
        // with another contender, since each finds the caches as the one before has left them.
        let all: Vec<usize> = (0..contenders.len()).filter(|i| records <= contenders[*i].most).collect();
        for round in 0..=rounds {
            for i in (0..all.len()).map(|i| all[(i + round) % all.len()]) {
                let time = contenders[i].time(file, expected);
                if round > 0 {
                    times[i].push(time);
                }
            }
        }
        let medians: Vec<Option<f64>> = times
            .iter_mut()
            .map(|times| {
                times.sort_by(f64::total_cmp);
                times.get(times.len() / 2).copied()
            })
            .collect();
        let cells = medians.iter().map(|median| match (median, medians[0]) {
            (Some(time), Some(first)) => format!("{:>20}", format!("{time:.2} ({:.2})", time / first)),
            _ => format!("{:>20}", "-"),
        });
        println!("{records:>11}{}", cells.collect::<String>());
        if valgrind && records <= SLOW && !testing() {
            let count = |c: &Contender| c.counted.then(|| c.instructions(file));
            counts.push((records, contenders.iter().map(count).collect::<Vec<_>>()));
        }
    }
    if !counts.is_empty() {
        println!("\n{title}: millions of instructions");
        println!("{:>11}{}", "records", columns(&|c| c.name.to_string()));
        for (records, counts) in counts {
            let cells = counts.iter().map(|count| match count {
                Some(count) => format!("{count:>20.2}"),
                None => format!("{:>20}", "-"),
            });
            println!("{records:>11}{}", cells.collect::<String>());
        }
    }
    std::fs::remove_file(file).expect("our own file");
}

/// Powers of ten up to so many records, and that number.
fn sizes(most: u64) -> Vec<u64> {
    let powers = std::iter::successors(Some(1), |n| Some(n * 10)).take_while(|n| *n < most);
    powers.chain([most]).collect()
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, file] = &args[..]
        && flag == CHILD
    {
        let (x, y) = generated(Path::new(file)).expect("the bench made it");
        println!("{x} {y}");
        return ExitCode::SUCCESS;
    }
    let wanted = std::env::var("WIRELENS_BENCH_BYTES").ok();
    let most = match wanted.as_deref().map(|text| text.replace('_', "").parse::<u64>()) {
        None if testing() => 1_000 * RECORD,
        None => LARGEST,
        Some(Ok(bytes)) if bytes >= RECORD => bytes,
        Some(_) => {
            eprintln!("error: WIRELENS_BENCH_BYTES must be a number of bytes, at least {RECORD}");
            return ExitCode::from(2);
        }
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = std::env::temp_dir().join(format!("wirelens-warmup-{}", std::process::id()));
    std::fs::create_dir(&dir).expect("the temporary directory takes a directory");
    let (source, program) = (dir.join("loop.c"), dir.join("loop"));
    std::fs::write(&source, C).expect("the temporary directory takes a file");
    let compiled = Command::new("cc").args(["-O2", "-o"]).args([&program, &source]).status();
    assert!(compiled.is_ok_and(|status| status.success()), "cc compiles the loop in C");
    let path = |path: PathBuf| path.to_str().expect("paths are text").to_string();
    let (wirelens, program) = (env!("CARGO_BIN_EXE_wirelens"), path(program));
    let command = |schema: &str, more: &[&str]| {
        let schema = path(root.join(schema));
        let words = [wirelens, "barycenter", "--json", "--record", "Triangle", "--schema", &schema];
        [&words[..], more].concat().iter().map(PathBuf::from).collect::<Vec<_>>()
    };
    let ours = |name, schema, more: &[&str]| Contender {
        command: command(schema, more),
        ..Contender::new(name, &[])
    };
    let script = path(root.join("examples/triangles_bare.py"));
    let mut contenders = vec![
        Contender::new("C", &[&program]),
        ours("wirelens", "testdata/poly.h", &[]),
        ours("wirelens --jit=off", "testdata/poly.h", &["--jit=off"]).slow(),
    ];
    if found("pypy3") && !testing() {
        contenders.push(Contender::new("PyPy", &["pypy3", &script]).uncounted());
    }
    if found("python3") && !testing() {
        contenders.push(Contender::new("CPython", &["python3", &script]).slow().uncounted());
    }
    let data = dir.join("data.bin");
    tables("packed triangles", &contenders, &sizes(most / RECORD), &data, packed);
    let own = path(std::env::current_exe().expect("a bench is a file"));
    let contenders = [
        Contender::new("readers", &[&own, CHILD]),
        ours("wirelens", "schemas/poly.capnp", &[]),
        ours("wirelens --jit=off", "schemas/poly.capnp", &["--jit=off"]).slow(),
    ];
    // A message takes 88 bytes: its segment table, a pointer, three pointers, and six floats.
    tables("messages of a triangle", &contenders, &sizes((most / 88).max(1)), &data, messages);
    std::fs::remove_dir_all(&dir).expect("our own directory");
    ExitCode::SUCCESS
}
