//! A format in one file: records of a C struct, each preceded by its length. This file and a line in the list
//! of formats suffice to total, select and print its records, on any number of threads, in native code, and
//! to go through them in a script.
//!
//! Byte layout: four bytes with the number of bytes that follow, little-endian, then the struct, and
//! optionally more.

use crate::Format;
use crate::engine::Jit;
use crate::error::Error;
use crate::formats::cursor::{Chain, Framing};
use crate::formats::packed::PackedStruct;
use crate::formats::split::{Ending, Piece, Place, Split};
use crate::formats::wire::{CERTAIN, Cut, RecordLayout, Spec, Wire};
use crate::formats::{Limits, class_name};
use crate::input::Input;
use crate::ir::build::Builder;
use crate::ir::{Class, ClassId, Op, Program, Type};
use crate::query::values::Values as Totals;
use crate::query::{Options, Query, Script};
use crate::schema::{Endian, Language, Scalar, Schema};

const DAMAGED: &str = "a record is shorter than its struct";
const BYTES: u32 = 0;
const SIZE: u32 = 1;

#[derive(Debug)]
pub struct LengthPrefixed;

/// The record at the start of some bytes.
enum Found {
    Whole(u64),
    Short(u64),
    Wrong,
    Nothing,
}

fn found(bytes: &[u8], size: u64) -> Found {
    match bytes.first_chunk() {
        None if bytes.is_empty() => Found::Nothing,
        None => Found::Short(4),
        Some(length) => match u64::from(u32::from_le_bytes(*length)) {
            length if length < size => Found::Wrong,
            length if bytes.len() as u64 - 4 < length => Found::Short(4 + length),
            length => Found::Whole(4 + length),
        },
    }
}

impl Wire for LengthPrefixed {
    fn spec(&self) -> &'static Spec {
        &Spec {
            name: "length-prefixed",
            about: "C structs, each behind its length",
            language: Language::C,
            family: "length-prefixed",
            what: "structs behind their length",
            noun: "record",
            stream: "",
        }
    }

    fn sniff(&self, _: &[u8], _: &Limits) -> u8 {
        CERTAIN
    }

    /// The accessors of packed structs, and for each struct a function that finds a record at an offset.
    fn accessors(&self, schema: &Schema, limits: &Limits) -> Program {
        let mut program = PackedStruct.accessors(schema, limits);
        let step = ClassId(program.classes.len() as u32);
        let fields = vec![("bytes".to_string(), Type::VIEW), ("size".to_string(), Type::I64)];
        program.classes.push(Class { name: "Step$".to_string(), fields });
        for s in &schema.structs {
            let class = class_name(&s.name);
            let object = program.class(&class).expect("all structs have a class");
            // Checks for the length, a length that suffices for the struct, and the whole record.
            let (mut b, params) =
                Builder::new(&mut program, &format!("{class}.step$"), &[Type::VIEW, Type::I64]);
            let (zero, four) = (b.i64(0), b.i64(4));
            let (none, why) = b.block(&[Type::I64]);
            let [(head, _), (wrong, _), (body, _), (whole, _), (nothing, _)] = [(); 5].map(|()| b.block(&[]));
            let fits = b.op(Op::Fits, &[params[0], params[1], four]);
            b.branch(fits, head, nothing);
            b.at(nothing);
            b.jump(none, &[zero]);
            b.at(head);
            let length = b.op(Op::Load(Scalar::U32, Endian::Little), &[params[0], params[1]]);
            let least = b.i64(s.size as i64);
            let enough = b.op(Op::Le, &[least, length]);
            b.branch(enough, body, wrong);
            b.at(wrong);
            let damaged = b.i64(-1);
            b.jump(none, &[damaged]);
            b.at(body);
            let at = b.op(Op::Add, &[params[1], four]);
            let fits = b.op(Op::Fits, &[params[0], at, length]);
            b.branch(fits, whole, nothing);
            b.at(whole);
            let bytes = b.op(Op::Slice, &[params[0], at, length]);
            let size = b.op(Op::Add, &[length, four]);
            let made = b.op(Op::New(step), &[bytes, size]);
            b.give(&[made]);
            b.at(none);
            let empty = b.op(Op::Slice, &[params[0], zero, zero]);
            let made = b.op(Op::New(step), &[empty, why[0]]);
            b.give(&[made]);
            b.finish();
            let (mut b, params) =
                Builder::new(&mut program, &format!("{class}.open$"), &[Type::object(step)]);
            let bytes = b.op(Op::Get(step, BYTES), &[params[0]]);
            let (zero, size) = (b.i64(0), b.i64(s.size as i64));
            let bytes = b.op(Op::Slice, &[bytes, zero, size]);
            let made = b.op(Op::New(object), &[bytes]);
            b.give(&[made]);
            b.finish();
        }
        program
    }

    fn framing(&self, program: &Program, class: &str, _: &RecordLayout) -> Framing {
        let func = |name: &str| program.func(&format!("{class}.{name}")).expect("each struct has one");
        Framing::Chained(Chain {
            step: func("step$"),
            class: program.class("Step$").expect("it was declared"),
            bytes: BYTES,
            size: SIZE,
            open: func("open$"),
            damaged: DAMAGED,
        })
    }

    fn records(&self, _: &RecordLayout, _: u64) -> Option<u64> {
        None
    }

    fn split<'i>(&self, layout: &RecordLayout, input: &'i Input<'i>) -> Box<dyn Split + 'i> {
        Box::new(Prefixed { bytes: input.bytes(), size: layout.size })
    }

    fn number(&self, layout: &RecordLayout, input: &Input, at: u64) -> u64 {
        Prefixed { bytes: input.bytes(), size: layout.size }
            .pass(layout.header, |_, position| position < at)
            .0
    }

    fn size(&self, layout: &RecordLayout, bytes: &[u8]) -> Option<u64> {
        if let Found::Whole(size) = found(bytes, layout.size) { Some(size) } else { None }
    }

    fn truncated(&self, cut: &Cut) -> String {
        PackedStruct.truncated(cut)
    }

    fn nothing(&self, name: &str, header: u64) -> String {
        PackedStruct.nothing(name, header)
    }
}

#[derive(Debug)]
struct Prefixed<'i> {
    bytes: &'i [u8],
    size: u64,
}

impl Prefixed<'_> {
    fn found(&self, at: u64) -> Found {
        found(&self.bytes[at as usize..], self.size)
    }

    fn pass(&self, from: u64, on: impl Fn(u64, u64) -> bool) -> (u64, u64) {
        let (mut count, mut position) = (0, from);
        while on(count, position)
            && let Found::Whole(size) = self.found(position)
        {
            (count, position) = (count + 1, position + size);
        }
        (count, position)
    }
}

impl Split for Prefixed<'_> {
    fn next(&mut self, from: u64, _: bool, _: &mut Vec<u8>) -> Option<Piece> {
        let (records, end) = self.pass(from, |_, position| position - from < Input::CHUNK);
        (records > 0).then(|| Piece { place: Place::Input(from..end), next: end, whole: Some(end - from) })
    }

    fn skip(&mut self, from: u64, records: u64) -> (u64, u64) {
        self.pass(from, |count, _| count < records)
    }

    fn several(&self) -> bool {
        self.bytes.len() as u64 > Input::CHUNK
    }

    fn ending(&self, at: u64) -> Ending {
        match self.found(at) {
            Found::Whole(_) | Found::Nothing => Ending::End,
            Found::Short(expected) => Ending::Truncated { at, expected },
            Found::Wrong => Ending::Damaged { at, why: DAMAGED.to_string() },
        }
    }
}

fn schema() -> Schema {
    let schema = Schema::from_c("s.h", "struct S { int64_t n; float x; };").expect("it is right");
    schema.with_format(Format::named("length-prefixed").expect("it is in the list")).expect("it is of C")
}

/// `count` records; every third has more bytes after its struct.
fn records(count: i64) -> Vec<u8> {
    let record = |i: i64| {
        let more = vec![0xEE; if i % 3 == 0 { 5 } else { 0 }];
        [
            &(16 + more.len() as u32).to_le_bytes()[..],
            &i.to_le_bytes(),
            &(i as f32 / 2.0).to_le_bytes(),
            &[0; 4],
            &more,
        ]
        .concat()
    };
    (0..count).flat_map(record).collect()
}

#[test]
fn its_records_are_totalled_selected_and_printed() {
    let (schema, count) = (schema(), 300_000);
    let bytes = records(count);
    let input = Input::from_bytes(&bytes);
    let sum: i64 = (0..count).sum();
    let totals = Totals::compile(&schema, "S", "sum(t.n for t in records), len(records)").expect("right");
    let rows = |jit, threads| {
        let query = Query::builder(&schema).record("S").select("n, x").filter("n % 1000 == 7");
        query.jit(jit).threads(threads).build().expect("it is right")
    };
    let expected: String =
        (0..count).filter(|n| n % 1000 == 7).map(|n| format!("{n},{:?}\n", n as f32 / 2.0)).collect();
    for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
        for threads in [1, 3] {
            let options = Options { jit, threads, format: None };
            let (outcome, stats) = totals.run_counted(&input, &options).expect("it runs");
            let values: Vec<String> = outcome.values.iter().map(ToString::to_string).collect();
            assert_eq!(values, [sum.to_string(), count.to_string()], "{options:?}");
            assert!(jit == Jit::Off || stats.records_native > 9 * stats.records_interpreted, "{stats}");
            let text = rows(jit, threads).run(&input).expect("it runs").text;
            assert_eq!(str::from_utf8(&text), Ok(&expected[..]), "{options:?}");
        }
    }
    let query = Query::builder(&schema).record("S").documents().skip(299_998).build().expect("it is right");
    let out = query.run(&input).expect("it prints").text;
    assert_eq!(out, b"{\"n\":\"299998\",\"x\":149999}\n{\"n\":\"299999\",\"x\":149999.5}\n");
}

#[test]
fn scripts_go_through_its_records() {
    let text = "import wirelens\ntotal = 0\nfor t in wirelens.open('a.bin', schema='s.h'):\n    total += t.n\nprint(total)";
    let load = |_: &str| Ok::<Schema, Error>(schema());
    let script = Script::compile("s.py", text, &[], &Limits::default(), load).expect("it is right");
    let (bytes, sum) = (records(50_000), (0..50_000i64).sum::<i64>());
    for jit in [Jit::Off, Jit::On, Jit::DeoptStress] {
        let out = script.output(Some(&Input::from_bytes(&bytes)), &Options { jit, ..Options::default() });
        assert_eq!(out.expect("all is there").text, format!("{sum}\n").into_bytes());
    }
}

/// The third record is shorter than its struct, or truncated.
#[test]
fn damage_and_truncation_are_reported_with_their_place() {
    let schema = schema();
    let totals = Totals::totals(&schema, "S", &["t.n"]).expect("it is right");
    let mut bytes = records(2);
    let at = bytes.len();
    bytes.extend(7u32.to_le_bytes());
    bytes.extend([0; 30]);
    let error = totals.run(&Input::from_bytes(&bytes), &Options::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("<bytes>: record 2 (at byte {at}): a record is shorter than its struct")
    );
    bytes.truncate(at);
    bytes.extend(16u32.to_le_bytes());
    let outcome = totals.run(&Input::from_bytes(&bytes), &Options::default()).expect("it is cut short");
    let cut = Cut { offset: at as u64, bytes: 4, expected: 20, number: 2 };
    assert_eq!((outcome.records, outcome.cut), (2, Some(cut)));
}
