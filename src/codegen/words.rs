//! The representation of values in machine registers and in words.

use super::left::ExitLayout;
use crate::ir::{Base, Body, Exit, Slot, Type, Value};
use crate::runtime::width;
use cranelift_codegen::ir::{self as clif, MemFlagsData, types};
use rustc_hash::FxHashSet;

/// The machine values that make up a value: first the flag, if it is optional; for a view, the address and
/// the length.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    values: [clif::Value; 3],
    count: u8,
}

impl Parts {
    pub fn of(values: &[clif::Value]) -> Parts {
        let mut all = [values[0]; 3];
        all[..values.len()].copy_from_slice(values);
        Parts { values: all, count: values.len() as u8 }
    }
    pub fn all(&self) -> &[clif::Value] {
        &self.values[..usize::from(self.count)]
    }
}

/// The types of a value's parts.
pub(super) fn part_types(ty: Type) -> impl Iterator<Item = clif::Type> {
    let base: &[clif::Type] = match ty.base {
        Base::Bool => &[types::I8],
        Base::I64 | Base::U64 | Base::Ref(_) => &[types::I64],
        Base::F64 => &[types::F64],
        Base::View => &[types::I64, types::I64],
        Base::F64x2 => &[types::F64X2],
    };
    ty.optional.then_some(types::I8).into_iter().chain(base.iter().copied())
}

/// Words assigned to values for their whole lifetime: their *homes*.
///
/// By default, an exit writes the values it needs, in code of its own. If many values are live at many
/// checks, the size of that code is quadratic, and all these values are live up to each check. So in such a
/// region each value that an exit needs is written once, at its definition, and exits write nothing: the code
/// is linear in the number of values, and exits need no registers. Return values are excluded: a native
/// caller expects them at the start of the words.
#[derive(Debug, Default)]
pub(super) struct Homes {
    /// By value.
    at: Vec<Option<u32>>,
    /// The end of the last home.
    end: usize,
}

impl Homes {
    /// If the exits of a region need fewer values in total, they write them.
    const FEW_VALUES: usize = 2_048;
    /// The minimum average number of exit values per instruction for which homes are profitable.
    const EACH: usize = 4;

    /// The homes for a region with these exits.
    pub fn new(body: &Body, exits: &[Exit]) -> Homes {
        let mut homes = Homes { at: vec![None; body.values.len()], end: 0 };
        let in_exits: FxHashSet<Value> =
            exits.iter().flat_map(|exit| &exit.insts).filter_map(|inst| inst.result).collect();
        let mut left = 0;
        for exit in exits.iter().filter(|exit| exit.returns.is_none()) {
            exit.each_slot(|slot| {
                if let Slot::Value(v) = *slot
                    && body.as_const(v).is_none()
                    && !in_exits.contains(&v)
                {
                    left += 1;
                    if homes.at[v.index()].is_none() {
                        homes.at[v.index()] = Some(homes.end as u32);
                        homes.end += width(body.ty(v));
                    }
                }
            });
        }
        let insts: usize = body.blocks.iter().map(|block| block.insts.len()).sum();
        if left > Homes::FEW_VALUES.max(Homes::EACH * insts) { homes } else { Homes::default() }
    }

    pub fn of(&self, v: Value) -> Option<usize> {
        self.at.get(v.index()).copied().flatten().map(|at| at as usize)
    }
}

/// The words in which an exit stores each value.
pub(super) fn leaves(body: &Body, exit: &Exit, homes: &Homes) -> ExitLayout {
    let mut layout: Vec<(Value, Type, usize)> = vec![];
    let mut seen = FxHashSet::default();
    let returns = exit.returns.is_some();
    let mut at = if returns { 0 } else { homes.end };
    exit.each_slot(|slot| {
        if let Slot::Value(v) = *slot
            && body.as_const(v).is_none()
            && seen.insert(v)
        {
            match homes.of(v).filter(|_| !returns) {
                Some(home) => layout.push((v, body.ty(v), home)),
                None => {
                    layout.push((v, body.ty(v), at));
                    at += width(body.ty(v));
                }
            }
        }
    });
    ExitLayout { layout, callee: None }
}

/// Flags for our own memory, which is mapped and aligned.
pub(super) const OWN: MemFlagsData = MemFlagsData::trusted();
