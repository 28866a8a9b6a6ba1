//! One test for each rule, named after it: code that violates only that rule.

use super::*;
use crate::ir::parse::parse;
use crate::ir::{Arm, Class, ClassId, Const, Frame, Program, Raise, Slot};
use crate::ir::{Effects, Host};
use crate::runtime::Console;

const PROGRAM: &str = include_str!("../testdata/every_op.ir");
const REGION: &str = include_str!("../testdata/region.ir");

/// Checks that the verifier or the typing table rejects a text.
#[track_caller]
fn refused(text: &str, message: &str) {
    let d = parse(text).expect_err(text);
    assert!(d.message.contains(message), "{d}");
}

/// Checks that a function with that code is rejected.
#[track_caller]
fn refused_code(code: &str, message: &str) {
    refused(&format!("fn f(v0: i64, v1: view) -> i64 {{\n{code}\n}}"), message);
}

/// Checks that the valid program is rejected once it is changed.
#[track_caller]
fn broken(change: impl FnOnce(&mut Program), message: &str) {
    let (mut program, _) = parse(PROGRAM).unwrap();
    assert_eq!(verify_program(&program), Ok(()));
    change(&mut program);
    let found = verify_program(&program).unwrap_err();
    assert!(found.contains(message), "{found}");
}

/// Checks that the valid region is rejected once it is changed.
#[track_caller]
fn broken_region(change: impl FnOnce(&mut Region), message: &str) {
    let (program, mut regions) = parse(REGION).unwrap();
    assert_eq!(verify_region(&program, &regions[0]), Ok(()));
    change(&mut regions[0]);
    let found = verify_region(&program, &regions[0]).unwrap_err();
    assert!(found.contains(message), "{found}");
}

/// Checks that the valid region's text is rejected with a part replaced.
#[track_caller]
fn refused_region(old: &str, new: &str, message: &str) {
    assert!(REGION.contains(old), "{old}");
    refused(&REGION.replacen(old, new, 1), message);
}

/// Exit `e` of the region: exits are numbered as in its text.
fn exit(region: &mut Region, e: usize) -> &mut crate::ir::Exit {
    &mut region.exits[e]
}

#[test]
fn the_place_is_named_as_printed() {
    let code = "b0:\n branch true, b1, b2\nb1:\n v2 = add v0, 1\n jump b2\nb2:\n v3 = add v2, 1\n return v3";
    refused_code(code, "fn f: b2: v3 = add v2, 1: v2 is not defined on every path here");
    refused_region(
        "guard v5 !e0",
        "v50 = not v5 !e0",
        "region chunk@b1: b1: v6 = not v5 !e0: an instruction",
    );
}

/// Random ids are rejected, or do not matter; accepted code can be printed and parsed again.
#[test]
fn no_code_makes_it_panic() {
    let mut seed = 3u64;
    let mut random = move |n: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % n.max(1)
    };
    let (program, regions) = parse(REGION).unwrap();
    for round in 0..5000 {
        let (mut program, mut region) = (program.clone(), regions[0].clone());
        for _ in 0..1 + random(2) {
            let body = if round % 3 == 0 { &mut program.funcs[1].body } else { &mut region.body };
            let (b, v) = (random(body.blocks.len()), Value(random(body.values.len() + 1) as u32));
            let (ops, len) = (&mut body.blocks[b].insts, body.values.len());
            let i = random(ops.len());
            match (random(9), ops.get_mut(i)) {
                (0, Some(inst)) if !inst.args.is_empty() => inst.args[0] = v,
                (1, Some(inst)) => inst.args.truncate(random(3)),
                (2, Some(inst)) => inst.result = Some(v),
                (3, Some(inst)) => inst.exit = Some(ExitId(random(6) as u32)),
                (4, Some(inst)) => {
                    inst.op = [Op::Call(FuncId(1)), Op::New(ClassId(9)), Op::Guard, Op::Has][random(4)]
                }
                (5, _) => body.blocks[b].term.map_uses(|_| v),
                (6, _) => {
                    body.blocks[b].term.targets_mut().iter_mut().for_each(|t| t.block.0 = random(6) as u32)
                }
                (7, _) => {
                    body.values[random(len)].0 = [Type::I64, Type::object(ClassId(8)), Type::VIEW][random(3)]
                }
                _ => {
                    let e = random(4);
                    let exit = exit(&mut region, e);
                    exit.map_uses(|w| if w.0 % 2 == 0 { v } else { w });
                    let Some(frame) = exit.frames.last_mut() else { continue };
                    (frame.inst, frame.block, frame.func) =
                        (random(5) as u32, BlockId(random(5) as u32), FuncId(random(3) as u32));
                }
            }
        }
        let good = verify_program(&program).is_ok() && verify_region(&program, &region).is_ok();
        let text =
            crate::ir::print::print_program(&program) + &crate::ir::print::print_region(&program, &region);
        if good {
            parse(&text).unwrap_or_else(|d| panic!("{d}"));
        }
    }
}

mod names_and_types {
    use super::*;

    #[test]
    fn names_are_names() {
        broken(|p| p.funcs[0].name = "a b".to_string(), "fn a b: the name is taken, or no name");
        broken(|p| p.classes[1].name = "view".to_string(), "class view: the name is taken, or no name");
        broken(|p| p.classes[0].fields[0].0 = "a.b".to_string(), "field a.b: the name is taken, or no name");
    }

    #[test]
    fn names_are_there_once() {
        broken(|p| p.funcs[1].name = "ints".to_string(), "fn ints: the name is taken");
        let twice = Class { name: "Empty".to_string(), fields: vec![] };
        broken(|p| p.classes.push(twice), "class Empty: the name is taken");
        broken(|p| p.classes[0].fields[1].0 = "bytes".to_string(), "field bytes: the name is taken");
    }

    #[test]
    fn classes_of_types_exist() {
        let ty = Type::object(ClassId(77));
        broken(|p| p.classes[0].fields[0].1 = ty, "field bytes: there is no such class");
        broken(|p| p.funcs[0].returns = vec![ty], "fn ints: there is no such class");
        broken(|p| p.funcs[0].body.values[0].0 = ty, "there is no such class");
    }

    #[test]
    fn only_regions_have_pairs_of_floats() {
        refused("fn f(v0: f64x2) {\nb0:\n return\n}", "only regions have pairs of floats");
    }

    #[test]
    fn types_are_those_of_the_table() {
        refused_code("b0:\n v2 = add v0, 1u\n return v0", "the arguments have different types");
        broken(|p| p.funcs[0].body.blocks[0].insts[0].args.truncate(1), "2 arguments expected, 1 found");
        // Three parameters, the constant -1, the first result.
        broken(|p| p.funcs[0].body.values[4].0 = Type::F64, "v3 = add v0, -1: the result is i64");
        broken(|p| p.funcs[0].body.blocks[0].insts[0].result = None, "the result is i64");
    }

    #[test]
    fn a_constant_is_of_its_own_type() {
        broken(
            |p| {
                let v = p.funcs[0].body.constant(Const::I64(-1));
                p.funcs[0].body.values[v.index()].0 = Type::U64;
            },
            "a constant is not of its own type",
        );
    }
}

mod values {
    use super::*;

    #[test]
    fn a_value_exists() {
        broken(|p| p.funcs[0].body.blocks[0].insts[0].args[0] = Value(9999), "there is no such value");
        broken(|p| p.funcs[0].body.blocks[0].params[0] = Value(9999), "there is no such value");
    }

    #[test]
    fn a_value_is_defined_once() {
        broken(
            |p| {
                let block = &mut p.funcs[0].body.blocks[0];
                block.insts[1].result = block.insts[0].result;
            },
            "a value is defined twice",
        );
        refused_code("b0:\n v2 = add v0, 1\n v2 = add v0, 2\n return v2", "v2 is defined twice");
    }

    #[test]
    fn a_value_is_defined_as_it_says() {
        broken(|p| p.funcs[0].body.values[0].1 = Def::Inst, "a value is recorded as defined elsewhere");
    }

    #[test]
    fn a_use_is_dominated_by_its_definition() {
        let code = "b0:\n branch true, b1, b2\nb1:\n v2 = add v0, 1\n jump b2\nb2:\n return v2";
        refused_code(code, "v2 is not defined on every path here");
        broken(|p| p.funcs[0].body.blocks[0].insts.swap(0, 1), "is not defined on every path here");
        broken(
            |p| {
                let v = p.funcs[0].body.value(Type::I64, Def::Inst);
                p.funcs[0].body.blocks[0].insts[0].args[0] = v;
            },
            "is not defined",
        );
    }
}

mod blocks {
    use super::*;

    #[test]
    fn there_is_an_entry() {
        broken(|p| p.funcs[0].body.blocks.clear(), "there is no entry block");
    }

    #[test]
    fn a_target_exists() {
        let jump = |p: &mut Program| {
            p.funcs[0].body.blocks[0].term =
                Term::Jump(Target { block: BlockId(9), args: crate::ir::Args::new() });
        };
        broken(jump, "the target does not exist");
    }

    #[test]
    fn arguments_match_parameters() {
        refused_code("b0:\n jump b1(v0)\nb1:\n return v0", "the target has another number of parameters");
        let code = "b0:\n jump b1(1.0)\nb1(v2: i64):\n return v2";
        refused_code(code, "argument 1 is not of the parameter's type");
    }

    #[test]
    fn nothing_jumps_to_the_entry() {
        refused("fn f() {\nb0: loop\n jump b0\n}", "something jumps to the entry");
    }

    #[test]
    fn headers_are_marked_and_nothing_else() {
        refused_code("b0:\n jump b1\nb1:\n jump b1", "the block is not marked as the header of a loop");
        refused_code("b0:\n jump b1\nb1: loop\n return v0", "the block is marked as the header of a loop");
    }

    #[test]
    fn a_loop_has_one_entry() {
        let code = "b0:\n branch true, b1, b2\nb1: loop\n jump b2\nb2: loop\n jump b1";
        refused_code(code, "has more than one entry");
    }

    #[test]
    fn conditions_are_bools_and_switches_are_on_i64() {
        refused_code("b0:\n branch v0, b1, b1\nb1:\n return v0", "the condition is not a bool");
        refused_code("b0:\n switch true, else: b1\nb1:\n return v0", "the value is not an i64");
    }

    #[test]
    fn a_case_is_there_once() {
        refused_code("b0:\n switch v0, 1: b1, 1: b1, else: b1\nb1:\n return v0", "there are two cases of 1");
    }
}

mod programs {
    use super::*;

    #[test]
    fn returns_match_the_function() {
        refused_code("b0:\n return 1.0", "the function returns other types");
        refused_code("b0:\n return", "the function returns other types");
    }

    #[test]
    fn record_is_a_defined_view() {
        refused("fn f(v0: i64) record=v0 {\nb0:\n return\n}", "`record` is not a view");
        broken(
            |p| {
                let v = p.funcs[2].body.value(Type::VIEW, Def::Inst);
                p.funcs[2].records.push(v);
            },
            "`record` is not defined anywhere",
        );
        broken(|p| p.funcs[2].records = vec![Value(9999)], "`record` is not a view");
    }

    #[test]
    fn only_regions_have_the_instructions_of_regions() {
        for line in ["guard true", "v2 = pack 1.0, 2.0", "v2 = load.pair v1, 0"] {
            refused_code(&format!("b0:\n {line}\n return v0"), "only regions have");
        }
    }

    #[test]
    fn only_regions_have_exits() {
        broken(|p| p.funcs[0].body.blocks[0].insts[0].exit = Some(ExitId(0)), "only regions have exits");
        broken(|p| p.funcs[1].body.blocks[0].term = Term::Exit(ExitId(0)), "only regions have exits");
    }

    #[test]
    fn a_host_call_says_what_the_host_does() {
        let (mut program, _) = parse("fn f() {\nb0:\n  return\n}").unwrap();
        let say = Host::new("say", Effects::Writes, |_: &mut Console| {});
        let host = program.host(&say);
        for (effects, good) in [(Effects::Writes, true), (Effects::Reads, false), (Effects::Pure, false)] {
            let inst =
                Inst { op: Op::Host(host, effects), args: crate::ir::Args::new(), result: None, exit: None };
            program.funcs[0].body.blocks[0].insts = vec![inst];
            let found = verify_program(&program);
            assert_eq!(found.is_ok(), good, "{found:?}");
        }
        program.hosts.push(say);
        assert_eq!(verify_program(&program), Err("host say: the name is taken, or no name".to_string()));
    }

    #[test]
    fn a_called_function_returns_one_value() {
        let text = "fn f() {\nb0:\n v0 = call f\n return\n}";
        refused(text, "only a function that returns exactly one value can be called");
    }
}

mod regions {
    use super::*;

    #[test]
    fn the_root_exists_and_is_an_entry_or_a_header() {
        broken_region(|r| r.root.func = FuncId(9), "its function does not exist");
        broken_region(|r| r.root.block = BlockId(9), "its block does not exist");
        refused_region(
            "region chunk@b1",
            "region chunk@b2",
            "it starts neither at an entry nor at the header",
        );
    }

    #[test]
    fn inputs_match_the_parameters() {
        broken_region(|r| r.inputs.truncate(1), "there are not as many inputs as parameters");
        refused_region("v2: f64 = v2)", "v2: f64 = v1)", "an input is not of its parameter's type");
        refused_region(
            "v1: i64 = v1",
            "v1: i64 = v8",
            "an input is not a value of the function at that block",
        );
    }

    #[test]
    fn a_native_call_takes_parts_and_leaves_to_the_callee() {
        const CALL: &str = "v90 = native Triangle.a v6 !e4\n  v9 = lane.0 v8";
        const EXIT: &str = "e4: chunk b2:2 v0=v0 v1=v3 v2=v4 < Triangle.a b0:0 v0=o0 | o0 = Point v6\n";
        let text = |call: &str, exit: &str| REGION.replacen("v9 = lane.0 v8", call, 1) + exit;
        assert_eq!(parse(&text(CALL, EXIT)).err(), None);
        let message = "the arguments are not the parts of the parameters";
        refused(&text(&CALL.replace("v6", "v3"), EXIT), message);
        refused(&text(&CALL.replace("v6", "v6, v3"), EXIT), message);
        refused(&text(&CALL.replace(" !e4", ""), ""), "a native call has no exit");
        let message = "the exit does not lead to the callee's entry";
        refused(&text(CALL, &EXIT.replace("Triangle.a b0:0 v0=o0", "Triangle.a b0:1 v1=v6")), message);
        refused(&text(CALL, "e4: chunk b2:2 v0=v0 v1=v3 v2=v4\n"), message);
    }

    #[test]
    fn a_poll_leaves_to_a_root() {
        const POLL: &str = "poll !e4\n  v9 = lane.0 v8";
        const EXIT: &str = "e4: chunk b1:0 v0=v0 v1=v3 v2=v4\n";
        let text = |poll: &str, exit: &str| REGION.replacen("v9 = lane.0 v8", poll, 1) + exit;
        assert_eq!(parse(&text(POLL, EXIT)).err(), None);
        refused(&text(&POLL.replace(" !e4", ""), ""), "a poll has no exit");
        refused(&text(POLL, &EXIT.replace(" v2=v4", "")), "the exit does not have all parameters");
        for elsewhere in ["b2:2 v0=v0 v1=v3 v2=v4", "b2:0 v0=v0 v1=v3 v2=v4", "b1:1 v0=v0 v1=v3 v2=v4"] {
            let exit = format!("e4: chunk {elsewhere}\n");
            refused(&text(POLL, &exit), "the exit does not lead to a root");
        }
        refused(&text("poll v0 !e4\n  v9 = lane.0 v8", EXIT), "0 arguments expected, 1 found");
    }

    #[test]
    fn an_input_may_be_a_part_of_a_value() {
        let text = |input: &str| {
            format!(
                "{}\nregion Triangle.a@b0(v0: view = {input}) {{\nb0:\n  v1 = load.f64 v0, 0 !e0\n  exit e1\n}}\n\
                 e0: Triangle.a b0:1 v1=v0\ne1: return v1\n",
                REGION.split("\nregion").next().unwrap()
            )
        };
        assert_eq!(parse(&text("v0.bytes")).err(), None);
        refused(&text("v0"), "an input is not of its parameter's type");
        refused(&text("v0.x"), "there is no field `x`");
    }

    #[test]
    fn a_region_does_not_call_promote_return_or_raise() {
        let message = "only programs have this instruction";
        refused_region("v9 = lane.0 v8", "v90 = promote v3\n  v9 = lane.0 v8", message);
        refused_region(
            "v9 = lane.0 v8",
            "v90 = new Point v6\n  v91 = call Triangle.a v90\n  v9 = lane.0 v8",
            message,
        );
        let message = "a region leaves through exits only";
        broken_region(|r| r.body.blocks[2].term = Term::Return(vec![]), message);
        broken_region(|r| r.body.blocks[2].term = Term::Raise(Raise::Overflow), message);
    }

    #[test]
    fn what_cannot_fail_has_no_exit() {
        refused_region(
            "v13 = add v4, v7",
            "v13 = add v4, v7 !e1",
            "an instruction that cannot fail has an exit",
        );
        let text = REGION.replace("class Pair", "class Empty {}\nclass Pair");
        let text = text.replace("v9 = lane.0 v8", "v90 = new Empty !e0\n  v9 = lane.0 v8");
        refused(&text, "an instruction that cannot fail has an exit");
    }

    #[test]
    fn what_can_fail_may_have_none() {
        for proven in ["guard v5 !e0", "v7 = load.f64 v6, 0 !e1", "v15 = add v3, 48 !e3"] {
            let bare = proven.split(" !").next().unwrap();
            parse(&REGION.replace(proven, bare)).unwrap();
        }
    }

    #[test]
    fn an_exit_exists() {
        broken_region(|r| drop(r.exits.pop()), "the exit does not exist");
    }

    #[test]
    fn an_exit_that_nothing_takes_does_not_matter() {
        let (program, mut regions) = parse(REGION).unwrap();
        regions[0].exits.push(crate::ir::Exit::default());
        assert_eq!(verify_region(&program, &regions[0]), Ok(()));
    }
}

mod exits {
    use super::*;

    #[test]
    fn what_an_exit_needs_dominates_each_place_where_it_is_taken() {
        let message = "guard v5 !e0: the exit needs v6, which is not defined on every path here";
        refused_region("guard v5 !e0", "guard v5 !e1", message);
    }

    #[test]
    fn an_exit_s_values_are_of_that_exit_only() {
        let sunk = |r: &mut Region| r.exits[2].insts[0].result.unwrap();
        broken_region(
            |r| {
                let v = sunk(r);
                exit(r, 3).frames[0].slots[2].1 = Slot::Value(v);
            },
            "which is not defined on every path here",
        );
        broken_region(
            |r| {
                let v = sunk(r);
                r.body.blocks[1].insts.last_mut().unwrap().args[0] = v;
            },
            "is not defined on every path here",
        );
    }

    #[test]
    fn an_exit_s_instructions_are_in_order() {
        broken_region(|r| exit(r, 2).insts.reverse(), "is used before it is defined");
    }

    #[test]
    fn an_exit_s_instructions_do_not_leave() {
        broken_region(|r| exit(r, 2).insts[0].exit = Some(ExitId(0)), "leaves through an exit");
    }

    #[test]
    fn an_exit_s_instructions_are_typed() {
        refused_region(
            "v16 = sqrt v13",
            "v16 = sqrt v3",
            "there is no such instruction for arguments of this type",
        );
    }

    #[test]
    fn frames_exist() {
        broken_region(|r| exit(r, 0).frames[0].block = BlockId(9), "there is no such block");
        broken_region(|r| exit(r, 1).frames[1].func = FuncId(9), "it is not at a call of ?");
        refused_region("e3: chunk b2:4", "e3: chunk b2:400", "frame of chunk: there is no such instruction");
        refused_region("e1: chunk b2:2", "e1: chunk b2:1", "it is not at a call of Triangle.a");
    }

    #[test]
    fn an_exit_has_frames_or_returns() {
        broken_region(|r| exit(r, 0).frames.clear(), "the exit has no frame");
        broken_region(|r| exit(r, 0).returns = Some(vec![]), "the exit returns, but has frames");
        let outer = |r: &mut Region| drop(exit(r, 1).frames.remove(0));
        broken_region(outer, "the outermost frame is not of the region's function");
    }

    #[test]
    fn slots_are_of_the_type_of_their_value() {
        refused_region("v2=v4 v3=false", "v2=v3 v3=false", "frame of chunk: v2 is of another type");
        refused_region("v0=o0", "v0=v6", "frame of Triangle.a: v0 is of another type");
    }

    #[test]
    fn slots_are_values_that_are_defined_there() {
        refused_region("v3=false arm", "v4=v0 arm", "frame of chunk: v4 is not defined there");
        broken_region(|r| exit(r, 0).frames[0].slots[0].0 = Value(99), "there is no such value");
    }

    #[test]
    fn a_slot_is_there_once() {
        refused_region("v2=v4 v3=false", "v2=v4 v2=v4", "v2 is there twice");
    }

    #[test]
    fn objects_have_the_fields_of_their_class() {
        refused_region("o0 = Point v6\n", "o0 = Point\n", "o0 has another number of fields than its class");
        refused_region("o0 = Point v6\n", "o0 = Point v3\n", "field bytes of o0 is of another type");
        broken_region(|r| exit(r, 1).objects[0].0 = ClassId(99), "there is no such class");
    }

    #[test]
    fn fields_of_older_objects_are_there_once() {
        const TEXT: &str = "class Cell { n: i64, x: f64 }\n\nfn f(v0: i64, v1: Cell) -> i64 {\nb0:\n  set Cell.n v1, v0\n  return v0\n}\n\n\
            region f@b0(v0: i64 = v0, v1: Cell = v1) {\nb0:\n  exit e0\n}\ne0: return v0 | o0 = Cell v0, 0.5 | v1.n = v0 | v1.x = 1.5\n";
        let text = |old: &str, new: &str| TEXT.replace(old, new);
        let (program, regions) = parse(TEXT).unwrap();
        assert!(TEXT.ends_with(&crate::ir::print::print_region(&program, &regions[0])));
        refused(&text("v1.x = 1.5", "v1.n = 2"), "field n is there twice");
        refused(&text("v1.x = 1.5", "v1.x = 2"), "field x is of another class or another type");
        refused(&text("v1.x = 1.5", "v1.y = 2"), "there is no field `y`");
        refused(&text("v1.x = 1.5", "v0.x = 1.5"), "it is no object");
        let mut region = regions[0].clone();
        exit(&mut region, 0).fields[0].object = Slot::Object(0);
        let found = verify_region(&program, &region).unwrap_err();
        assert!(found.contains("it is part of no other"), "{found}");
        exit(&mut region, 0).fields[0].field = 9;
        assert!(verify_region(&program, &region).unwrap_err().contains("there is no such field"));
        let native = "class Cell { n: i64 }\nfn g(v0: Cell) -> i64 {\nb0:\n  set Cell.n v0, 1\n  return 1\n}\n\
            fn f(v0: Cell) -> i64 {\nb0:\n  v1 = call g v0\n  return v1\n}\n\
            region f@b0(v0: Cell = v0) {\nb0:\n  v1 = native g v0 !e0\n  exit e1\n}\n\
            e0: f b0:0 < g b0:0 v0=v0 | v0.n = 7\ne1: return v1\n";
        refused(native, "the callee would not find what fields hold");
    }

    #[test]
    fn objects_exist() {
        refused_region("v0=o0", "v0=o3", "there is no object o3");
    }

    #[test]
    fn an_object_that_nothing_changes_refers_to_earlier_ones() {
        let (old, new) = ("| o0 = Point v6 | o1 = Pair o0, v16", "| o0 = Pair o1, v16 | o1 = Point v6");
        refused_region(old, new, "o0 is never changed, but refers to a later object");
        let with_set = "fn change(v0: Pair) {\nb0:\n  set Pair.b v0, 1.0\n  return\n}\n\nregion chunk";
        parse(&REGION.replace(old, new).replace("region chunk", with_set)).unwrap();
    }

    #[test]
    fn returns_are_those_of_the_root_s_function() {
        refused_region("e2: return v13, v17", "e2: return v13", "the region's function returns other types");
    }

    #[test]
    fn an_arm_exists() {
        refused_region("arm=chunk.b1.1", "arm=chunk.b1.2", "there is no such arm");
        let arm = Arm { func: FuncId(1), block: BlockId(77), index: 0 };
        broken_region(|r| exit(r, 0).arm = Some(arm), "there is no such arm");
    }

    #[test]
    fn a_frame_at_the_end_of_a_block_is_one() {
        let end = Frame { func: FuncId(1), block: BlockId(1), inst: 1, slots: vec![] };
        let (program, mut regions) = parse(REGION).unwrap();
        exit(&mut regions[0], 0).frames = vec![end];
        assert_eq!(verify_region(&program, &regions[0]), Ok(()));
    }
}
