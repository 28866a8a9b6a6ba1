//! Trees of arithmetic, one in each message: the sum of their values.
//!
//! The generator keeps all values within 40 bits, so that plain 64-bit arithmetic suffices.

use capnp::schema::Field;
use capnp::{dynamic_struct, dynamic_value};

use super::data::{Made, Random, append, builder};
use super::hand::{self, Fault, Pointer, bits};
use super::{Answer, Case, Contender, fields, flat, ours, whole};
use readers::expression_capnp::Operation;
use readers::expression_capnp::expression::{self, left, right};

pub fn case() -> Case {
    let [wirelens, interp] = ours::expression();
    Case {
        name: "expression".into(),
        record: "trees",
        in_cache: 50,
        whole: 60_000,
        make,
        contenders: vec![
            Contender::new("generated", |bytes| {
                whole(|sum| {
                    flat::each(bytes, |message| {
                        *sum += readers::value_of_tree(message.get_root()?)?;
                        Ok(())
                    })
                })
            }),
            Contender::new("hand", |bytes| {
                whole(|sum| {
                    hand::each(bytes, |message| {
                        *sum += hand(message.root()?)?;
                        Ok(())
                    })
                })
            }),
            wirelens,
            interp,
            Contender::slow("reflection", |bytes| {
                let reflected = Reflected::new();
                whole(|sum| {
                    flat::each(bytes, |message| {
                        let root: dynamic_value::Reader = message.get_root::<expression::Reader>()?.into();
                        *sum += reflected.value(root.downcast())?;
                        Ok(())
                    })
                })
            }),
        ],
    }
}

fn apply(operation: u16, left: i64, right: i64) -> i64 {
    match operation {
        0 => left + right,
        1 => left - right,
        2 => left * right,
        3 => left.min(right),
        _ => left.max(right),
    }
}

fn make(messages: usize) -> Made {
    let (mut random, mut words, mut sum) = (Random::new(), vec![], 0);
    for _ in 0..messages {
        let mut message = builder(2_048);
        sum += fill(message.init_root(), &mut random, 0);
        append(&mut words, &message);
    }
    Made { words, records: messages, answer: Answer::Whole(sum) }
}

/// Builds a tree and returns its value. At greater depth, operands are more likely to be plain values.
fn fill(mut tree: expression::Builder, random: &mut Random, depth: u64) -> i64 {
    let operand = |random: &mut Random| (random.below(8) < depth).then(|| random.of(-100, 100));
    let left = match operand(random) {
        Some(value) => {
            tree.reborrow().init_left().set_value(value);
            value
        }
        None => fill(tree.reborrow().init_left().init_expression(), random, depth + 1),
    };
    let right = match operand(random) {
        Some(value) => {
            tree.reborrow().init_right().set_value(value);
            value
        }
        None => fill(tree.reborrow().init_right().init_expression(), random, depth + 1),
    };
    const ALL: [Operation; 5] =
        [Operation::Add, Operation::Subtract, Operation::Multiply, Operation::Least, Operation::Greatest];
    let small = |operation: Operation| apply(operation as u16, left, right).unsigned_abs() < 1 << 40;
    let operation = random.pick(&ALL);
    let operation = if small(operation) { operation } else { Operation::Least };
    tree.set_operation(operation);
    apply(operation as u16, left, right)
}

fn hand(tree: Pointer) -> Result<i64, Fault> {
    let tree = tree.structure()?;
    let [head, left, right] = tree.words();
    let [left_tree, right_tree] = tree.pointers();
    let left = match bits(head, 16, 16) {
        0 => left as i64,
        1 => hand(left_tree)?,
        _ => return Err(Fault::Kind),
    };
    let right = match bits(head, 32, 16) {
        0 => right as i64,
        1 => hand(right_tree)?,
        _ => return Err(Fault::Kind),
    };
    Ok(apply(head as u16, left, right))
}

/// The fields of a tree and of its two operands, looked up once.
struct Reflected {
    fields: [Field; 3],
    left: [Field; 2],
    right: [Field; 2],
}

impl Reflected {
    fn new() -> Reflected {
        Reflected {
            fields: fields::<expression::Owned, 3>(["operation", "left", "right"]),
            left: fields::<left::Owned, 2>(["value", "expression"]),
            right: fields::<right::Owned, 2>(["value", "expression"]),
        }
    }

    fn value(&self, tree: dynamic_struct::Reader) -> capnp::Result<i64> {
        let [operation, left, right] = self.fields;
        let left = self.operand(tree.get(left)?.downcast(), self.left)?;
        let right = self.operand(tree.get(right)?.downcast(), self.right)?;
        let operation: dynamic_value::Enum = tree.get(operation)?.downcast();
        Ok(apply(operation.get_value(), left, right))
    }

    fn operand(&self, union: dynamic_struct::Reader, [value, tree]: [Field; 2]) -> capnp::Result<i64> {
        if union.which()?.is_some_and(|field| field.get_index() == value.get_index()) {
            return Ok(union.get(value)?.downcast());
        }
        self.value(union.get(tree)?.downcast())
    }
}
