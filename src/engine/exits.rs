//! Leaving native code: restores frames and objects from the exit's snapshot ([`Restore`]).

use super::Stats;
use crate::codegen::ExitLayout;
use crate::interp::{Event, Machine};
use crate::ir::{Base, Exit, Region, Slot, Type};
use crate::runtime::{Memory, Val, width};

/// How to restore the state of an exit.
#[derive(Debug)]
pub(super) struct Restore {
    /// In the order of [`Exit::each_slot`].
    sources: Vec<SlotSource>,
    /// If the state is only that the region's function has returned: the words of its results, if there are
    /// no views, which would have to be translated.
    pub returned: Option<Vec<ResultWord>>,
}

/// Where a word of a result comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum ResultWord {
    Known(u64),
    /// The word that native code leaves at that index.
    Left(usize),
}

/// Where the value of an exit's slot comes from.
#[derive(Clone, Copy, Debug)]
enum SlotSource {
    /// A constant.
    Known(Val),
    /// The words that native code leaves, beginning at that index.
    Words(Type, usize),
    /// The exit's object with that number.
    Object(u32),
}

impl Restore {
    /// For an exit of a region whose function has these results.
    pub fn new(region: &Region, exit: &Exit, leaves: &ExitLayout, results: &[Type]) -> Restore {
        let mut sources = vec![];
        exit.each_slot(|slot| {
            sources.push(match slot {
                Slot::Object(n) => SlotSource::Object(*n),
                Slot::Value(v) => match region.body.as_const(*v) {
                    Some(c) => SlotSource::Known(c.into()),
                    None => {
                        let place = leaves.layout.iter().find(|(known, ..)| known == v);
                        let (_, ty, at) = place.expect("an exit leaves its values");
                        SlotSource::Words(*ty, *at)
                    }
                },
            });
        });
        let only = exit.returns.is_some() && exit.frames.is_empty() && exit.objects.is_empty();
        let returned =
            (only && exit.fields.is_empty() && exit.arm.is_none()).then(|| words(&sources, results));
        Restore { sources, returned: returned.flatten() }
    }

    /// Pushes the frames of the exit's snapshot on top of the machine's frames. `words` are the words that
    /// native code left, `results` the types of the results of the region's function. Returns an event if the
    /// outermost function has returned.
    pub fn restore(
        &self,
        machine: &mut Machine,
        stats: &mut Stats,
        exit: &Exit,
        results: &[Type],
        words: &[u64],
        memory: Memory,
    ) -> Option<Event> {
        // Allocates all objects first, without fields, since slots and other objects may refer to them.
        let made: Vec<u32> = exit.objects.iter().map(|(class, _)| machine.heap.make(*class)).collect();
        stats.objects_materialized += made.len() as u64;
        let mut values = self.sources.iter().map(|source| match source {
            SlotSource::Known(val) => *val,
            SlotSource::Words(ty, at) => memory.back(Val::read(*ty, &words[*at..at + width(*ty)])),
            SlotSource::Object(n) => Val::Ref(made[*n as usize]),
        });
        let mut next = || values.next().expect("each slot has a source");
        for frame in &exit.frames {
            machine.enter(frame.func, frame.block, frame.inst);
            for (v, _) in &frame.slots {
                machine.set(*v, next());
            }
        }
        if exit.returns.is_some() {
            machine.results.clear();
            results.iter().for_each(|ty| next().push(*ty, &mut machine.results));
        }
        for ((_, fields), object) in exit.objects.iter().zip(&made) {
            for i in 0..fields.len() as u32 {
                machine.heap.set(*object, i, next());
            }
        }
        for put in &exit.fields {
            let (object, value) = (next(), next());
            let Val::Ref(object) = object else { unreachable!("{object:?} has no fields") };
            machine.heap.set(object, put.field, value);
        }
        if let Some(arm) = exit.arm {
            machine.profile.take(arm);
        }
        if exit.returns.is_some() { machine.give_back() } else { None }
    }
}

/// The words of the results, unless one is a view or of another type than the function's.
fn words(sources: &[SlotSource], results: &[Type]) -> Option<Vec<ResultWord>> {
    let mut all = vec![];
    for (source, result) in sources.iter().zip(results) {
        match source {
            _ if result.base == Base::View => return None,
            SlotSource::Known(val) => {
                all.extend(Val::words([*result].into_iter(), &[*val]).into_iter().map(ResultWord::Known));
            }
            SlotSource::Words(ty, at) if ty == result => {
                all.extend((*at..at + width(*ty)).map(ResultWord::Left));
            }
            _ => return None,
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Engine, Jit, policy::Policy};
    use crate::ir::parse::parse;

    /// Native code leaves a value once and a constant not at all. Results are made of its words all the same.
    #[test]
    fn equal_and_constant_results_need_no_restoring() {
        let text = "fn f(v0: i64) -> i64, i64, i64, i64 {
b0:
  v1 = add v0, 1
  return v0, v1, v1, 7
}
";
        let (program, _) = parse(text).unwrap_or_else(|e| panic!("{e}"));
        let func = program.func("f").expect("it is there");
        let engine = Engine::new(program, Policy::default());
        let mut worker = engine.worker(Jit::Eager);
        for n in [5, 6] {
            let expected = [Val::I64(n), Val::I64(n + 1), Val::I64(n + 1), Val::I64(7)];
            assert_eq!(worker.call(func, &[Val::I64(n)], &[]), Ok(expected.to_vec()));
        }
        let restores = &engine.region(0).restores;
        assert!(restores.iter().any(|restore| restore.returned.is_some()), "{restores:?}");
    }
}
