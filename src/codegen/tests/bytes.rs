//! Bounds, slices, loads.

use super::*;
use crate::schema::{Endian, Scalar};

const INPUT: [u8; 24] = [
    0x80, 0xFF, 0x01, 0x7F, 0x00, 0xFE, 0x81, 0x3F, 0xF8, 0x00, 0x10, 0xC0, 0x29, 0x92, 0x1F, 0xB5, 0x02,
    0x40, 0x09, 0x21, 0xFB, 0x54, 0x44, 0x18,
];

/// Offsets and sizes near limits.
const ENDS: [i64; 14] = [i64::MIN, i64::MIN + 8, -17, -8, -1, 0, 1, 2, 7, 8, 16, 17, i64::MAX - 7, i64::MAX];

fn fits(len: i64, off: i64, need: i64) -> bool {
    off >= 0 && need >= 0 && i128::from(off) + i128::from(need) <= i128::from(len)
}

/// The scalar at the start of `bytes`.
fn read(scalar: Scalar, endian: Endian, bytes: &[u8]) -> Val {
    let mut raw = [0; 8];
    let size = scalar.size() as usize;
    raw[..size].copy_from_slice(&bytes[..size]);
    if endian == Endian::Big {
        raw[..size].reverse();
    }
    let word = u64::from_le_bytes(raw);
    match scalar {
        Scalar::Bool => Val::Bool(word != 0),
        Scalar::I8 => Val::I64(i64::from(word as i8)),
        Scalar::I16 => Val::I64(i64::from(word as i16)),
        Scalar::I32 => Val::I64(i64::from(word as i32)),
        Scalar::I64 | Scalar::U8 | Scalar::U16 | Scalar::U32 => Val::I64(word as i64),
        Scalar::U64 => Val::U64(word),
        Scalar::F32 => Val::F64(f64::from(f32::from_bits(word as u32))),
        Scalar::F64 => Val::F64(f64::from_bits(word)),
    }
}

fn loaded(scalar: Scalar) -> Type {
    match scalar {
        Scalar::Bool => B,
        Scalar::U64 => U,
        Scalar::F32 | Scalar::F64 => F,
        _ => I,
    }
}

#[test]
fn every_scalar_at_every_address_in_both_orders() {
    for scalar in Scalar::ALL {
        for endian in [Endian::Little, Endian::Big] {
            let (mut build, p) = Build::new(&[V, I]);
            let fails = build.exit(&[]);
            let ty = loaded(scalar);
            let v = build.checked(BlockId(0), Op::Load(scalar, endian), &p, ty, fails);
            build.leave(BlockId(0), &[v]);
            let native = build.compile();
            for (start, len) in [(0, 24), (1, 23), (3, 16), (24, 0), (20, 4)] {
                for off in ENDS.into_iter().chain(0..26) {
                    let (exit, left) = build.run(&native, &INPUT, &[Val::View(start, len), Val::I64(off)]);
                    let inside = fits(len as i64, off, scalar.size() as i64);
                    assert_eq!(exit == ExitId(1), inside, "{scalar} at {off} of {len}");
                    if inside {
                        let want = read(scalar, endian, &INPUT[start as usize + off as usize..]);
                        assert_eq!(bits(left[0]), bits(want), "{scalar} {endian:?} at {off}");
                    }
                }
            }
        }
    }
}

#[test]
fn pairs_are_loaded_from_anywhere() {
    let (mut build, p) = Build::new(&[V, I]);
    let fails = build.exit(&[]);
    let v = build.checked(BlockId(0), Op::LoadPair, &p, X, fails);
    build.leave(BlockId(0), &[v]);
    let native = build.compile();
    for off in ENDS.into_iter().chain(0..26) {
        let (exit, left) = build.run(&native, &INPUT, &[Val::View(1, 23), Val::I64(off)]);
        assert_eq!(exit == ExitId(1), fits(23, off, 16), "at {off}");
        if exit == ExitId(1) {
            let at = |i| bits(read(Scalar::F64, Endian::Little, &INPUT[1 + off as usize + i..]))[0];
            assert_eq!(bits(left[0]), [at(0), at(8)]);
        }
    }
}

/// `fits` with view, offset and need each known in all the forms that lead to different code; as a number, as
/// the condition of a branch and of a guard.
#[test]
fn fits_is_right_in_all_its_forms() {
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum View {
        Input,
        InputElsewhere,
        Cut(i64),
        Reslice,
    }
    let lens = [0, 1, 7, 8, 9, 17];
    let views = lens.into_iter().map(View::Cut).chain([View::Input, View::InputElsewhere, View::Reslice]);
    let mut cases = 0;
    for view in views {
        for (off_const, need_const) in
            [None, Some(())].iter().flat_map(|o| [None, Some(())].map(move |n| (o.is_some(), n.is_some())))
        {
            let consts = |is: bool| if is { ENDS.map(Some).to_vec() } else { vec![None] };
            for (off, need) in
                consts(off_const).iter().flat_map(|o| consts(need_const).into_iter().map(move |n| (*o, n)))
            {
                let (mut build, p) = Build::new(&[V, I, I]);
                let zero = build.i(0);
                let entry = BlockId(0);
                let mut block = entry;
                let mut v = p[0];
                let other_off = off.map_or(p[1], |o| build.i(o));
                let other_need = need.map_or(p[2], |n| build.i(n));
                match view {
                    View::Input => {}
                    View::InputElsewhere => {
                        block = build.block(&[]).0;
                        build.jump(entry, block, &[]);
                    }
                    View::Cut(len) => {
                        let len = build.i(len);
                        v = build.op(block, Op::Slice, &[v, zero, len], V);
                    }
                    View::Reslice => {
                        let len = build.op(block, Op::Len, &[v], I);
                        v = build.op(block, Op::Slice, &[v, zero, len], V);
                    }
                }
                let value = build.op(block, Op::Fits, &[v, other_off, other_need], B);
                let (yes, p_yes) = build.block(&[B]);
                let (no, p_no) = build.block(&[B]);
                let fails = build.exit(&[p_yes[0]]);
                let branch = Term::Branch(value, target(yes, &[value]), target(no, &[value]));
                build.end(block, branch);
                build.effect(yes, Op::Guard, &[value]).exit = Some(fails);
                let good = build.leave(yes, &[p_yes[0]]);
                build.leave(no, &[p_no[0]]);
                let native = build.compile();
                for (o, n) in ENDS.iter().flat_map(|o| ENDS.map(move |n| (*o, n))) {
                    if off.is_some_and(|c| c != o) || need.is_some_and(|c| c != n) {
                        continue;
                    }
                    for len in lens {
                        if matches!(view, View::Cut(c) if c != len) {
                            continue;
                        }
                        let args = [Val::View(3, len as u64), Val::I64(o), Val::I64(n)];
                        let (exit, left) = build.run(&native, &INPUT, &args);
                        let want = fits(len, o, n);
                        assert_eq!(exit == good, want, "{view:?} {off:?} {need:?}: {o} {n} in {len}");
                        assert_eq!(left, [Val::Bool(want)]);
                        cases += 1;
                    }
                }
            }
        }
    }
    assert!(cases > 10_000);
}

#[test]
fn a_check_whose_offset_has_a_known_sign_is_one_jump() {
    for (known, guards) in [(true, 1), (false, 2)] {
        let (mut build, p) = Build::new(&[V, I]);
        let entry = BlockId(0);
        let fails = build.exit(&[]);
        let zero = build.i(0);
        let count = build.op(entry, Op::Load(Scalar::U32, Endian::Little), &[p[0], zero], I);
        let eight = build.i(8);
        let off = build.op(entry, Op::Mul, &[if known { count } else { p[1] }, eight], I);
        let v = build.checked(entry, Op::Load(Scalar::U8, Endian::Little), &[p[0], off], I, fails);
        build.leave(entry, &[v]);
        assert_eq!(build.compile().guards, guards);
    }
}

#[test]
fn slices_are_parts_of_their_view() {
    for (off_const, len_const) in [(false, false), (true, false), (false, true), (true, true)] {
        for (o, n) in ENDS.iter().flat_map(|o| ENDS.map(move |n| (*o, n))) {
            let (mut build, p) = Build::new(&[V, I, I]);
            let off = if off_const { build.i(o) } else { p[1] };
            let len = if len_const { build.i(n) } else { p[2] };
            let fails = build.exit(&[]);
            let v = build.checked(BlockId(0), Op::Slice, &[p[0], off, len], V, fails);
            let length = build.op(BlockId(0), Op::Len, &[v], I);
            build.leave(BlockId(0), &[v, length]);
            let native = build.compile();
            let (exit, left) = build.run(&native, &INPUT, &[Val::View(5, 17), Val::I64(o), Val::I64(n)]);
            if fits(17, o, n) {
                assert_eq!(left, [Val::View(5 + o as u64, n as u64), Val::I64(n)]);
            } else {
                assert_eq!(exit, fails);
            }
        }
    }
}

#[test]
fn constants_added_to_an_offset_are_part_of_the_load() {
    let entry = BlockId(0);
    for extra in [0, 3, -2, i64::from(i32::MAX), i64::from(i32::MIN), 1 << 40] {
        let (mut build, p) = Build::new(&[V, I]);
        let (c, three) = (build.i(extra), build.i(3));
        let sum = build.op(entry, Op::Add, &[p[1], c], I);
        let sum = build.op(entry, Op::Add, &[three, sum], I);
        let v = build.op(entry, Op::Load(Scalar::U16, Endian::Big), &[p[0], sum], I);
        build.leave(entry, &[v]);
        let native = build.compile();
        let (_, left) = build.run(&native, &INPUT, &[Val::View(1, 23), Val::I64(4 - extra)]);
        assert_eq!(left, [read(Scalar::U16, Endian::Big, &INPUT[8..])], "{extra}");
    }
}

#[test]
#[should_panic(expected = "a view must lie in the input")]
fn a_view_from_elsewhere_does_not_enter() {
    let (mut build, p) = Build::new(&[I, V]);
    build.leave(BlockId(0), &[p[1]]);
    build.run(&build.compile(), &INPUT, &[Val::I64(0), Val::View(20, 5)]);
}

#[test]
fn bytes_are_found_whether_they_are_known_beforehand_or_not() {
    // Needles near the end of a sentence, of 0 to 40 bytes, each also with a byte appended so that it does
    // not occur.
    let input = b"the wire format has a table of segments, and segments have words and pointers in words";
    for size in 0..=40 {
        let there = &input[input.len() - 3 - size..input.len() - 3];
        for needle in [there.to_vec(), [there, b"#"].concat()] {
            let (mut build, p) = Build::new(&[V, V]);
            let constant = build.program.constant(&needle);
            let constant = build.c(constant);
            let known = build.op(BlockId(0), Op::Find, &[p[0], constant], I);
            let unknown = build.op(BlockId(0), Op::Find, &[p[0], p[1]], I);
            build.leave(BlockId(0), &[known, unknown]);
            let native = build.compile();
            let first = input.windows(needle.len().max(1)).position(|w| w.starts_with(&needle));
            let want = Val::I64(first.map_or(-1, |at| at as i64));
            let memory = [&input[..], &needle].concat();
            let views = [(0, input.len()), (input.len(), needle.len())];
            let (_, left) =
                build.run(&native, &memory, &views.map(|(start, len)| Val::View(start as u64, len as u64)));
            assert_eq!(left, [want, want], "{}", String::from_utf8_lossy(&needle));
        }
    }
}

/// A region whose check was wrongly removed ends the process with a message, in the mode for tests. The test
/// runs it in a process of its own.
#[test]
fn an_unproven_read_ends_the_process_of_a_test() {
    const CHILD: &str = "WIRELENS_UNPROVEN";
    if let Ok(which) = std::env::var(CHILD) {
        let (mut build, p) = Build::new(&[V, I]);
        let eight = build.i(8);
        let (op, args, ty) = match which.as_str() {
            "load" => (Op::Load(Scalar::I64, Endian::Little), vec![p[0], p[1]], I),
            _ => (Op::Slice, vec![p[0], p[1], eight], V),
        };
        let v = build.op(BlockId(0), op, &args, ty);
        build.leave(BlockId(0), &[v]);
        let native = build.compiled(Want { stress: true, ..Want::default() }).expect("it compiles");
        // Within the view nothing happens; outside of it, even if within the input, the process ends.
        for off in [0, 8, 9] {
            eprintln!("at {off}");
            build.run(&native, &INPUT, &[Val::View(0, 16), Val::I64(off)]);
        }
        return;
    }
    for which in ["load", "slice"] {
        let exe = std::env::current_exe().expect("it runs");
        let name = "codegen::tests::bytes::an_unproven_read_ends_the_process_of_a_test";
        let child =
            std::process::Command::new(exe).args([name, "--exact", "--nocapture"]).env(CHILD, which).output();
        let child = child.expect("it can be started again");
        let err = String::from_utf8_lossy(&child.stderr);
        assert!(child.status.code().is_none(), "{which}: a signal ends it: {err}");
        assert!(err.contains("at 8\nat 9\n") && err.contains("was removed as proven"), "{which}: {err}");
    }
}
