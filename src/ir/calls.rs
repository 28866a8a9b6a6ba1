//! Recursive functions.
//!
//! They are found as the strongly connected components of the call graph (Tarjan, "Depth-first search and
//! linear graph algorithms", 1972), with an explicit stack, since call chains may be deep. All calls in the
//! code count, reachable or not.

use super::{Op, Program};

/// For each function, whether it calls itself, directly or through others.
pub fn recursive(program: &Program) -> Vec<bool> {
    let calls: Vec<Vec<usize>> = program
        .funcs
        .iter()
        .map(|f| {
            let insts = f.body.blocks.iter().flat_map(|b| &b.insts);
            insts.filter_map(|i| if let Op::Call(f) = i.op { Some(f.index()) } else { None }).collect()
        })
        .collect();
    let n = calls.len();
    let mut found = vec![false; n];
    // The visit number of each function (0: not visited yet), and the smallest number of an open function it
    // reaches.
    let (mut number, mut low, mut open) = (vec![0; n], vec![0; n], vec![false; n]);
    let (mut count, mut component) = (0, vec![]);
    for start in 0..n {
        if number[start] > 0 {
            continue;
        }
        let mut path = vec![(start, 0)];
        while let Some((func, next)) = path.last_mut() {
            let func = *func;
            if *next == 0 {
                count += 1;
                (number[func], low[func], open[func]) = (count, count, true);
                component.push(func);
            }
            if let Some(callee) = calls[func].get(*next).copied() {
                *next += 1;
                found[func] |= callee == func;
                if number[callee] == 0 {
                    path.push((callee, 0));
                } else if open[callee] {
                    low[func] = low[func].min(number[callee]);
                }
                continue;
            }
            path.pop();
            if let Some((above, _)) = path.last() {
                low[*above] = low[*above].min(low[func]);
            }
            if low[func] == number[func] {
                let from = component.iter().rposition(|f| *f == func).expect("it was put there");
                let members = component.split_off(from);
                for member in &members {
                    open[*member] = false;
                    found[*member] |= members.len() > 1;
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::parse::parse;

    #[test]
    fn circles_are_found_and_what_leads_to_them_is_not_in_them() {
        let func = |name: &str, calls: &[&str]| {
            let calls: Vec<String> =
                calls.iter().enumerate().map(|(i, f)| format!("  v{} = call {f} v0\n", i + 1)).collect();
            format!("fn {name}(v0: i64) -> i64 {{\nb0:\n{}  return v0\n}}\n", calls.concat())
        };
        let text = [
            func("leads", &["a", "alone"]),
            func("alone", &[]),
            func("a", &["b", "alone"]),
            func("b", &["c"]),
            func("c", &["alone", "a"]),
            func("own", &["alone", "own"]),
            func("diamond", &["alone", "leads", "own"]),
        ];
        let (program, _) = parse(&text.concat()).unwrap_or_else(|d| panic!("{d}"));
        assert_eq!(recursive(&program), [false, false, true, true, true, true, false]);
    }
}
