//! Notations of other languages, and their equivalents in Python; for messages only.

/// Operators of C, JavaScript and SQL, and their equivalents in Python.
const OPERATORS: [(&str, &str); 8] = [
    ("&&", "and"),
    ("||", "or"),
    ("<>", "!="),
    ("AND", "and"),
    ("OR", "or"),
    ("NOT", "not"),
    ("like", "'…' in name, or name.startswith('…')"),
    ("LIKE", "'…' in name, or name.startswith('…')"),
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
                let found = OPERATORS.iter().find(|(operator, _)| *operator == word);
                if let Some((_, python)) = found.filter(|_| is_operator(word, before, behind)) {
                    return Some((at, format!("'{word}' is no operator here: write {python}")));
                }
                at += end;
                continue;
            }
            None => {
                let found = OPERATORS.iter().find(|(o, _)| rest.starts_with(o));
                if let Some((operator, python)) = found {
                    return Some((at, format!("'{operator}' is no operator here: write {python}")));
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
    behind.starts_with(operand) && (precedes || word == "NOT" && !before.ends_with('.'))
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

/// The suggestion for a function over all records that is not supported.
pub fn over_records(name: &str) -> Option<&'static str> {
    Some(match name {
        "avg" | "mean" | "average" => "a mean is sum(t.x for t in records) / len(records)",
        "count" | "len" => "how many there are is len(records), or sum(1 for t in records if t.x > 0)",
        "Counter" | "group_by" | "groupby" => "there are no groups; select writes a row of each record",
        "sorted" | "list" | "set" | "dict" | "median" | "quantile" | "percentile" | "std" | "stdev"
        | "var" => "nothing is sorted or kept; select writes a row of each record",
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
            "'a && b' + \"!\"",
            "(y := 3)",
            "\"ä\" + 'ö'",
        ] {
            assert_eq!(operator(text, false), None, "{text}");
        }
    }
}
