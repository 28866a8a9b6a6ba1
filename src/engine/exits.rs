//! Leaving native code: restores frames and objects from the exit's snapshot.

use super::Stats;
use crate::codegen::ExitLayout;
use crate::interp::{Event, Machine};
use crate::ir::{Exit, Region, Slot, Type};
use crate::runtime::{Memory, Val, width};

/// Where the value of an exit's slot comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum SlotSource {
    /// A constant.
    Known(Val),
    /// The words that native code leaves, beginning at that index.
    Words(Type, usize),
    /// The exit's object with that number.
    Object(u32),
}

/// The sources of an exit's slots, in the order of [`Exit::each_slot`].
pub(super) fn sources(region: &Region, exit: &Exit, leaves: &ExitLayout) -> Vec<SlotSource> {
    let layout = &leaves.layout;
    let mut sources = vec![];
    exit.each_slot(|slot| {
        sources.push(match slot {
            Slot::Object(n) => SlotSource::Object(*n),
            Slot::Value(v) => match region.body.as_const(*v) {
                Some(c) => SlotSource::Known(c.into()),
                None => {
                    let place = layout.iter().find(|(known, ..)| known == v);
                    let (_, ty, at) = place.expect("an exit leaves its values");
                    SlotSource::Words(*ty, *at)
                }
            },
        });
    });
    sources
}

/// Pushes the frames of the exit's snapshot on top of the machine's frames. `words` are the words that native
/// code left. Returns an event if the outermost function has returned.
pub(super) fn restore(
    machine: &mut Machine,
    stats: &mut Stats,
    exit: &Exit,
    sources: &[SlotSource],
    words: &[u64],
    memory: Memory,
) -> Option<Event> {
    // Allocates all objects first, without fields, since slots and other objects may refer to them.
    let made: Vec<u32> = exit.objects.iter().map(|(class, _)| machine.heap.make(*class)).collect();
    stats.objects_materialized += made.len() as u64;
    let mut values = sources.iter().map(|source| match source {
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
    let returns: Option<Vec<Val>> = exit.returns.as_ref().map(|r| r.iter().map(|_| next()).collect());
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
    returns.and_then(|values| machine.give_back(values))
}
