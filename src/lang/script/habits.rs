//! Notations of other languages, and their equivalents in Python; for messages only.

/// Operators of C, JavaScript and SQL, and what Python writes. Those of letters are in either case.
const OPERATORS: [(&str, &str); 13] = [
    ("&&", "write and"),
    ("||", "write or"),
    ("<>", "write !="),
    ("(*)", "write len(records), with wirelens eval"),
    ("?", "write X if CONDITION else Y"),
    ("`", "write the name without quotes"),
    ("AND", "write and"),
    ("OR", "write or"),
    ("NOT", "write not"),
    ("AS", "write as"),
    ("like", "write '…' in name, or name.startswith('…')"),
    ("between", "write A <= x <= B"),
    ("case", "write X if CONDITION else Y"),
];

/// Clauses of SQL, in lower or upper case, and where a query has them.
const CLAUSES: [(&str, &str); 6] = [
    ("where", "a condition is --where, or in eval a generator's 'for t in records if t.x > 0'"),
    ("from", "the files are arguments of the command"),
    ("limit", "the number of rows is --limit"),
    ("order", "rows keep the order of the file"),
    ("group", "there are no groups"),
    ("distinct", "every record has its row"),
];

/// The first operator in a text that Python does not have: its offset, and the message. Strings are skipped;
/// in a statement, a lone `=` is an assignment.
pub fn operator(text: &str, statement: bool) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    let (mut at, mut quote) = (0, None);
    while at < bytes.len() {
        let (c, rest) = (bytes[at], &text[at..]);
        match quote {
            Some(q) => {
                at += if c == b'\\' { 2 } else { 1 };
                if c == q {
                    quote = None;
                }
                while !text.is_char_boundary(at) {
                    at += 1;
                }
                continue;
            }
            None if c == b'"' || c == b'\'' => quote = Some(c),
            None if c.is_ascii_alphabetic() || c == b'_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                let (word, before, behind) = (&rest[..end], text[..at].trim_end(), rest[end..].trim_start());
                if is_operator(word, before, behind) {
                    // The names of Python's own operators are other ones in upper case.
                    let same = |name: &str| name == word || name.to_ascii_uppercase() == word;
                    if let Some((_, python)) = OPERATORS.iter().find(|(name, _)| same(name)) {
                        return Some((at, format!("'{word}' is no operator here: {python}")));
                    }
                    if let Some((_, advice)) = CLAUSES.iter().find(|(name, _)| same(name)) {
                        return Some((at, format!("'{word}' is no clause here: {advice}")));
                    }
                }
                at += end;
                continue;
            }
            None => {
                let found = OPERATORS.iter().find(|(o, _)| rest.starts_with(o));
                if let Some((operator, python)) = found {
                    return Some((at, format!("'{operator}' is no operator here: {python}")));
                }
                if c == b'!' && !rest.starts_with("!=") {
                    return Some((at, "'!' is no operator here: write not".to_string()));
                }
                if c == b'=' && !statement && is_comparison(text, at) {
                    return Some((at, "'=' does not compare: write ==".to_string()));
                }
                if rest.starts_with("==") {
                    at += 1;
                }
            }
        }
        at += 1;
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    None
}

/// Whether a word between these texts is meant as an operator and not as a name: an operand follows it, and
/// except for `NOT` another one precedes it.
fn is_operator(word: &str, before: &str, behind: &str) -> bool {
    let operand = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | '(');
    let precedes = before.ends_with(|c: char| operand(c) && c != '(' || matches!(c, ')' | ']'));
    let first = ["NOT", "case", "CASE", "distinct", "DISTINCT"].contains(&word);
    behind.starts_with(operand) && (precedes || first && !before.ends_with('.'))
}

/// Whether a lone `=` is meant as a comparison. It is not after a single name that follows a bracket or a
/// comma: that is a named argument.
fn is_comparison(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end();
    if text[at..].starts_with("==") || before.ends_with(['=', '<', '>', '!', ':', '+', '-', '*', '/', '%']) {
        return false;
    }
    let name = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + 1);
    let outside = before[..name].trim_end();
    !outside.ends_with(['(', ','])
}

/// The replacement for a name of another language.
pub fn name(id: &str) -> Option<&'static str> {
    Some(match id {
        "null" | "NULL" | "nil" | "undefined" => "write None",
        "true" | "TRUE" => "write True",
        "false" | "FALSE" => "write False",
        "coalesce" | "ifnull" | "nvl" => "write x if x is not None else y",
        "np" | "numpy" | "pd" | "statistics" => "there is no such module; 'math' can be used",
        _ => return None,
    })
}

/// The suggestion for a function over all records that is not supported.
pub fn over_records(name: &str) -> Option<&'static str> {
    Some(match name {
        "avg" | "average" | "fmean" => "write mean(t.x for t in records)",
        "variance" => "write var(t.x for t in records)",
        "stdev" | "stddev" => "write std(t.x for t in records)",
        "pvariance" | "variance_pop" => "write var_pop(t.x for t in records)",
        "pstdev" | "stddev_pop" => "write std_pop(t.x for t in records)",
        "count" | "len" => "how many there are is len(records), or count(t.x for t in records if t.x > 0)",
        "records" => "a generator over them is an argument: sum(t.x for t in records)",
        "Counter" | "group_by" | "groupby" => "there are no groups; select writes a row of each record",
        "sorted" | "list" | "set" | "dict" | "median" | "quantile" | "percentile" => {
            "nothing is sorted or kept; select writes a row of each record"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_of_other_languages_are_found_where_they_stand() {
        for (text, at, python) in [
            ("a > 1 && b", 6, "write and"),
            ("a || b", 2, "write or"),
            ("!(a)", 0, "write not"),
            ("a <> 1", 2, "write !="),
            ("a > 1 AND b", 6, "write and"),
            ("(a) OR (b)", 4, "write or"),
            ("NOT a", 0, "write not"),
            ("a and NOT (b)", 6, "write not"),
            ("sum(1 for t in records if t.x = 3)", 30, "write =="),
            ("name = 'A'", 5, "write =="),
            ("x == 'a && b' and name like 'c'", 23, "startswith"),
            ("a between 1 and 3", 2, "write A <= x <= B"),
            ("a AS b", 2, "write as"),
            ("count(*)", 5, "len(records)"),
            ("a > 1 ? 2 : 3", 6, "X if CONDITION else Y"),
            ("case when a > 1", 0, "X if CONDITION else Y"),
            ("DISTINCT a", 0, "every record"),
            ("a, b ORDER BY b", 5, "order of the file"),
            ("a from b", 2, "arguments of the command"),
            ("a where b > 1", 2, "--where"),
        ] {
            let (found, message) = operator(text, false).unwrap_or_else(|| panic!("{text}"));
            assert!(found == at && message.contains(python), "{text}: {found} {message}");
        }
    }

    #[test]
    fn a_statement_assigns() {
        for text in ["x = f(1 2)", "like = f(1 2)", "t.x = 3 3", "x += 1 2"] {
            assert_eq!(operator(text, true), None, "{text}");
        }
        assert!(operator("if x && y:", true).is_some());
    }

    #[test]
    fn what_python_writes_is_left_alone() {
        for text in [
            "max(x, default=3)",
            "a == b != c <= d >= e",
            "t.AND + t.like",
            "f(OR, NOT) 2",
            "x + like 2",
            "limit(3) + t.where",
            "case + from",
            "'a && b' + \"!\"",
            "(y := 3)",
            "\"ä\" + 'ö'",
        ] {
            assert_eq!(operator(text, false), None, "{text}");
        }
    }
}
