//! Snapshots of virtual objects: their classes and the values of their fields; and, for objects that are
//! live-ins of the region, the changed fields.

use super::Walk;
use crate::ir::{ClassId, ExitId, Put, Slot, Value};
use crate::opt::rewrite::on_its_own;
use rustc_hash::FxHashMap as HashMap;

impl Walk<'_> {
    /// Describes virtual objects in an exit as they are now. An exit that two places share is copied: its
    /// description may differ between them.
    pub(super) fn exit(&mut self, id: ExitId) -> ExitId {
        let mut exit = self.exits[id.index()].clone();
        for (object, first) in &self.first {
            let class = self.class(*object).expect("it has fields");
            for (field, first) in (0..).zip(first) {
                let value = self.resolve(self.now[object][field as usize]);
                if value != *first && self.written.contains(&(*object, field)) {
                    let (object, value) = (Slot::Value(*object), Slot::Value(value));
                    exit.fields.push(Put { object, class, field, value });
                }
            }
        }
        let mut made = Described::default();
        exit.each_slot(|slot| {
            if let Slot::Value(v) = slot {
                self.describe(*v, &mut made);
            }
        });
        // Objects that were in the exit already may refer to virtual ones, but not conversely.
        let count = made.objects.len() as u32;
        exit.each_slot_mut(|slot| {
            *slot = match slot {
                Slot::Value(v) => self.describe(*v, &mut made),
                Slot::Object(n) => Slot::Object(*n + count),
            }
        });
        exit.objects.splice(0..0, made.objects);
        exit.insts.iter_mut().flat_map(|i| &mut i.args).for_each(|v| *v = self.resolve(*v));
        if self.used_exits.insert(id) {
            self.region.exits[id.index()] = exit;
            return id;
        }
        on_its_own(&mut self.region, &mut exit, &HashMap::default());
        self.region.exits.push(exit);
        ExitId(self.region.exits.len() as u32 - 1)
    }

    /// The slot of a value. An immutable object comes after those it refers to; a mutable one, which may be
    /// part of a cycle, gets its number first.
    fn describe(&self, v: Value, made: &mut Described) -> Slot {
        let v = self.resolve(v);
        let fields = self.fields(v, &self.now).filter(|_| !self.first.contains_key(&v));
        let Some(fields) = fields else { return Slot::Value(v) };
        if let Some(number) = made.numbers.get(&v) {
            return Slot::Object(*number);
        }
        let class = self.class(v).expect("only objects are virtual");
        if self.mutable.contains(&class) {
            let number = made.add(v, class, vec![]);
            made.objects[number as usize].1 = fields.iter().map(|f| self.describe(*f, made)).collect();
            return Slot::Object(number);
        }
        let slots = fields.iter().map(|f| self.describe(*f, made)).collect();
        Slot::Object(made.add(v, class, slots))
    }
}

/// The objects of an exit that were virtual, and their values.
#[derive(Default)]
struct Described {
    objects: Vec<(ClassId, Vec<Slot>)>,
    numbers: HashMap<Value, u32>,
}

impl Described {
    fn add(&mut self, v: Value, class: ClassId, slots: Vec<Slot>) -> u32 {
        let number = self.objects.len() as u32;
        self.numbers.insert(v, number);
        self.objects.push((class, slots));
        number
    }
}
