//! Totals over all records of a stream: which functions of the IR compute them, and in what order floats are added.
//!
//! Integers are added one after the other; a total that does not fit is an error. Floats are added in an order that
//! depends on nothing but the data's length, so that every engine and any number of threads give the same bits:
//!
//! 1. Records are taken in blocks of [`BLOCK`]. Within a block, record `i` is added to lane `i % LANES`. A lane is thus at
//!    most `BLOCK / LANES` additions deep; the lanes of a block are then added pairwise. (NumPy's pairwise sum does
//!    the same at its leaves; see Higham, "The accuracy of floating point summation", 1993.)
//! 2. The blocks' sums are added with Knuth's TwoSum, which keeps what each addition rounds off in a second float.
//!
//! The error is at most that of pairwise summation: (`BLOCK / LANES` + 3) roundings, where pairwise summation of n numbers has
//! those and one more for each doubling of n.
//!
//! Where partial sums of finite numbers leave the range of floats, the result is infinite or NaN, as with any order; which of them
//! may differ from what a plain loop gives.
//!
//! The lanes are an object, [`LANES`] floats that rotate by one with each record. Nothing else is needed for native
//! code to hold them in registers: unrolled `LANES` times the rotation is the identity, and neighbouring lanes or neighbouring
//! totals are neighbours in vector registers.

use super::{expression, part};
use crate::error::{Diagnostic, Error};
use crate::formats::{self, packed};
use crate::ir::build::Builder;
use crate::ir::{Base, Class, ClassId, Const, FuncId, Op, Program, Type, Value};

/// Lanes of a block.
pub const LANES: usize = 8;
/// Records of a block.
pub const BLOCK: u64 = 128;

mod messages;

/// The functions that compute totals.
#[derive(Clone, Debug)]
pub struct Totals {
    /// `(view) -> (end, records, partial…)`: the totals over the whole records at the start of a view, where these end, and how many they are.
    pub stretch: FuncId,
    /// What a record is.
    pub record: ClassId,
    /// The types of the totals. A float's partial total is two floats: the sum, and what it rounded off.
    pub types: Vec<Base>,
}

/// How records follow one another.
#[derive(Clone, Copy, Debug)]
pub enum Order<'a> {
    /// Without gaps, so many bytes each.
    Strided(u64),
    /// As messages: the root of each or, if a path to a list is given, each element of that.
    Messages(Option<&'a str>),
}

/// Where the functions of a record come from.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// From expressions.
    Expressions,
    /// They are in the program already, from that text, by name.
    Text(&'a str),
}

/// Adds to a program of accessors the functions that total expressions, or functions of the program, over the records of class `record`.
pub fn totals(
    program: &mut Program,
    record: &str,
    order: Order,
    source: Source,
    names: &[&str],
) -> Result<Totals, Error> {
    let record = &formats::class_name(record);
    let mut class = program.class(record).expect("the record's accessors are in the program");
    let mut each = None;
    if let Order::Messages(Some(path)) = order {
        let list = part(program, class, "each", path)?;
        each = Some(messages::Each { list: list.func, len: list.len, at: list.at });
        class = list.element;
    }
    let mut items = vec![];
    for (i, name) in names.iter().enumerate() {
        let (func, base) = match source {
            Source::Expressions => expression(program, class, &format!("item{i}"), name)?,
            Source::Text(text) => written(program, class, text, name)?,
        };
        items.push(Item { func, base });
    }
    let stretch = match order {
        Order::Strided(stride) => {
            let lanes = lanes(program);
            stretch(program, record, stride, &items, &lanes)
        }
        Order::Messages(_) => messages::stretch(program, record, &items, each),
    };
    Ok(Totals { stretch, record: class, types: items.iter().map(|item| item.base).collect() })
}

/// A function of the program from a record of that class to a number; `text` is where it should be.
fn written(program: &Program, class: ClassId, text: &str, name: &str) -> Result<(FuncId, Base), Error> {
    let wrong = |message: String| Error::Program(vec![Diagnostic::at("<ir>", text, text.len(), message)]);
    let Some(id) = program.func(name) else {
        return Err(wrong(format!("there is no function '{name}'")));
    };
    let func = &program.funcs[id.index()];
    let params: Vec<Type> = func.body.blocks[0].params.iter().map(|v| func.body.ty(*v)).collect();
    match func.returns[..] {
        [ty @ (Type::I64 | Type::U64 | Type::F64)] if params == [Type::object(class)] => Ok((id, ty.base)),
        _ => {
            let record = &program.classes[class.index()].name;
            Err(wrong(format!("'{name}' must take a {record} and give an i64, a u64 or an f64")))
        }
    }
}

/// One total: the function of the record, and the type of its result.
struct Item {
    func: FuncId,
    base: Base,
}

impl Item {
    /// What is carried from block to block: for floats the sum and what was rounded off.
    fn partial(&self) -> Vec<Type> {
        let ty = Type::of(self.base);
        if self.base == Base::F64 { vec![ty, ty] } else { vec![ty] }
    }

    /// That before the first record.
    fn start(&self, b: &mut Builder) -> Vec<Value> {
        match self.base {
            Base::F64 => vec![b.f64(0.0); 2],
            Base::U64 => vec![b.constant(Const::U64(0))],
            _ => vec![b.i64(0)],
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

/// Knuth's TwoSum: `(hi, lo) + x`, what is rounded off going to `lo`.
fn two_sum(b: &mut Builder, hi: Value, lo: Value, x: Value) -> [Value; 2] {
    let sum = b.op(Op::Add, &[hi, x]);
    let x_part = b.op(Op::Sub, &[sum, hi]);
    let hi_part = b.op(Op::Sub, &[sum, x_part]);
    let hi_error = b.op(Op::Sub, &[hi, hi_part]);
    let x_error = b.op(Op::Sub, &[x, x_part]);
    let error = b.op(Op::Add, &[hi_error, x_error]);
    [sum, b.op(Op::Add, &[lo, error])]
}

fn stretch(program: &mut Program, record: &str, stride: u64, items: &[Item], lanes: &Lanes) -> FuncId {
    let read = program.func(&packed::reader(record)).expect("a record has a reader");
    let (mut b, params) = Builder::new(program, "stretch", &[Type::VIEW]);
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
    let inner_type = |item: &Item| match item.base {
        Base::F64 => Type::object(lanes.class),
        base => Type::of(base),
    };
    let inner_types: Vec<Type> = [Type::I64].into_iter().chain(items.iter().map(inner_type)).collect();
    let (inner, carried) = b.block(&inner_types);
    let (body, _) = b.block(&[]);
    let (end, _) = b.block(&[]);
    let mut start = vec![zero];
    let mut partial = totals.iter().copied();
    let nothing = b.f64(0.0);
    for item in items {
        let total = partial.next().expect("each item has its partial total");
        if item.base == Base::F64 {
            partial.next();
            start.push(b.op(Op::New(lanes.class), &[nothing; LANES]));
        } else {
            start.push(total);
        }
    }
    b.jump(inner, &start);
    b.at(inner);
    let offset = carried[0];
    let more = b.op(Op::Fits, &[block, offset, stride_value]);
    b.branch(more, body, end);

    b.at(body);
    let object = b.op(Op::Call(read), &[block, offset]);
    let bytes = b.op(Op::Get(b.ty(object).class().expect("a record is an object"), 0), &[object]);
    b.record(bytes);
    let mut next = vec![];
    for (item, sum) in items.iter().zip(&carried[1..]) {
        let value = b.op(Op::Call(item.func), &[object]);
        let op = if item.base == Base::F64 { Op::Call(lanes.add) } else { Op::Add };
        next.push(b.op(op, &[*sum, value]));
    }
    next.insert(0, b.op(Op::Add, &[offset, stride_value]));
    b.jump(inner, &next);

    // … and what the block adds to the totals.
    b.at(end);
    let mut next = vec![b.op(Op::Add, &[position, size])];
    let mut partial = totals.iter().copied();
    for (item, sum) in items.iter().zip(&carried[1..]) {
        let hi = partial.next().expect("each item has its partial total");
        if item.base == Base::F64 {
            let lo = partial.next().expect("a float total has two parts");
            let x = b.op(Op::Call(lanes.sum), &[*sum]);
            next.extend(two_sum(&mut b, hi, lo, x));
        } else {
            next.push(*sum);
        }
    }
    b.jump(outer, &next);
    b.at(done);
    let records = b.op(Op::Div, &[position, stride_value]);
    b.give(&[&[position, records][..], totals].concat());
    b.finish()
}
