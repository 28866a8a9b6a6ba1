"""Writes rows.bin, and the output of CPython's `csv` and `json` for its records: rows.csv and rows.json.

    python3 make.py

The records are those of rows.h. The columns are those of COLUMNS, each with its expression in Python.
"""

import csv
import io
import json
import math
import random
import struct

NAMES = {1: "BUY", 2: "SELL", -3: "HOLD"}
TEXTS = ["", "plain", "a,b", 'say "hi"', '"', "two\nlines", "cr\rhere", "gr\u00fc\u00df", " spaces ", "tab\tx", "\x01", "back\\slash"]
FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, 1e-4, 1e-5, 1e15, 1e16, 1e22, 123456789.125, 5e-324, 1.7976931348623157e308,
          math.nan, math.inf, -math.inf, 2.0**53, -(2.0**63)]
INTS = [0, 1, -1, 2**53, -(2**53) - 1, 2**63 - 1, -(2**63)]
UINTS = [0, 1, 2**53 + 1, 2**63, 2**64 - 1]

COLUMNS = [
    ("name", "name", lambda r: r["name"]),
    ("side", "side", lambda r: NAMES.get(r["side"], r["side"])),
    ("x", "x", lambda r: r["x"]),
    ("f", "f", lambda r: r["f"]),
    ("i", "i", lambda r: Long(r["i"])),
    ("u", "u", lambda r: Long(r["u"])),
    ("-n * s", "product", lambda r: -r["n"] * r["s"]),
    ("n + 1", "n + 1", lambda r: r["n"] + 1),
    ("n % 7", "rest", lambda r: Long(r["n"] % 7)),
    ("on", "on", lambda r: r["on"]),
    ("t.on and n > 0", "both", lambda r: r["on"] and r["n"] > 0),
    ("x if n % 3 == 0 else None", "maybe, x", lambda r: r["x"] if r["n"] % 3 == 0 else None),
    ("n if n > 0 else x", "mixed", lambda r: r["n"] if r["n"] > 0 else r["x"]),
    ("p.q[1] / 2", "p.q[1] / 2", lambda r: r["q1"] / 2),
    ("len(name)", "size", lambda r: Long(len(r["name"]))),
    ("t.from", "t.from", lambda r: r["from"]),
]


class Long(int):
    """An integer whose type has 64 bits: a string in JSON."""


def records():
    rng = random.Random(20261124)
    for k in range(300):
        text = TEXTS[k % len(TEXTS)]
        raw = text.encode() if k % 29 else b"bad\xff\xc3!"
        r = {
            "name": raw.decode(errors="replace"),
            "side": rng.choice([1, 2, -3, 7]),
            "x": FLOATS[k % len(FLOATS)] if k % 2 else rng.uniform(-1000, 1000),
            "f": struct.unpack("<f", struct.pack("<f", rng.uniform(-1, 1)))[0],
            "i": rng.choice(INTS + [rng.getrandbits(63)]),
            "u": rng.choice(UINTS + [rng.getrandbits(64)]),
            "n": rng.choice([0, 1, -1, 2**31 - 1, -(2**31), rng.randrange(-100, 100)]),
            "s": rng.choice([0, 65535, rng.randrange(65536)]),
            "on": rng.random() < 0.5,
            "q1": rng.randrange(256),
            "from": rng.randrange(-128, 128),
        }
        yield r, struct.pack("<12sidfiqQHBBBbxx", raw, r["side"], r["x"], r["f"], r["n"], r["i"], r["u"], r["s"],
                             r["on"], 255, r["q1"], r["from"])


def as_json(value):
    if isinstance(value, Long):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def csv_line(values):
    # The writer quotes only the line ends that it writes itself.
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(values)
    return out.getvalue().removesuffix("\r\n") + "\n"


with open("rows.bin", "wb") as data, open("rows.csv", "w", newline="") as table, open("rows.json", "w") as objects:
    table.write(csv_line(name for _, name, _ in COLUMNS))
    for record, raw in records():
        data.write(raw)
        values = [value(record) for _, _, value in COLUMNS]
        table.write(csv_line(values))
        row = {name: as_json(value) for (_, name, _), value in zip(COLUMNS, values)}
        objects.write(json.dumps(row, ensure_ascii=False) + "\n")
with open("columns.txt", "w") as out:
    out.write(", ".join(e if e == name else f"{e} as '{name}'" for e, name, _ in COLUMNS) + "\n")
