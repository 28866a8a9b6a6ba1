//! Spans and list elements that are known to be within a view.
//!
//! Facts come from a `fits` that holds, from an executed slice or load, and from comparisons with the length
//! of a view. They are noted for that view, and for the views it is a slice of. A read needs no check if the
//! facts that hold there cover it.
//!
//! Not here: ranges of integers ([`ranges`](super::ranges)); a span at a variable offset in a slice at a
//! variable offset is not noted for the outer view.

use super::Walk;
use super::ranges::LONGEST_VIEW;
use crate::ir::{Inst, Op, Region, Value};
use crate::opt::rewrite::{Defs, base_offset};

/// A span within a view: from `base + from` (or `from`, if there is no base) to `base + to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    from: i64,
    to: i64,
}

/// A span of variable length: from `base + from` to `base + more + to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Long {
    from: i64,
    more: Value,
    to: i64,
}

/// `count * size` bytes of a view, starting at `start`, are within it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elements {
    start: i64,
    count: Value,
    size: i64,
}

/// The factors of a product of a value and a constant.
fn product(region: &Region, defs: &Defs, v: Value) -> Option<(Value, i64)> {
    match defs.inst(&region.body, v) {
        Some(Inst { op: Op::Mul, args, .. }) => region.body.as_i64(args[1]).map(|step| (args[0], step)),
        _ => None,
    }
}

/// Translates a position in a slice, relative to a base, to the view that was sliced: returns the new key and
/// the offset to add. At most one of the slice's offset and the position may have a base.
fn outer(
    region: &Region,
    defs: &Defs,
    (view, base): (Value, Option<Value>),
) -> Option<((Value, Option<Value>), i64)> {
    let inst = defs.inst(&region.body, view).filter(|inst| inst.op == Op::Slice)?;
    let (start, more) = base_offset(&region.body, defs, inst.args[1]);
    (base.is_none() || start.is_none()).then_some(((inst.args[0], base.or(start)), more))
}

impl Walk {
    /// Notes the facts of a `fits` that holds or of an executed slice.
    pub(super) fn inside(&mut self, region: &Region, defs: &Defs, inst: &Inst) {
        let &[view, offset, need] = &inst.args[..] else { unreachable!("three arguments") };
        if let (Some((count, size)), Some(start)) = (product(region, defs, need), region.body.as_i64(offset))
        {
            self.note_elements(region, defs, view, Elements { start, count, size });
        }
        if let Some(need) = region.body.as_i64(need) {
            return self.span(region, defs, view, offset, need);
        }
        let least = self.range(region, defs, need, 0).0.max(0);
        self.span(region, defs, view, offset, least.min(i64::MAX.into()) as i64);
        let (base, from) = base_offset(&region.body, defs, offset);
        if let (Some(more), size) = base_offset(&region.body, defs, need)
            && let Some(to) = from.checked_add(size)
        {
            self.note_long(region, defs, (view, base), Long { from, more, to });
        }
    }

    /// Notes the facts of an executed slice about its view and about the slice itself.
    pub(super) fn sliced(&mut self, region: &Region, defs: &Defs, inst: &Inst) {
        self.inside(region, defs, inst);
        let (slice, length) = (inst.result.expect("a slice has a result"), inst.args[2]);
        if let Some((count, size)) = product(region, defs, length) {
            self.elements.push(slice, Elements { start: 0, count, size });
        }
        self.slices.push(length, slice);
        for i in 0..self.limits.of(length).len() {
            let (base, span) = self.limits.of(length)[i];
            self.note(region, defs, (slice, base), span);
        }
    }

    /// Notes that `need` bytes at `offset` are within `view`.
    pub(super) fn span(&mut self, region: &Region, defs: &Defs, view: Value, offset: Value, need: i64) {
        let (base, from) = base_offset(&region.body, defs, offset);
        if let (Some(to), true) = (from.checked_add(need), need >= 0) {
            self.note(region, defs, (view, base), Span { from, to });
        }
    }

    /// Notes a span of a view; if the view is a slice, also for the outer views, as long as one of the two
    /// offsets is constant.
    fn note(&mut self, region: &Region, defs: &Defs, (view, base): (Value, Option<Value>), mut span: Span) {
        match base {
            // base + from and base + to are between 0 and the maximum length.
            Some(base) => self.least.push(base, (-i128::from(span.from), LONGEST_VIEW - i128::from(span.to))),
            // A view starts at 0.
            None => span.from = 0,
        }
        self.spans.push((view, base), span);
        if let Some((around, start)) = outer(region, defs, (view, base))
            && let (Some(from), Some(to)) = (span.from.checked_add(start), span.to.checked_add(start))
        {
            self.note(region, defs, around, Span { from, to });
        }
    }

    /// Notes a span of variable length, likewise.
    fn note_long(&mut self, region: &Region, defs: &Defs, place: (Value, Option<Value>), long: Long) {
        self.long.push(place, long);
        if let Some((around, start)) = outer(region, defs, place)
            && let (Some(from), Some(to)) = (long.from.checked_add(start), long.to.checked_add(start))
        {
            self.note_long(region, defs, around, Long { from, to, ..long });
        }
    }

    /// Notes the elements of a view; if the view is a slice at a constant offset, also for the outer view.
    fn note_elements(&mut self, region: &Region, defs: &Defs, view: Value, all: Elements) {
        self.elements.push(view, all);
        if let Some(((around, None), more)) = outer(region, defs, (view, None))
            && let Some(start) = all.start.checked_add(more)
        {
            self.note_elements(region, defs, around, Elements { start, ..all });
        }
    }

    /// Notes the fact of a comparison with the length of a view: a non-negative offset is below the limit
    /// (`strict`), or at most equal to it.
    pub(super) fn limit(&mut self, region: &Region, defs: &Defs, offset: Value, limit: Value, strict: bool) {
        let body = &region.body;
        let (limit, less) = match defs.inst(body, limit) {
            Some(Inst { op: Op::Sub, args, exit: None, .. }) => (args[0], body.as_i64(args[1])),
            _ => (limit, Some(0)),
        };
        let (Some(length), more) = base_offset(body, defs, limit) else { return };
        let (base, from) = base_offset(body, defs, offset);
        let need = less.and_then(|less| less.checked_sub(more)?.checked_add(strict.into()));
        let (Some(need), true) = (need, self.range(region, defs, offset, 0).0 >= 0) else { return };
        let Some(to) = from.checked_add(need).filter(|_| need >= 0) else { return };
        match defs.inst(body, length) {
            Some(Inst { op: Op::Len, args, .. }) => {
                self.note(region, defs, (args[0], base), Span { from, to });
            }
            _ => {
                self.limits.push(length, (base, Span { from, to }));
                for i in 0..self.slices.of(length).len() {
                    let slice = self.slices.of(length)[i];
                    self.note(region, defs, (slice, base), Span { from, to });
                }
            }
        }
    }

    /// Whether `need` bytes at `offset` are known to be within `view`.
    pub(super) fn fits(&self, region: &Region, defs: &Defs, view: Value, offset: Value, need: i64) -> bool {
        let (base, from) = base_offset(&region.body, defs, offset);
        let Some(to) = from.checked_add(need).filter(|_| need >= 0) else { return false };
        if base.is_none()
            && let Some(Inst { op: Op::Slice, args, .. }) = defs.inst(&region.body, view)
            && from >= 0
            && i128::from(to) <= self.range(region, defs, args[2], 0).0
        {
            return true;
        }
        let known = self.spans.of((view, base));
        let below = known.iter().any(|s| s.from <= from && from <= s.to);
        let above = known.iter().any(|s| s.from <= to && to <= s.to);
        // Two spans of one view suffice, whatever is between them: a view has no gaps.
        let covers = |s: &Long| {
            let shorter = self.below.of(s.more).iter().chain([&s.more]);
            let least = shorter.map(|more| self.range(region, defs, *more, 0).0).max();
            s.from <= from && least.is_some_and(|least| i128::from(to) <= least + i128::from(s.to))
        };
        below && above || self.long.of((view, base)).iter().any(covers)
    }

    /// Whether a span of variable length is known to be within `view`: it starts within a known span and is
    /// no longer than that span, less the distance of the starts.
    pub(super) fn fits_long(
        &self,
        region: &Region,
        defs: &Defs,
        view: Value,
        offset: Value,
        need: Value,
    ) -> bool {
        let (base, from) = base_offset(&region.body, defs, offset);
        let (Some(more), size) = base_offset(&region.body, defs, need) else { return false };
        let within = |s: &Long| {
            let shorter = |more: Value, size: i64| {
                from.checked_add(size).is_some_and(|to| to <= s.to)
                    && (s.more == more || self.compared(region, defs, Op::Le, [more, s.more]))
            };
            s.from <= from && (shorter(more, size) || shorter(need, 0))
        };
        self.long.of((view, base)).iter().any(within) && self.range(region, defs, need, 0).0 >= 0
    }

    /// Whether a view has length `a + b`, both non-negative, and the slice is its first `a` or its last `b`
    /// bytes.
    pub(super) fn part(&self, region: &Region, defs: &Defs, view: Value, offset: Value, need: Value) -> bool {
        let Some(Inst { op: Op::Slice, args, .. }) = defs.inst(&region.body, view) else { return false };
        let Some(Inst { op: Op::Add, args, .. }) = defs.inst(&region.body, args[2]) else { return false };
        let first = region.body.as_i64(offset) == Some(0) && need == args[0];
        let second = (offset, need) == (args[0], args[1]);
        (first || second) && args.iter().all(|part| self.range(region, defs, *part, 0).0 >= 0)
    }

    /// Whether `need` bytes at `offset` are within one of the elements of a view: the one at `i * size`,
    /// where `0 <= i < count` is known.
    fn element(&self, region: &Region, defs: &Defs, view: Value, offset: Value, need: i64) -> bool {
        let (Some(base), from) = base_offset(&region.body, defs, offset) else { return false };
        let Some((i, step)) = product(region, defs, base) else { return false };
        let Some(to) = from.checked_add(need).filter(|_| need >= 0) else { return false };
        let one = |all: &Elements| {
            let end = all.start.checked_add(step);
            step == all.size
                && all.start <= from
                && end.is_some_and(|end| to <= end)
                && self.compared(region, defs, Op::Lt, [i, all.count])
        };
        self.elements.of(view).iter().any(one) && self.range(region, defs, i, 0).0 >= 0
    }

    /// Whether `need` bytes at `offset` are known to be within `view`, or within one of its elements.
    pub(super) fn read(&self, region: &Region, defs: &Defs, view: Value, offset: Value, need: i64) -> bool {
        self.fits(region, defs, view, offset, need) || self.element(region, defs, view, offset, need)
    }
}
