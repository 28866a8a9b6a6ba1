//! Finds why a region still allocates objects after all passes: the uses that a virtual object does not
//! support.

use super::source::{class, field, function};
use crate::ir::cfg::Cfg;
use crate::ir::{Body, ClassId, Op, Program, Region, Slot, Term, Value};

/// A place in a region that allocates objects.
#[derive(Clone, Debug)]
pub struct New {
    /// The block, and the index of the instruction.
    pub at: (crate::ir::BlockId, u32),
    /// The class.
    pub class: ClassId,
    /// The object.
    pub value: Value,
}

/// The places where a body allocates objects.
pub fn news(body: &Body) -> Vec<New> {
    let cfg = Cfg::new(body);
    let mut found = vec![];
    for block in cfg.order() {
        for (i, inst) in body[*block].insts.iter().enumerate() {
            if let (Op::New(class), Some(value)) = (inst.op, inst.result) {
                found.push(New { at: (*block, i as u32), class, value });
            }
        }
    }
    found
}

/// The reasons, in words and without duplicates, why an object is not virtual.
pub fn reasons(program: &Program, region: &Region, new: &New) -> Vec<String> {
    let name = |c: ClassId| class(&program.classes[c.index()].name);
    let mut found: Vec<String> = vec![];
    let mut add = |reason: String| {
        if !found.contains(&reason) {
            found.push(reason);
        }
    };
    let cfg = Cfg::new(&region.body);
    // Values that are the object, including optionals that contain it.
    let mut same = vec![new.value];
    for block in cfg.order() {
        let code = &region.body[*block];
        for inst in &code.insts {
            if inst.op == Op::Some && same.contains(&inst.args[0]) {
                same.extend(inst.result);
            }
            let used = |from: usize| inst.args.iter().skip(from).any(|v| same.contains(v));
            match inst.op {
                Op::Select if used(1) => add("a select chooses between it and another one".to_string()),
                Op::Set(c, k) if same.contains(&inst.args[1]) => {
                    let name =
                        format!("{}.{}", name(c), field(&program.classes[c.index()].fields[k as usize].0));
                    add(format!("it is stored in {name} of an object that is real"));
                }
                Op::New(c) if used(0) => add(format!("it is in a {} that is made", name(c))),
                Op::Native(f) if used(0) => {
                    add(format!("it is passed to {}, a native call", function(program, f)))
                }
                Op::Eq | Op::Ne if used(0) => add("it is compared with another one by identity".to_string()),
                _ => {}
            }
        }
        for target in code.term.targets() {
            if target.args.iter().any(|v| same.contains(v)) {
                let header = region.body[target.block].header;
                add(match header && cfg.dominates(target.block, *block) {
                    true => "a loop carries it around, where it meets one that is not known".to_string(),
                    false => "it meets another object, or None, where edges join".to_string(),
                });
            }
        }
        if let Term::Exit(exit) = code.term {
            let returns = region.exits[exit.index()].returns.iter().flatten();
            if returns.into_iter().any(|slot| matches!(slot, Slot::Value(v) if same.contains(v))) {
                add("it is returned".to_string());
            }
        }
    }
    let sets = |f: &crate::ir::Func| {
        f.body.blocks.iter().flat_map(|b| &b.insts).any(|i| matches!(i.op, Op::Set(c, _) if c == new.class))
    };
    if program.funcs.iter().any(sets) {
        add(format!("objects of {} are changed, so that it matters which one it is", name(new.class)));
    }
    found
}
