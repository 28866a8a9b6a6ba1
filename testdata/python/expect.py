#!/usr/bin/env python3
"""Writes the expected output of the programs and examples, from the output of CPython.

    python3 testdata/python/expect.py           write all of it
    python3 testdata/python/expect.py --check   write nothing; print the differences; exit with 1 on any

It needs CPython 3.11. For a program NAME.py in programs/

    NAME.out      is its output;
    NAME.error    is the line of the error, the words of the message, and the output before it. The line
                  is checked. A program that fails only because integers have 64 bits prints more in CPython,
                  so its output is not rewritten;
    NAME.refused  is the words of the message. The only check is that CPython compiles the program.

The examples in examples/cases.txt run with the arguments in that file. Those over records import `wirelens`
from stand-in/, which reads the fixtures without any code of the project.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAMS = HERE / "programs"
BEYOND_64_BITS = "64 bits"


def run(path, cwd, args=()):
    environment = dict(os.environ, PYTHONPATH=str(HERE / "stand-in"), PYTHONIOENCODING="utf-8", PYTHONDONTWRITEBYTECODE="1")
    command = [sys.executable, path, *args]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=300)


def expected(path):
    """The expected file of a program, its content, and the error in the program's run, if any."""
    done = run(path.name, PROGRAMS) if not path.with_suffix(".refused").exists() else None
    if done is None:
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
        file = path.with_suffix(".refused")
        return file, file.read_text(encoding="utf-8"), None
    file = path.with_suffix(".error")
    if not file.exists():
        wrong = f"it fails: {done.stderr.strip()}" if done.returncode or done.stderr else None
        return path.with_suffix(".out"), done.stdout, wrong
    text = file.read_text(encoding="utf-8")
    line, words, printed = text.split("\n", 2)
    if words == BEYOND_64_BITS:
        wrong = None if done.stdout.startswith(printed) else f"it prints {done.stdout!r}"
        return file, text, wrong
    lines = re.findall(rf'File "[^"]*{re.escape(path.name)}", line (\d+)', done.stderr)
    wrong = None
    if done.returncode != 1 or not lines:
        wrong = "it does not fail"
    elif lines[-1] != line:
        wrong = f"it fails at line {lines[-1]}, not {line}"
    return file, f"{line}\n{words}\n{done.stdout}", wrong


def example(case):
    name, *args = case.split()
    done = run(f"examples/{name}.py", ROOT, args)
    wrong = f"it fails: {done.stderr.strip()}" if done.returncode or done.stderr else None
    return HERE / "examples" / f"{name}.out", done.stdout, wrong


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    if sys.implementation.name != "cpython" or sys.version_info[:2] != (3, 11):
        sys.exit(f"CPython 3.11 is needed; this is {sys.implementation.name} {sys.version.split()[0]}")
    cases = (HERE / "examples" / "cases.txt").read_text().splitlines()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [*pool.map(expected, sorted(PROGRAMS.glob("*.py"))), *pool.map(example, cases)]
    bad = 0
    for file, text, wrong in found:
        if wrong:
            print(f"{file.name}: {wrong}")
        before = file.read_bytes() if file.exists() else b""
        differs = before != text.encode()
        if differs and sys.argv[1:]:
            print(f"{file.name}: differs")
        elif differs:
            file.write_bytes(text.encode())
        bad += bool(wrong) or (differs and bool(sys.argv[1:]))
    print(f"{len(found)} files, {bad} wrong")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
