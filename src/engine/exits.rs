//! Back from native code: frames and objects as the exit's snapshot describes them.

use super::{Compiled, Stats};
use crate::interp::{Event, Machine, Val, width};
use crate::ir::{ExitId, Slot};

/// Puts the machine where the exit says, `words` being what native code left. Gives an event if the outermost function
/// has returned.
pub(super) fn restore(
    machine: &mut Machine,
    stats: &mut Stats,
    compiled: &Compiled,
    id: ExitId,
    words: &[u64],
) -> Option<Event> {
    let exit = &compiled.region.exits[id.index()];
    let layout = &compiled.native.exits[id.index()].layout;
    let value = |v: crate::ir::Value| match compiled.region.body.as_const(v) {
        Some(c) => c.into(),
        None => {
            let (_, ty, at) =
                layout.iter().find(|(known, ..)| *known == v).expect("an exit leaves its values");
            Val::read(*ty, &words[*at..at + width(*ty)])
        }
    };
    // Objects first, empty: they may refer to each other.
    let made: Vec<u32> = exit
        .objects
        .iter()
        .map(|(class, fields)| machine.heap.alloc(*class, &vec![Val::None; fields.len()]))
        .collect();
    stats.objects_materialized += made.len() as u64;
    let slot = |slot: &Slot| match slot {
        Slot::Value(v) => value(*v),
        Slot::Object(n) => Val::Ref(made[*n as usize]),
    };
    for ((_, fields), object) in exit.objects.iter().zip(&made) {
        for (i, field) in fields.iter().enumerate() {
            machine.heap.set(*object, i as u32, slot(field));
        }
    }
    if let Some(returns) = &exit.returns {
        return machine.give_back(returns.iter().map(slot).collect());
    }
    if let Some(arm) = exit.arm {
        machine.profile.take(arm);
    }
    for frame in &exit.frames {
        let new = machine.enter(frame.func, frame.block);
        new.inst = frame.inst;
        for (v, s) in &frame.slots {
            new.slots[v.index()] = slot(s);
        }
    }
    None
}
