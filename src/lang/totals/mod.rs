//! Totals over all records of a stream: which functions of the IR compute them, and in what order floats are
//! added.
//!
//! All [`Item`]s, sums and whatever else, are computed in one pass.
//!
//! Integers are added exactly, in 128 bits, which no number of records leaves. Floats are added in an order
//! that depends on nothing but the data's length, so that every engine and any number of threads give the
//! same bits:
//!
//! 1. Records are taken in blocks of [`BLOCK`]. Within a block, record `i` is added to lane `i % LANES`. A
//!    lane is thus at most `BLOCK / LANES` additions deep; the lanes of a block are then added pairwise.
//!    (NumPy's pairwise sum does the same at its leaves; see Higham, "The accuracy of floating point
//!    summation", 1993.)
//! 2. The blocks' sums are added with Knuth's TwoSum, which keeps what each addition rounds off in a second
//!    float.
//!
//! The error is at most that of pairwise summation: (`BLOCK / LANES` + 3) roundings, where pairwise summation
//! of n numbers has those and one more for each doubling of n.
//!
//! Where partial sums of finite numbers leave the range of floats, the result is infinite or NaN, as with any
//! order; which of them may differ from what a plain loop gives.
//!
//! The lanes are an object, [`LANES`] floats that rotate by one with each record. Nothing else is needed for
//! native code to hold them in registers: unrolled `LANES` times the rotation is the identity, and
//! neighbouring lanes or neighbouring totals are neighbours in vector registers.

use super::script::{self, Answer};
use crate::error::{Diagnostic, Error};
use crate::formats::{self, BLOCK, Framing, Layout};
use crate::ir::build::Builder;
use crate::ir::{Class, ClassId, FuncId, Op, Program, Type, Value};
use crate::schema::Schema;
use items::first;
pub use items::{Item, Kind, add_words, two_sum};

/// Lanes of a block.
pub const LANES: usize = 8;

mod items;
mod messages;

/// The functions that compute totals.
#[derive(Clone, Debug)]
pub struct Totals {
    /// `(view) -> (end, records, partial…)`: the totals over the whole records at the start of a view, where
    /// these end, and how many they are.
    pub chunk: FuncId,
    /// What a record is.
    pub record: ClassId,
    /// What is computed; the partial totals are those of the items, one after the other ([`Item::partial`]).
    pub items: Vec<Item>,
    /// What these are for, if they are those of expressions over all records.
    pub answers: Vec<Answer>,
}

/// What is to be computed.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// Sums of expressions over a record.
    Sums(&'a [&'a str]),
    /// Sums of functions that are in the program already, from that text, by name.
    Written(&'a str, &'a [&'a str]),
    /// Expressions over all records.
    Answers(&'a str),
}

/// Adds to a program of accessors the functions that compute what is wanted over the records of class
/// `record`, or over the elements of a list that each of these has, at the path `each`.
pub fn totals(
    program: &mut Program,
    schema: &Schema,
    record: &str,
    layout: &Layout,
    each: Option<&str>,
    wanted: Wanted,
) -> Result<Totals, Error> {
    let mut class = program.class(record).expect("the record's accessors are in the program");
    let mut list = None;
    if let Some(path) = each {
        let found = script::part(program, schema, class, "each", path)?;
        list = Some(messages::Each { list: found.func, len: found.len, at: found.at });
        class = found.element;
    }
    let sum = |(func, (base, split))| Item { kind: Kind::Sum, base, func, split };
    let (mut items, mut answers) = (vec![], vec![]);
    match wanted {
        Wanted::Sums(expressions) => {
            for (i, text) in expressions.iter().enumerate() {
                items.push(sum(script::number(program, schema, class, &format!("item{i}"), text)?));
            }
        }
        Wanted::Written(text, names) => {
            for name in names {
                items.push(sum(written(program, class, text, name)?));
            }
        }
        Wanted::Answers(text) => (items, answers) = script::eval(program, schema, class, text)?,
    }
    let chunk = match formats::framing(program, record, layout) {
        Framing::Strided { size, read } => {
            let lanes = lanes(program);
            chunk(program, read, size, &items, &lanes)
        }
        Framing::Chained(chain) => messages::chunk(program, chain, &items, list),
    };
    Ok(Totals { chunk, record: class, items, answers })
}

/// A function of the program from a record of that class to a number; `text` is where it should be.
fn written(
    program: &Program,
    class: ClassId,
    text: &str,
    name: &str,
) -> Result<(FuncId, (crate::ir::Base, Option<ClassId>)), Error> {
    let wrong = |message: String| Error::Program(vec![Diagnostic::at("<ir>", text, text.len(), message)]);
    let Some(id) = program.func(name) else {
        return Err(wrong(format!("there is no function '{name}'")));
    };
    let func = &program.funcs[id.index()];
    let params: Vec<Type> = func.body.blocks[0].params.iter().map(|v| func.body.ty(*v)).collect();
    match func.returns[..] {
        [ty @ (Type::I64 | Type::U64 | Type::F64)] if params == [Type::object(class)] => {
            Ok((id, (ty.base, None)))
        }
        _ => {
            let record = &program.classes[class.index()].name;
            Err(wrong(format!("'{name}' must take a {record} and give an i64, a u64 or an f64")))
        }
    }
}

/// The class of lanes and its methods.
struct Lanes {
    class: ClassId,
    add: FuncId,
    sum: FuncId,
}

fn lanes(program: &mut Program) -> Lanes {
    let class = ClassId(program.classes.len() as u32);
    let fields = (0..LANES).map(|i| (format!("l{i}"), Type::F64)).collect();
    program.classes.push(Class { name: "Lanes$".to_string(), fields });
    let object = Type::object(class);

    let (mut b, params) = Builder::new(program, "Lanes$.add", &[object, Type::F64]);
    let mut old: Vec<Value> = (0..LANES as u32).map(|i| b.op(Op::Get(class, i), &[params[0]])).collect();
    let changed = b.op(Op::Add, &[old[0], params[1]]);
    old.remove(0);
    old.push(changed);
    let new = b.op(Op::New(class), &old);
    b.give(&[new]);
    let add = b.finish();

    let (mut b, params) = Builder::new(program, "Lanes$.sum", &[object]);
    let mut sums: Vec<Value> = (0..LANES as u32).map(|i| b.op(Op::Get(class, i), &[params[0]])).collect();
    while sums.len() > 1 {
        sums = sums.chunks(2).map(|pair| b.op(Op::Add, pair)).collect();
    }
    b.give(&sums);
    let sum = b.finish();
    Lanes { class, add, sum }
}

fn chunk(program: &mut Program, read: FuncId, stride: u64, items: &[Item], lanes: &Lanes) -> FuncId {
    let (mut b, params) = Builder::new(program, "chunk", &[Type::VIEW]);
    let (all, zero) = (params[0], b.i64(0));
    let stride_value = b.i64(stride as i64);
    let partials: Vec<Type> = items.iter().flat_map(Item::partial).collect();

    // for each block …
    let outer_types: Vec<Type> = [Type::I64].into_iter().chain(partials).collect();
    let (outer, carried) = b.block(&outer_types);
    let (open, _) = b.block(&[]);
    let (done, _) = b.block(&[]);
    let mut start = vec![zero];
    for item in items {
        start.extend(item.start(&mut b));
    }
    b.jump(outer, &start);
    b.at(outer);
    let (position, totals) = (carried[0], &carried[1..]);
    let more = b.op(Op::Fits, &[all, position, stride_value]);
    b.branch(more, open, done);

    b.at(open);
    let length = b.op(Op::Len, &[all]);
    let rest = b.op(Op::Sub, &[length, position]);
    let full = b.i64(BLOCK.saturating_mul(stride).min(i64::MAX as u64) as i64);
    let size = b.op(Op::Min, &[rest, full]);
    let block = b.op(Op::Slice, &[all, position, size]);
    // … for each record of it …
    let within = items.iter().flat_map(|item| item.within(Some(lanes)));
    let inner_types: Vec<Type> = [Type::I64].into_iter().chain(within).collect();
    let (inner, carried) = b.block(&inner_types);
    let (body, _) = b.block(&[]);
    let (end, _) = b.block(&[]);
    let mut start = vec![zero];
    let mut partials = totals;
    for item in items {
        let partial = first(&mut partials, item.width());
        start.extend(item.block_start(&mut b, partial, Some(lanes)));
    }
    b.jump(inner, &start);
    b.at(inner);
    let offset = carried[0];
    let more = b.op(Op::Fits, &[block, offset, stride_value]);
    b.branch(more, body, end);

    b.at(body);
    let object = Framing::read(&mut b, read, block, offset);
    let mut next = vec![];
    let mut sums = &carried[1..];
    for item in items {
        let old = first(&mut sums, item.within(Some(lanes)).len());
        next.extend(item.add(&mut b, object, old, Some(lanes)));
    }
    next.insert(0, b.op(Op::Add, &[offset, stride_value]));
    b.jump(inner, &next);

    // … and what the block adds to the totals.
    b.at(end);
    let mut next = vec![b.op(Op::Add, &[position, size])];
    let (mut partials, mut sums) = (totals, &carried[1..]);
    for item in items {
        let partial = first(&mut partials, item.width());
        let within = first(&mut sums, item.within(Some(lanes)).len());
        next.extend(item.block_end(&mut b, partial, within, Some(lanes)));
    }
    b.jump(outer, &next);
    b.at(done);
    let records = b.op(Op::Div, &[position, stride_value]);
    b.give(&[&[position, records][..], totals].concat());
    b.finish()
}
