use super::*;
use crate::ir::print::{print_program, print_region};
use crate::ir::{Effects, Host, Op};
use crate::runtime::Console;

fn print(program: &Program, regions: &[Region]) -> String {
    let regions: String = regions.iter().map(|r| format!("\n{}", print_region(program, r))).collect();
    print_program(program) + &regions
}

/// Fails with the diagnostic as a user sees it.
#[track_caller]
fn read_all(text: &str) -> (Program, Vec<Region>) {
    parse(text).unwrap_or_else(|d| panic!("{d}"))
}

#[track_caller]
fn round_trip(text: &str) {
    let (program, regions) = read_all(text);
    assert_eq!(print(&program, &regions), text);
}

/// Every operation of programs, every literal, every terminator.
const PROGRAM: &str = include_str!("../testdata/every_op.ir");
/// A loop with calls, and its region: every kind of exit, and the operations of regions.
const REGION: &str = include_str!("../testdata/region.ir");

#[test]
fn the_text_of_every_instruction_survives() {
    round_trip(PROGRAM);
}

#[test]
fn the_text_of_a_region_survives() {
    round_trip(REGION);
}

#[test]
fn numbers_and_order_of_the_text_do_not_matter() {
    let text = "
        fn f(v9: i64) -> i64 {   ; a comment
        b7:
          branch true, b5, b3(v9) ; another
        b3(v4: i64):
          return v4

        b5: ; before b3 in what runs
          v0 = call g v9
          jump b3(v0)
        }
        fn g(v0: i64) -> i64 {
        b0:
          return v0
        }";
    let (program, _) = read_all(text);
    let canonical = "\
fn f(v0: i64) -> i64 {
b0:
  branch true, b1, b2(v0)
b1:
  v1 = call g v0
  jump b2(v1)
b2(v2: i64):
  return v2
}

fn g(v0: i64) -> i64 {
b0:
  return v0
}
";
    assert_eq!(print_program(&program), canonical);
    round_trip(canonical);
}

#[test]
fn values_of_blocks_that_stand_later_are_known() {
    let text = "fn f(v0: i64) -> i64 {\nb0:\n jump b2\nb1:\n return v1\nb2:\n v1 = add v0, 1\n jump b1\n}";
    read_all(text);
}

#[test]
fn blocks_without_a_way_to_them_are_not_printed() {
    let (program, _) = read_all("fn f() {\nb0:\n return\nb1:\n v0 = add 1, 2\n raise shift\n}");
    assert_eq!(print_program(&program), "fn f() {\nb0:\n  return\n}\n");
}

#[test]
fn mistakes_are_shown_at_their_place() {
    let f = |line: &str| {
        format!("class P {{ x: i64 }}\nfn f(v0: i64, v1: view) -> i64 {{\nb0:\n  {line}\n  return v0\n}}\n")
    };
    for (line, column, message) in [
        ("v2 = ad v0, 1", 8, "there is no instruction `ad` (did you mean `add`?)"),
        ("v2 = add v0, 1.0", 8, "the arguments have different types"),
        ("v2 = add v0, v7", 16, "v7 is not defined before it is used here"),
        ("v2 = add v0, 99999999999999999999", 16, "this is no number, or too large a one"),
        ("v2 = add v0, nan:0x1", 16, "these are not the bits of a NaN"),
        ("v2 = add v0, x", 16, "a value (`v0`) or a constant expected"),
        ("v2 = new Q v0", 12, "there is no class `Q` (did you mean `P`?)"),
        ("v2 = new P v0\n  set P.y v2, 1", 9, "there is no field `y`"),
        ("v1 = add v0, 1", 3, "v1 is defined twice"),
        ("add v0, 1", 3, "this instruction has a result"),
        ("v2 = load.u33 v1, 0", 13, "there is no scalar `u33`"),
        ("v2 = add v0, 1 !e0", 19, "there is no such exit"),
        ("v2 = add v0 1", 15, "the end of the line expected, `1` found"),
        ("branch true, b1, b9\nb1:", 20, "there is no such block"),
        ("raise hell\nb1:", 9, "there is no error `hell`"),
        ("jump b1\nb1: loop", 1, "the block is marked as the header of a loop"),
    ] {
        let d = parse(&f(line)).expect_err(line);
        assert_eq!(d.column, column, "{d}");
        assert!(d.message.contains(message), "{d}");
    }
}

#[test]
fn mistakes_in_regions_are_shown_at_their_place() {
    for (old, new, message) in [
        ("guard v5 !e0", "guard v5 !e9", "there is no such exit"),
        ("arm=chunk.b1.1", "arm=chunk.b1", "function, block and number of the arm"),
        ("| o0 = Pair", "| o1 = Pair", "objects are numbered in order: this is o0"),
        ("e1: chunk b2:2", "e1: chnk b2:2", "there is no function `chnk` (did you mean `chunk`?)"),
        ("v0=o0", "v0=o7", "there is no object o7"),
        ("e3: chunk", "e2: chunk", "there are two exits of that name"),
    ] {
        let text = REGION
            .replace("| o0 = Point v6 | o1 = Pair o0", "| o0 = Pair o1")
            .replace("Pair o1, v16 |", "Pair o1, v16 | o1 = Point v6 |");
        let text = if old == "| o0 = Pair" { text } else { REGION.to_string() };
        assert!(text.contains(old), "{old}");
        let d = parse(&text.replace(old, new)).expect_err(new);
        assert!(d.message.contains(message), "{d}");
    }
}

/// Mutations of correct texts: truncated, with a part doubled, two words swapped, or a byte changed.
#[test]
fn no_text_makes_it_panic() {
    let mut seed = 1u64;
    let mut random = move |n: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % n.max(1)
    };
    let inputs = [PROGRAM, REGION];
    let words: Vec<&str> =
        inputs.iter().flat_map(|t| t.split_inclusive([' ', '\n', ',', '(', ':'])).collect();
    let mut accepted = 0;
    for round in 0..4000 {
        let mut parts: Vec<&str> = inputs[round % 2].split_inclusive([' ', '\n', ',', '(', ':']).collect();
        for _ in 0..1 + random(3) {
            let (i, j) = (random(parts.len()), random(parts.len()));
            match random(5) {
                0 => parts.swap(i, j),
                1 => parts[i] = words[random(words.len())],
                2 => parts.insert(i, words[random(words.len())]),
                3 => drop(parts.remove(i)),
                _ => parts.truncate(i.max(1)),
            }
        }
        let mut text: String = parts.concat();
        if random(3) == 0 {
            let at = random(text.len());
            let byte = [" ", "é", "\n", "-", "9", ";", "=", "|", "<", "\u{0}"][random(10)];
            if text.is_char_boundary(at) {
                text.insert_str(at, byte);
            }
        }
        if let Ok((program, regions)) = parse(&text) {
            accepted += 1;
            // An accepted text prints as a text that does not change any more.
            round_trip(&print(&program, &regions));
        }
    }
    assert!(accepted > 50, "only {accepted} of the texts were accepted: the test sees too little");
}

#[test]
fn the_names_of_instructions_are_the_same_both_ways() {
    for (name, op) in code::PLAIN {
        assert_eq!(crate::ir::print::op_name(&Program::default(), op), name);
    }
}

#[test]
fn functions_of_the_host_are_found_by_their_names() {
    let hosts = || {
        let mut program = Program::default();
        let say = Host::new("print.i64", Effects::Writes, |_: &mut Console, _: i64| {});
        assert_eq!((program.host(&say), program.host(&say)), (HostId(0), HostId(0)));
        program.host(&Host::new("now", Effects::Reads, |_: &mut Console| 0.5));
        program
    };
    let text = "fn f(v0: i64) -> f64 {\nb0:\n  host print.i64 v0\n  v1 = host now\n  return v1\n}\n";
    let (program, _) = extend(hosts(), text).unwrap_or_else(|d| panic!("{d}"));
    assert_eq!(print_program(&program), text);
    let op = |i: usize| program.funcs[0].body.blocks[0].insts[i].op;
    assert_eq!(op(0), Op::Host(HostId(0), Effects::Writes));
    assert_eq!(op(1), Op::Host(HostId(1), Effects::Reads));
    for (old, new, message) in [
        (
            "print.i64 v0",
            "print.i65 v0",
            "there is no function of the host `print.i65` (did you mean `print.i64`?)",
        ),
        ("print.i64 v0", "print.i64 v0, v0", "1 argument expected, 2 found"),
        ("  host print.i64", "  v7 = host print.i64", "this instruction has no result"),
        ("v1 = host now", "host now", "this instruction has a result: `v0 = …`"),
    ] {
        let d = extend(hosts(), &text.replace(old, new)).expect_err(new);
        assert_eq!(d.message, message);
    }
}
