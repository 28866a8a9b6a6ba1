#!/usr/bin/env python3
"""Generates schemas, records and queries, and compares the results of CPython with those of each command
of `wirelens`.

    python3 testdata/python/queries.py BINARY FROM TO [--keep DIR]   the seeds FROM to TO
    python3 testdata/python/queries.py BINARY --seeds                those of query_seeds.txt (regressions)
    python3 testdata/python/queries.py --print SEED                  the schema and the queries of a seed

It needs CPython 3.11. A seed has a schema (C or Cap'n Proto), none to thousands of records, and some
queries: expressions for `eval`, columns and conditions for `select` (as CSV and JSON, and over the
elements of a list, `--each`), the same as scripts for `run`, and records that `cat` prints. CPython
evaluates the same texts over objects that mirror the records. `eval` and `select` run in four modes with
1, 2 and 7 threads, `run` in four modes; all of them must agree to the byte, including messages. Each seed
runs again over damaged bytes: then the commands and modes must report the same error at the same place.

Documented differences are modelled: `any` and `all` over `records` read all of them; an integer that
exceeds 64 bits is an error, which is accepted only in a record where one does (`Noted`). Float sums are of
multiples of small powers of two, so they are exact in any order.
"""

import ast
import base64
import collections
import copy
import csv
import io
import json
import math
import random
import re
import sys
import tempfile
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
from fuzz import MODES, Watched, general, message, run  # noqa: E402
from query_expressions import Queries  # noqa: E402
from query_records import C, Capnp, Enum, NotSet, Ty, Values  # noqa: E402

HERE = Path(__file__).resolve().parent
THREADS = (1, 2, 7)
WAYS = [(mode, threads) for mode in MODES for threads in THREADS]
PLACE = re.compile(r"(?:record|message) (\d+) \(at byte (\d+)")
# A column that is None if a member on the path is not set.
ALONE = r"t(\.\w+|\[\d+\])*\.\w+(\[\d+\])*"
OPEN = 'wirelens.open("data.bin", schema="{}", record="Root")'


# ---- the reference


class Noted(Watched):
    """As `Watched`, but values that are read are also checked, unless they are below a mask."""

    def visit_Attribute(self, node):
        return self.wrapped(node) if isinstance(node.ctx, ast.Load) and not hasattr(node, "called") else self.generic_visit(node)

    def visit_Subscript(self, node):
        return self.wrapped(node)

    def visit_IfExp(self, node):
        """A masked value may have more than 63 bits, and then not fit the type of the other arm."""
        return self.wrapped(node)

    def visit_Name(self, node):
        """The variable of a loop."""
        looked_at = isinstance(node.ctx, ast.Load) and re.fullmatch(r"[viw]\d+", node.id)
        return ast.Call(ast.Name("watched", ast.Load()), [node], []) if looked_at else node

    def visit_Call(self, node):
        if isinstance(node.func, ast.Attribute):
            node.func.called = True
        return super().visit_Call(node)

    def low(self, node):
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            return self.generic_visit(node)
        return node if isinstance(node, ast.Name) else super().low(node)


# What exceeded 64 bits: only a sum, which has 128 bits in a query and may be used where 64 are needed; or
# another integer.
SUM, OTHER = 1, 2
TOO_LARGE = "a sum of more than 64 bits"


class Left:
    """Records which integers have exceeded 64 bits."""

    def __init__(self):
        self.seen = 0

    def watched(self, v, what=OTHER):
        if isinstance(v, int) and not -(2**63) <= v < 2**63:
            self.seen = max(self.seen, what)
        return v

    def watched_sum(self, items, start=0):
        for item in items:
            start = self.watched(start + item, SUM)
        return start


def plain(value):
    """A value as it is printed in a result: an enum as its number."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return int(value) if isinstance(value, Enum) else value


def nothing(text):
    """Rewrites 0.0 to 0: the sum of no floats is 0.0, or 0 if it is known that there are none."""
    return re.sub(r"(?<![\d.])0\.0(?![\de])", "0", text)


def statistic(least, value):
    """A function over all records that needs so many values."""
    return lambda values, default: value(values) if len(values) >= least else default


# Functions over all records that Python has by another name, or not at all.
STATISTICS = {
    "count": lambda values: sum(v is not None for v in values),
    "mean": statistic(1, lambda values: sum(values) / len(values)),
    "first": statistic(1, lambda values: values[0]),
    "last": statistic(1, lambda values: values[-1]),
    "var": statistic(2, len),
    "std_pop": statistic(1, len),
}


class Compiled:
    """A Python expression, evaluated with given names."""

    def __init__(self, tree):
        self.left = Left()
        self.code = compile(ast.fix_missing_locations(ast.Expression(tree)), "query", "eval")
        noted = Noted().visit(ast.parse(ast.unparse(tree), mode="eval").body)
        self.noted = compile(ast.fix_missing_locations(ast.Expression(noted)), "noted", "eval")

    def __call__(self, **names):
        return eval(self.code, {"math": math, **STATISTICS, **names})

    def leaves(self, **names):
        """Which integers exceed 64 bits during evaluation."""
        self.left.seen = 0
        try:
            watched = {"watched": self.left.watched, "watched_sum": self.left.watched_sum}
            eval(self.noted, {"math": math, **STATISTICS, **watched, **names})
        except Exception:
            pass
        return self.left.seen


class Outcome:
    """The expected outcome: a value, or an error (`error`), in record `at` if that is not None.

    `left`: the records in which integers exceed 64 bits, and which integers do.
    """

    def __init__(self, value=None, error=None, at=None, left=()):
        self.value, self.error, self.at, self.left = value, error, at, dict(left)


def note(left, i, seen):
    """Notes which integers of a record exceed 64 bits."""
    if seen:
        left[i] = max(seen, left.get(i, 0))


class Over(ast.NodeTransformer):
    """Extracts the reductions over `records` from an expression."""

    def __init__(self):
        self.found = []

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and node.args and isinstance(node.args[0], ast.GeneratorExp):
            g = node.args[0]
            if isinstance(g.generators[0].iter, ast.Name) and g.generators[0].iter.id == "records":
                self.found.append((ast.unparse(node), ast.ListComp(g.elt, g.generators), node.func.id))
                node.args[0] = ast.Name(f"_{len(self.found) - 1}", ast.Load())
                return node
        return self.generic_visit(node)


def over_records(text, records, floats):
    """The result of `eval`: each reduction reads all records, one by one."""
    over = Over()
    outer = over.visit(ast.parse(text, mode="eval").body)
    lists, error, at, left = {}, None, None, {}
    for k, (call, items, kind) in enumerate(over.found):
        code, values = Compiled(items), [0.0] if call in floats else []
        for i, record in enumerate(records[:at]):
            note(left, i, code.leaves(records=[record]))
            try:
                values += map(plain, code(records=[record]))
            except Exception as e:
                error, at = e, i
                break
        lists[f"_{k}"] = values
    if error:
        return Outcome(error=error, at=at, left=left)
    outer = Compiled(outer)
    note(left, None, outer.leaves(records=records, **lists))
    try:
        return Outcome(plain(outer(records=records, **lists)), left=left)
    except Exception as e:
        return Outcome(error=e, left=left)


def each_record(text, records):
    """The values of an expression for each record, up to the first error. A column that is only a union's
    member is None if it is not set."""
    code, alone = Compiled(ast.parse(text, mode="eval").body), re.fullmatch(ALONE, text)
    values, left = [], {}
    for i, t in enumerate(records):
        note(left, i, code.leaves(t=t))
        try:
            values.append(code(t=t))
        except Exception as e:
            if not alone or not isinstance(e, NotSet):
                return Outcome(values, e, i, left)
            values.append(None)
    return Outcome(values, left=left)


def in_json(value):
    """The accepted forms of a column's value in JSON. Integers that a double may not hold exactly are
    strings."""
    if value is None or isinstance(value, bool):
        return (value,)
    if isinstance(value, Enum):
        return (str(value), int(value), str(int(value)))
    if isinstance(value, int):
        return (value, str(value)) if abs(value) <= 2**53 else (str(value),)
    if isinstance(value, float):
        special = {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
        return (value if math.isfinite(value) else special,)
    return (base64.b64encode(value).decode(),) if isinstance(value, bytes) else (written(value),)


def same_json(found, wanted):
    """Whether a printed value equals the wanted one: a whole float may be printed as an integer."""
    if type(found) is int and type(wanted) is float:
        return float(found) == wanted
    return type(found) is type(wanted) and repr(found) == repr(wanted)


def unlike(ty, value, found, name="Root"):
    """The first member of a record that `cat` prints incorrectly, or None.

    A null pointer is omitted, unless it is the member of a union that is set: then its default is printed.
    """
    if ty.kind == "struct":
        there = [f for f in ty.struct.fields if f.name in value._values]
        there = [f for f in there if f.variant is not None or f.name not in value._nulls]
        if {f.name for f in there} != set(found):
            return f"{name}: {[f.name for f in there]} are wanted, not {list(found)}"
        each = ((f.ty, value._values[f.name], found[f.name], f"{name}.{f.name}") for f in there)
        return next(filter(None, (unlike(*one) for one in each)), None)
    if ty.kind == "list":
        if len(value) != len(found):
            return f"{name}: {len(value)} elements are wanted, not {len(found)}"
        each = ((ty.of, v, f, f"{name}[{i}]") for i, (v, f) in enumerate(zip(value, found)))
        return next(filter(None, (unlike(*one) for one in each)), None)
    if ty.kind == "data":
        return None if found == list(value) else f"{name}: {value!r} is wanted, not {found!r}"
    same = any(same_json(found, wanted) for wanted in in_json(value))
    return None if same else f"{name}: {value!r} is wanted, not {found!r}"


def column(name, values):
    """A column as CSV."""
    return csv_line([name]) + "".join(csv_line([v]) for v in values)


def csv_line(values):
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(values)
    return written(out.getvalue().removesuffix("\r\n") + "\n")


def written(text):
    """A text as it is written: U+FFFD for each invalid sequence of bytes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


# ---- one seed


class Wrong(Exception):
    """A failure: its kind, and the details."""


class Case:
    def __init__(self, seed, binary, cwd):
        self.r = r = random.Random(seed)
        self.binary, self.cwd = binary, cwd
        self.wild, self.exact = r.random() < 0.35, r.random() < 0.6
        values = Values(r, self.wild, self.exact)
        self.schema = C(r, values) if r.random() < 0.5 else Capnp(r, values, binary, cwd)
        count = r.choices((0, 1, 2, 7, 40, 130, 1000, 9000), (2, 8, 8, 20, 20, 8, 3, 0.3))[0]
        self.records, self.starts, self.raw = self.schema.records(count)
        queries = self.queries = Queries(r, self.schema, self.exact, self.wild)
        self.exprs = [queries.over() for _ in range(5)]
        self.columns = [queries.column() for _ in range(6)]
        self.where = queries.e("bool", 2) if r.random() < 0.6 else None
        self.limit = r.choice((None, None, None, 0, 1, 3, 50))
        self.scripted = [queries.column() for _ in range(3)]
        # After all others, so that seeds keep the queries that they had before.
        sums = [s for s in (queries.whole_list() for _ in range(2)) if s]
        self.columns += sums
        self.exprs += [f"sum({s} for t in records)" for s in sums]
        self.exprs += [queries.statistic() for _ in range(2)]
        self.ran = 0
        (Path(cwd) / self.schema.file).write_text(self.schema.text, encoding="utf-8")
        self.write(self.raw)

    def write(self, raw):
        (Path(self.cwd) / "data.bin").write_bytes(raw)

    def command(self, *args):
        self.ran += 1
        code, out, err = run([self.binary, *args], self.cwd)
        if code not in (0, 3, 5):
            what = "hang" if code is None else "crash"
            where = re.findall(r"panicked at ([^\n]*)", err)
            raise Wrong(f"{what} {where[0] if where else code}", f"{args}\n{err[:300]}")
        if code == 3 and out:
            raise Wrong("refused late", f"{args}")
        return code, out, err

    def query(self, *args):
        return [*args, "data.bin", "--schema", self.schema.file, "--record", "Root"]

    def in_all_ways(self, args, ways=WAYS, first=None):
        """The outcome in all modes and numbers of threads, which must be the same."""
        first_way = ways[0]
        for mode, threads in ways:
            more = [f"--jit={mode}"] + ([f"--threads={threads}"] if threads else [])
            # Arguments after a script's name are for the script.
            ran = self.command(args[0], *more, *args[1:])
            first = first or ran
            if ran != first:
                raise Wrong("modes", f"{args}\n{first_way}: {first[0]} {first[2][:500]}\n{(mode, threads)}: {ran[0]} {ran[2][:500]}\n{first[1][-300:]}\n{ran[1][-300:]}")
        return first

    def accepted(self, texts, args, refused):
        """The texts that are not refused."""
        code, _, err = self.command(*args(texts))
        if code != 3:
            return texts
        kept = []
        for text in texts:
            code, _, err = self.command(*args([text]))
            if code == 3:
                refused.append((text, err))
            else:
                kept.append(text)
        if kept and kept != texts and len(kept) > 1 and self.command(*args(kept))[0] == 3:
            raise Wrong("together", f"refused together only: {kept}")
        return kept

    def excused(self, err, expected, script=False):
        """Whether an error is that an integer exceeds 64 bits, where one does. A sum in a query does not."""
        if not re.search("64 bits|128 bits|too large", err):
            return False
        place = PLACE.search(err)
        seen = expected.left.get(int(place[1]) if place else None, 0)
        return seen == OTHER or seen == SUM and (script or TOO_LARGE in err)

    def place(self, err, at, about):
        """Checks that the error names the record and where it begins."""
        place = PLACE.search(err)
        if not place or int(place[1]) != at:
            raise Wrong("place", f"{about}\nan error in record {at} is wanted: {err[:600]}")
        if not getattr(self.schema, "packed", False) and int(place[2]) != self.starts[at]:
            raise Wrong("offset", f"{about}\nrecord {at} begins at {self.starts[at]}: {err[:600]}")

    # -- eval

    def eval(self, refused):
        args = lambda texts: self.query("eval", ", ".join(f"a{i}={t}" for i, t in enumerate(texts)))  # noqa: E731
        kept = self.accepted(self.exprs, args, refused)
        outcomes = [(t, over_records(t, self.records, self.queries.items)) for t in kept]
        good = [(t, o) for t, o in outcomes if not o.error and not o.left]
        if good:
            code, out, err = self.in_all_ways(args([t for t, _ in good]))
            if code:
                raise Wrong("eval fails", f"{[t for t, _ in good]}\n{err}")
            lines = out.decode().splitlines()
            if len(good) == 1:
                lines = [re.sub("^a0 +", "", line) for line in lines]
            wanted = [repr(o.value) for _, o in good]
            found = [re.sub(r"^a\d+ +", "", line) for line in lines]
            for (text, _), a, b in zip(good, wanted, found):
                if nothing(a) != nothing(b):
                    raise Wrong("eval", f"{text}\n{a} is wanted, not {b}")
            if len(wanted) != len(found):
                raise Wrong("eval", f"{wanted} is wanted, not {found}")
        for text, o in outcomes:
            if not o.error and not o.left:
                continue
            code, out, err = self.in_all_ways(args([text]))
            if code == 0 and not o.error:
                found = re.sub("^a0 +", "", out.decode().removesuffix("\n"))
                if nothing(found) != nothing(repr(o.value)):
                    raise Wrong("eval", f"{text}\n{o.value!r} is wanted, not {found}")
            elif code == 5 and self.excused(err, o):
                pass
            elif code == 5 and o.error:
                if o.at is not None:
                    self.place(err, o.at, text)
            else:
                raise Wrong("eval exit", f"{text}\n{o.error!r} or {o.value!r}, left {sorted(o.left, key=str)[:5]}: {code} {out[-200:]} {err[:600]}")

    # -- select

    def select(self, refused):
        def args(texts):
            # A field may be named alone, or with its record.
            bare = [re.sub(r"\bt\.(?!which\b|has_)", "", t) if bare else t for t, bare in zip(texts, bares)]
            asked = self.query("select", ", ".join(f"{t} as c{i}" for i, t in enumerate(bare)))
            asked += ["--where", self.where] if self.where else []
            return asked + (["--limit", str(self.limit)] if self.limit is not None else [])

        bares = [self.r.random() < 0.4 for _ in self.columns]
        if self.where and self.command(*self.query("select", "1", "--where", self.where))[0] == 3:
            refused.append((self.where, self.command(*self.query("select", "1", "--where", self.where))[2]))
            self.where = None
        kept = self.accepted(self.columns, args, refused)
        where = each_record(self.where or "True", self.records)
        chosen = [r for r, yes in zip(self.records, where.value) if yes]
        index = [i for i, yes in enumerate(where.value) if yes]
        outcomes = []
        for text in kept:
            o = each_record(text, chosen)
            o.at = None if o.at is None else index[o.at]
            o.left = {index[i]: seen for i, seen in o.left.items()}
            for i, seen in where.left.items():
                note(o.left, i, seen)
            outcomes.append((text, o))
        good = [(t, o) for t, o in outcomes if not o.error and not o.left]
        batches = ([good] if good else []) + [[(t, o)] for t, o in outcomes if o.error or o.left]
        for batch in batches:
            texts = [t for t, _ in batch]
            bares = [self.r.random() < 0.4 for _ in texts]
            code, out, err = self.in_all_ways(args(texts))
            columns = [o.value for _, o in batch]
            rows = [csv_line(row) for row in zip(*columns)]
            error = batch[0][1].error or where.error
            at = min((x for x in (batch[0][1].at, where.at) if x is not None), default=None)
            left = {**where.left, **batch[0][1].left}
            if code == 5 and self.excused(err, Outcome(left=left)):
                # All rows before the error.
                at = int(PLACE.search(err)[1])
                rows = rows[:sum(i < at for i in index)]
            elif error and (self.limit is None or len(rows) < self.limit):
                if code != 5:
                    raise Wrong("select exit", f"{texts} where {self.where}\n{error!r} is wanted in record {at}: {code} {err}")
                self.place(err, at, f"{texts} where {self.where}")
            elif code:
                raise Wrong("select fails", f"{texts} where {self.where} limit {self.limit}\n{err}")
            wanted = csv_line(f"c{i}" for i in range(len(texts))) + "".join(rows[:self.limit])
            found = out.decode("utf-8", "replace")
            if found != wanted:
                raise Wrong("select", f"{texts} where {self.where} limit {self.limit}\n{difference(wanted, found)}")
            if code == 0:
                self.json(args(texts), list(zip(*columns))[:self.limit])

    def json(self, args, rows):
        """Checks the same rows as JSON, in one mode."""
        how = (f"--jit={self.r.choice(MODES)}", f"--threads={self.r.choice(THREADS)}")
        code, out, err = self.command(*args, "--json", *how)
        lines = out.decode().splitlines()
        if code or len(lines) != len(rows):
            raise Wrong("json", f"{args}: {len(rows)} lines are wanted, not {len(lines)}: {code} {err}")
        for line, row in zip(lines, rows):
            found = json.loads(line)
            if list(found) != [f"c{i}" for i in range(len(row))]:
                raise Wrong("json keys", f"{args}: {line}")
            for one, value in zip(found.values(), row):
                if not any(same_json(one, a) for a in in_json(value)):
                    raise Wrong("json", f"{args}: {value!r} is wanted, not {line}")

    # -- scripts

    def script(self, refused):
        opened = OPEN.format(self.schema.file)
        head = "import math\nimport sys\nimport wirelens\n"

        def args(texts):
            where = self.where or "True"
            body = f"for t in {opened}:\n    if {where}:\n        print({', '.join(texts)}, sep='|')\n"
            (Path(self.cwd) / "query.py").write_text(head + body, encoding="utf-8")
            return ["run", "query.py"]

        modes = [(mode, None) for mode in MODES]
        for text in self.accepted(self.scripted, args, refused):
            condition = Compiled(ast.parse(self.where or "True", mode="eval").body)
            code = Compiled(ast.parse(text, mode="eval").body)
            wanted, error, at, left = [], None, None, {}
            for i, t in enumerate(self.records):
                note(left, i, condition.leaves(t=t))
                try:
                    if condition(t=t):
                        note(left, i, code.leaves(t=t))
                        wanted.append((i, f"{code(t=t)}\n"))
                except Exception as e:
                    error, at = e, i
                    break
            got, out, err = self.in_all_ways(args([text]), modes)
            if got == 5 and self.excused(err, Outcome(left=left), script=True):
                at = int(PLACE.search(err)[1])
                wanted = [x for x in wanted if x[0] < at]
            elif error:
                if got != 5:
                    raise Wrong("script exit", f"{text} where {self.where}\n{error!r} is wanted in record {at}: {got} {err}")
                self.place(err, at, f"{text} where {self.where}")
            elif got:
                raise Wrong("script fails", f"{text} where {self.where}\n{err}")
            wanted, found = written("".join(line for _, line in wanted)), out.decode("utf-8", "replace")
            if wanted != found:
                raise Wrong("script", f"{text} where {self.where}\n{difference(wanted, found)}")

        def whole(texts):
            lines = "".join(f"print({t})\n" for t in texts)
            (Path(self.cwd) / "whole.py").write_text(head + re.sub(r"\brecords\b", opened, lines), encoding="utf-8")
            return ["run", "whole.py"]

        for text in self.accepted(self.exprs[:3], whole, refused):
            code = Compiled(ast.parse(text, mode="eval").body)
            left = code.leaves(records=self.records)
            try:
                value, error = plain(code(records=self.records)), None
            except Exception as e:
                value, error = None, e
            got, out, err = self.in_all_ways(whole([text]), modes)
            if got == 5 and "64 bits" in err and left:
                continue
            if (got, bool(error)) not in ((0, False), (5, True)):
                raise Wrong("script exit", f"{text}\n{error!r} or {value!r}: {got} {out[-200:]} {err[:600]}")
            found = out.decode().removesuffix("\n")
            if not error and found != written(str(value)):
                raise Wrong("script", f"{text}\n{value!r} is wanted, not {found}")

    # -- elements of lists

    def each(self, refused):
        """`--each` over a list of structs of the root: its elements are the records."""
        lists = [f for f in self.schema.root.fields if f.ty.kind == "list" and f.ty.of.kind == "struct"]
        if self.schema.language == "c" or not lists:
            return
        field = self.r.choice(lists)
        inner = copy.copy(self.schema)
        inner.root = field.ty.of.struct
        queries = Queries(self.r, inner, self.exact, self.wild)
        elements = [e for t in self.records for e in t._values.get(field.name, ())]
        over = ["--each", field.name]
        for text in [queries.column() for _ in range(4)]:
            o = each_record(text, elements)
            args = [*self.query("select", f"{text} as c0"), *over]
            code, out, err = self.in_all_ways(args)
            if code == 3:
                refused.append((text, err))
            elif code == 5 and (o.error or o.left):
                pass
            elif code or o.error or out.decode("utf-8", "replace") != column("c0", o.value):
                found = f"{code} {out[:200]} {err}"
                raise Wrong("each", f"{text} over {field.name}: {o.error!r}, {o.value[:5]}: {found}")
        for text in [queries.over() for _ in range(3)]:
            o = over_records(text, elements, queries.items)
            code, out, err = self.in_all_ways([*self.query("eval", f"a0={text}"), *over])
            found = re.sub("^a0 +", "", out.decode().removesuffix("\n"))
            if code == 3:
                refused.append((text, err))
            elif code == 5 and (o.error or o.left):
                pass
            elif code or o.error or nothing(found) != nothing(repr(o.value)):
                raise Wrong("each", f"{text} over {field.name}: {o.error!r}, {o.value!r}: {code} {found} {err}")

    # -- records

    def cat(self, _):
        """Each record, in full, as JSON: of few records, and of so many that native code writes them. A
        group is no record."""
        for field in self.schema.root.fields:
            if field.ty.kind == "struct" and field.ty.struct.group:
                for args in (["eval", "len(records)"], ["select", "1"], ["cat"]):
                    code, _, err = run([self.binary, *self.query(*args)[:-1], f"Root.{field.name}"], self.cwd)
                    if code != 2 or "is a group" not in err:
                        raise Wrong("group", f"{args} over the group {field.name}: {code} {err}")
        code, out, err = self.in_all_ways(self.query("cat"), self.r.sample(WAYS, 3))
        lines = out.decode().splitlines()
        if code or len(lines) != len(self.records):
            raise Wrong("cat", f"{len(self.records)} records are wanted, not {len(lines)}: {code} {err}")
        header, times = getattr(self.schema, "header", 0), 1 + 80_000 // max(len(self.raw), 20)
        self.write(self.raw[:header] + self.raw[header:] * times)
        many = self.in_all_ways(self.query("cat"), self.r.sample(WAYS, 3))
        self.write(self.raw)
        if many != (0, out * times, err):
            found = difference((out * times).decode(), many[1].decode())
            raise Wrong("cat", f"{times} times the records: {many[0]} {found} {many[2]}")
        # Any range of them: from anywhere, past the end too, as many as there are or fewer.
        start, most = (self.r.randrange(len(lines) * 5 // 4 + 2) for _ in range(2))
        part = self.in_all_ways([*self.query("cat"), "--offset", str(start), "--limit", str(most)], self.r.sample(WAYS, 3))
        wanted = "".join(line + "\n" for line in lines[start:start + most])
        if part[:2] != (0, wanted.encode()):
            raise Wrong("cat", f"{most} from {start} on: {part[0]} {difference(wanted, part[1].decode())} {part[2]}")
        for i, (line, record) in enumerate(zip(lines, self.records)):
            wrong = unlike(Ty("struct", struct=self.schema.root), record, json.loads(line))
            if wrong:
                raise Wrong("cat", f"record {i}: {wrong}")

    # -- damage

    def damage(self):
        """Checks that the commands report the same error, at the same place, for damaged bytes."""
        r = self.r
        raw = bytearray(self.raw)
        if len(raw) < 24 or len(self.records) > 300:
            return
        kind = r.choice(("cut", "cut", "word", "word", "garbage"))
        cut = None
        if kind == "cut":
            cut = r.randrange(1, len(raw))
            del raw[cut:]
        elif kind == "word":
            at = r.randrange(len(raw) - 8) & ~7
            raw[at:at + 8] = r.choice((r.randbytes(8), b"\xff" * 8, bytes(8), (2**31).to_bytes(8, "little")))
        else:
            at = self.starts[len(self.starts) // 2] if not getattr(self.schema, "packed", False) else r.randrange(len(raw) - 8)
            raw[at:at + 8] = b"\xff\xff\xff\x7f\xff\xff\xff\x7f"
        self.write(bytes(raw))
        text = r.choice(self.columns)
        if re.fullmatch(ALONE, text):
            # As a column that is only None if a member is not set.
            text = f"(({text}) is None)"
        opened = OPEN.format(self.schema.file)
        (Path(self.cwd) / "query.py").write_text(f"import math\nimport wirelens\nfor t in {opened}:\n    print({text}, sep='|')\nprint('behind')\n", encoding="utf-8")
        self.in_all_ways(self.query("cat"))
        ran = {
            "select": self.in_all_ways(self.query("select", text, "--no-header")),
            "eval": self.in_all_ways(self.query("eval", f"sum(({text}) is None for t in records)")),
            "run": self.in_all_ways(["run", "query.py"], [(mode, None) for mode in MODES]),
        }
        # A script has no sums of more than 64 bits.
        if "sum(" in text and "64 bits" in ran["run"][2] and "64 bits" not in ran["select"][2]:
            del ran["run"]
        self.command(*self.query("cat"))
        if any(code == 3 for code, _, _ in ran.values()):
            return
        rows = ran["select"][1].decode("utf-8", "replace").count("\n")
        about = f"{kind}, {text}\n" + "\n".join(f"{name}: {code} {out[-100:]} {err[:300]}" for name, (code, out, err) in ran.items())
        places = {name: PLACE.search(err) and PLACE.search(err)[0] for name, (_, _, err) in ran.items()}
        if len({(code, places[name]) for name, (code, _, _) in ran.items()}) > 1:
            raise Wrong("damage", about)
        if "run" in ran and ran["run"][0] and "cut short" not in ran["run"][2] and b"behind" in ran["run"][1]:
            raise Wrong("damage is no end", about)
        if cut is not None and not getattr(self.schema, "packed", False):
            size = self.schema.root.size if self.schema.language == "c" else 0
            ends = [s + size for s in self.starts] if size else self.starts[1:] + [len(self.raw)]
            whole = sum(e <= cut for e in ends)
            if (cut in ends or cut == self.schema.header) != (ran["select"][0] == 0) and not places["select"]:
                raise Wrong("a cut end", about)
            if not places["select"] and rows < whole:
                raise Wrong("rows before the cut", f"{whole} rows are wanted, not {rows}\n{about}")


def difference(wanted, found):
    a, b = wanted.splitlines(), found.splitlines()
    for i, (x, y) in enumerate(zip(a, b)):
        if x != y:
            return f"line {i + 1}: {x[:300]!r} is wanted, not {y[:300]!r}"
    return f"{len(a)} lines are wanted, not {len(b)}"


PARTS = ("eval", "select", "script", "each", "cat", "damage")


def judge(binary, seed):
    """The failures of a seed, the refusals, and the numbers of queries and processes."""
    wrong, refused = [], []
    with tempfile.TemporaryDirectory() as cwd:
        case = Case(seed, binary, cwd)
        queries = len(case.exprs) + min(3, len(case.exprs)) + len(case.columns) + len(case.scripted)
        for part in PARTS:
            try:
                getattr(case, part)(*([refused] if part != "damage" else []))
            except Wrong as e:
                wrong.append((part, *e.args))
        return wrong, refused, queries, case.ran


def seeds():
    lines = (HERE / "query_seeds.txt").read_text(encoding="utf-8").splitlines()
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


def main():
    args = sys.argv[1:]
    if args[:1] == ["--print"] and len(args) == 3:
        with tempfile.TemporaryDirectory() as cwd:
            case = Case(int(args[2]), str(Path(args[1]).resolve()), cwd)
            print(case.schema.text, *case.exprs, "", *case.columns, "", f"where {case.where}, limit {case.limit}", "", *case.scripted, sep="\n")
            print(f"{len(case.records)} records, {len(case.raw)} bytes, wild {case.wild}, exact {case.exact}")
        return
    if len(args) < 2:
        sys.exit(__doc__)
    binary = str(Path(args[0]).resolve())
    todo = seeds() if args[1] == "--seeds" else range(int(args[1]), int(args[2]))
    counts, refusals, found = collections.Counter(), collections.Counter(), 0
    for seed in todo:
        try:
            wrong, refused, queries, ran = judge(binary, seed)
        except Exception:
            traceback.print_exc()
            print(f"{seed}: the generator fails", flush=True)
            found += 1
            continue
        counts.update(seeds=1, queries=queries, processes=ran, refused=len(refused))
        for _, err in refused:
            refusals[general(message(err))] += 1
        for part, what, at_length in wrong:
            found += 1
            counts[f"wrong: {what}"] += 1
            print(f"{seed}: {part}: {what}: {at_length}\n", flush=True)
    for text, count in refusals.most_common(40):
        print(f"{count:6} {text}")
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    print(f"accepted: {100 - 100 * counts['refused'] / max(counts['queries'], 1):.1f} %")
    sys.exit(found > 0)


if __name__ == "__main__":
    main()
