#!/usr/bin/env python3
"""Generates programs, and compares the output of CPython with that of `wirelens run` in all modes: without
native code, with it, with it from the start, and with each of its exits taken in turn.

    python3 testdata/python/fuzz.py BINARY FROM TO [--keep DIR]   the programs of the seeds FROM to TO
    python3 testdata/python/fuzz.py BINARY --reduce FILE          the smallest program with the same failure
    python3 testdata/python/fuzz.py BINARY --check FILE...        these programs
    python3 testdata/python/fuzz.py --print SEED                  one program

It needs CPython 3.11. A program is typed and ends, and usually succeeds. If CPython raises, wirelens must
exit with 5 after the same output, or refuse the program before running it (3). If wirelens reports that an
integer exceeds 64 bits, the program runs again in CPython with a check of all arithmetic, which must fail
at the same point. Refusals are counted by their message.
"""

import ast
import collections
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
from fuzz_programs import Program  # noqa: E402

MODES = ("off", "on", "eager", "deopt-stress")
PATIENCE = 30
WATCH = """
def watched(v):
    if type(v) is int and not -2**63 <= v < 2**63:
        raise OverflowError('64 bits')
    return v
def watched_sum(items, start=0):
    for item in items:
        start = watched(start + item)
    return start
"""


MODULAR = (ast.Add, ast.Sub, ast.Mult, ast.LShift, ast.BitAnd, ast.BitOr, ast.BitXor)


def known(e):
    """Whether an expression consists of constants only."""
    return all(not isinstance(part, (ast.Name, ast.Call, ast.Attribute, ast.Subscript)) for part in ast.walk(e))


def is_mask(op, e):
    return known(e) and (isinstance(op, ast.BitAnd) or isinstance(op, ast.Mod) and isinstance(e, ast.BinOp))


def changes(stmt):
    """The only variable that a statement changes."""
    match stmt:
        case ast.AugAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name


class Watched(ast.NodeTransformer):
    """Checks the results of all integer operations, except below a mask and in constant expressions."""

    def wrapped(self, node):
        if known(node):
            return node
        match node:
            case ast.BinOp(left=left, op=op, right=right) if is_mask(op, right):
                return ast.BinOp(self.low(left), op, right)
            case ast.BinOp(left=left, op=ast.BitAnd() as op, right=right) if known(left):
                return ast.BinOp(left, op, self.low(right))
        self.generic_visit(node)
        return ast.Call(ast.Name("watched", ast.Load()), [node], [])

    visit_BinOp = visit_UnaryOp = wrapped

    def low(self, node):
        match node:
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, MODULAR):
                return ast.BinOp(self.low(left), op, self.visit(right) if isinstance(op, ast.LShift) else self.low(right))
            case ast.UnaryOp(op=ast.USub() | ast.Invert() as op, operand=operand):
                return ast.UnaryOp(op, self.low(operand))
        return self.visit(node)

    def steps(self, body):
        """Finds statements whose variable is masked by one of the next two statements."""
        for i, stmt in enumerate(body):
            name = changes(stmt)
            for later in body[i + 1:i + 3] if name else ():
                match later:
                    case ast.AugAssign(op=op, value=value) | ast.Assign(value=ast.BinOp(op=op, right=value)) if changes(later) == name:
                        if is_mask(op, value):
                            stmt.low = True
                            break
                    case _:
                        break

    def visit(self, node):
        for field in ("body", "orelse"):
            if isinstance(getattr(node, field, None), list):
                self.steps(getattr(node, field))
        return super().visit(node)

    def visit_Assign(self, node):
        if hasattr(node, "low"):
            return ast.Assign(node.targets, self.low(node.value))
        self.generic_visit(node)
        return node

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and node.func.id == "sum":
            node.func.id = "watched_sum"
        return self.wrapped(node)

    def visit_AugAssign(self, node):
        if hasattr(node, "low") or is_mask(node.op, node.value):
            return ast.AugAssign(node.target, node.op, self.low(node.value) if isinstance(node.op, MODULAR) else self.visit(node.value))
        self.generic_visit(node)
        read = ast.parse(ast.unparse(node.target), mode="eval").body
        value = ast.Call(ast.Name("watched", ast.Load()), [ast.BinOp(read, node.op, node.value)], [])
        return ast.Assign([node.target], value)


def run(command, cwd):
    environment = dict(os.environ, PYTHONIOENCODING="utf-8", PYTHONDONTWRITEBYTECODE="1")
    try:
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return None, b"", "it does not end"
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def python(text, cwd):
    path = Path(cwd) / "program.py"
    path.write_text(text, encoding="utf-8")
    return run([sys.executable, str(path)], cwd)


def message(err):
    lines = [line for line in err.splitlines() if line.strip()]
    return lines[0] if lines else ""


def general(text):
    """A message without the parts that vary between programs."""
    text = re.sub(r"\S+\.py:\d+:\d+:? ?", "", text)
    return re.sub(r"'[^']*'", "'…'", re.sub(r"\d+", "N", text))


def judge(binary, text):
    """The failure (its kind, and the details), or ("refused", message), or ("ok", …)."""
    with tempfile.TemporaryDirectory() as cwd:
        code, out, err = python(text, cwd)
        if code is None:
            return "slow", "CPython does not end"
        if code and "SyntaxError" in err:
            return "invalid", err
        runs = []
        for mode in MODES:
            ran = run([binary, "run", f"--jit={mode}", "program.py"], cwd)
            if ran[0] not in (0, 3, 5):
                what = "hang" if ran[0] is None else "crash"
                where = re.findall(r"panicked at ([^\n]*)", ran[2])
                return what + (f" {where[0]}" if where else ""), f"--jit={mode}: exit {ran[0]}\n{ran[2][:3000]}"
            runs.append(ran)
        for mode, ran in zip(MODES, runs):
            if ran[:2] != runs[0][:2]:
                return "modes", f"--jit=off: {runs[0][0]} {message(runs[0][2])}, --jit={mode}: {ran[0]} {message(ran[2])}\n{differs(runs[0][1], ran[1])}"
        got, printed, said = runs[0]
        if got == 3:
            if printed:
                return "refused late", said
            return "refused", said
        if got == 5 and "64 bits" in said:
            tree = ast.fix_missing_locations(Watched().visit(ast.parse(text)))
            code, out, err = python(WATCH + ast.unparse(tree), cwd)
            if code != 1:
                return "overflow", f"there is none: {said}"
        if (code, got) not in ((0, 0), (1, 5)):
            return "exit", f"CPython: {code} {err[-300:]}\nwirelens: {got} {said[:600]}\n{differs(out, printed)}"
        if out != printed:
            return "output", differs(out, printed)
        if got == 5:
            return "fails", general(message(said))
        return "ok", ""


def differs(wanted, printed):
    a, b = wanted.decode("utf-8", "replace").split("\n"), printed.decode("utf-8", "replace").split("\n")
    for i, (x, y) in enumerate(zip(a, b)):
        if x != y:
            return f"line {i + 1}: {x[:300]!r} is wanted, not {y[:300]!r}"
    return f"{len(a)} lines are wanted, not {len(b)}"


GOOD = ("ok", "fails", "refused", "slow", "invalid")


def reduce(binary, text):
    """Removes statements and parts of expressions while the failure stays the same."""
    kind, at_length = judge(binary, text)
    wanted = (kind, general(message(at_length)) if kind == "refused" else "")
    tries = 0

    def same(candidate):
        nonlocal tries
        tries += 1
        try:
            ast.parse(candidate)
        except (SyntaxError, ValueError):
            return False
        kind, at_length = judge(binary, candidate)
        return (kind, general(message(at_length)) if kind == "refused" else "") == wanted

    def candidates(tree):
        """Each change, as a function that makes it and returns a function that reverts it."""
        for node in list(ast.walk(tree)):
            for field in ("body", "orelse", "elts", "keywords", "ifs", "values"):
                items = getattr(node, field, None)
                if not isinstance(items, list) or not items:
                    continue
                size = len(items)
                while size:
                    for start in range(0, len(items), size):
                        rest = items[:start] + items[start + size:]
                        if not rest and field == "body":
                            rest = [ast.Pass()]
                        if rest and rest != items or field in ("orelse", "keywords", "ifs"):
                            yield node, field, rest
                    size //= 2
                if field in ("body", "orelse"):
                    for i, item in enumerate(items):
                        if isinstance(item, (ast.If, ast.For, ast.While)):
                            yield node, field, items[:i] + item.body + items[i + 1:]
            for field, value in ast.iter_fields(node):
                if isinstance(value, ast.expr) and not isinstance(value, (ast.Constant, ast.Name)):
                    for inner in ast.iter_child_nodes(value):
                        if isinstance(inner, ast.expr):
                            yield node, field, inner
                    yield node, field, ast.Constant(1)

    changed = True
    while changed:
        changed = False
        tree = ast.parse(text)
        for node, field, value in candidates(tree):
            before = getattr(node, field)
            setattr(node, field, value)
            try:
                candidate = ast.unparse(ast.fix_missing_locations(tree))
            except Exception:
                setattr(node, field, before)
                continue
            if len(candidate) < len(text) and same(candidate):
                text, changed = candidate, True
                print(f"{tries} tries, {len(text)} characters", file=sys.stderr)
            else:
                setattr(node, field, before)
    return text


def main():
    args = sys.argv[1:]
    if args[:1] == ["--print"] and len(args) == 2:
        print(Program(int(args[1])).text)
        return
    if len(args) < 3:
        sys.exit(__doc__)
    binary = str(Path(args[0]).resolve())
    if args[1] == "--reduce":
        print(reduce(binary, Path(args[2]).read_text(encoding="utf-8")))
        return
    if args[1] == "--check":
        programs = {name: Path(name).read_text(encoding="utf-8") for name in args[2:]}
    else:
        programs = {seed: None for seed in range(int(args[1]), int(args[2]))}
    keep = Path(args[args.index("--keep") + 1]) if "--keep" in args else None

    def one(item):
        name, text = item
        text = text or Program(name).text
        return name, text, *judge(binary, text)

    counts, refusals = collections.Counter(), collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, text, kind, at_length in pool.map(one, programs.items()):
            counts[kind] += 1
            if kind in ("refused", "fails", "invalid", "slow"):
                refusals[f"{kind}: {general(message(at_length))}"] += 1
            if kind == "refused" and keep:
                (keep / f"refused-{name}.py").write_text(text + "\n# " + at_length.replace("\n", "\n# "), encoding="utf-8")
            if kind not in GOOD:
                print(f"{name}: {kind}: {at_length}", flush=True)
                if keep:
                    (keep / f"{kind.split()[0]}-{Path(str(name)).stem}.py").write_text(text, encoding="utf-8")
    for text, count in refusals.most_common():
        print(f"{count:6} {text}")
    print(", ".join(f"{count} {kind}" for kind, count in counts.most_common()))
    sys.exit(any(kind not in GOOD for kind in counts))


if __name__ == "__main__":
    main()
