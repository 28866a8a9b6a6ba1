"""Writes format.tsv and numbers.tsv in its folder: the results of CPython's functions for random
arguments.

A row of numbers.tsv is a function's name, its arguments and its result. A row of format.tsv is a kind, a
value, a format specification and the text, or `!` and CPython's error message. Ints are decimal; floats
are 0x and their 64 bits; text is a JSON string; bytes are b and hexadecimal digits. `None` is an
exception, or an int that does not fit 64 signed bits.
"""

import csv, io, json, math, os, random, struct, sys, unicodedata, zlib

assert sys.version_info[:2] == (3, 11)
rng = random.Random(1)
HERE = os.path.dirname(os.path.abspath(__file__))
LEAST, GREATEST = -(1 << 63), (1 << 63) - 1


def bits(x):
    return "0x%016x" % struct.unpack("<Q", struct.pack("<d", x))[0]


def shown(x):
    if x is None:
        return "None"
    if isinstance(x, bool):
        return str(int(x))
    if isinstance(x, int):
        return str(x)
    if isinstance(x, float):
        return bits(x)
    if isinstance(x, bytes):
        return "b" + x.hex()
    return json.dumps(x, ensure_ascii=True)


# Values.

FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 2.0, 3.0, -3.0, 0.1, 1e-5, 1e-4, 9.999e-5, 1e15, 1e16, 1e17, 1e22, 1e23, 5e-324,
          2.2250738585072014e-308, 1e-310, 1.7976931348623157e308, -1.7976931348623157e308, 1e308, 1e300, math.inf, -math.inf,
          math.nan, 9007199254740992.0, 9007199254740993.0, 9.223372036854775807e18, -9.223372036854775808e18,
          1.8446744073709551615e19, 123456789.125, 0.045, 0.125, 2.675, 1234.5678, 999999.5, 0.99999949, 9.5, 99.5, 1e21, 4.5e15]
INTS = [0, 1, -1, 2, 3, 5, 7, 9, 10, -10, 12, 15, 25, 35, 48, 50, 64, 65, 100, 150, 250, 255, 256, 999, 1000, -1000, 1234567, 10**9, 10**15,
        10**18, 1 << 53, (1 << 53) + 1, -(1 << 53) - 1, LEAST, LEAST + 1, GREATEST, GREATEST - 1, 5 * 10**17, 0x10FFFF, 8364]


def a_float():
    k = rng.randrange(6)
    if k == 0:
        return rng.choice(FLOATS)
    if k == 1:
        return struct.unpack("<d", struct.pack("<Q", rng.getrandbits(64)))[0]
    if k == 2:
        return rng.randrange(-1000, 1000) / rng.choice([1, 2, 4, 8, 10, 100])
    if k == 3:
        return rng.uniform(-1, 1) * 10.0 ** rng.randrange(-8, 20)
    if k == 4:
        return rng.uniform(-100, 100)
    return float("%.*g" % (rng.randrange(1, 6), rng.uniform(-1e4, 1e4)))


def an_int():
    k = rng.randrange(4)
    if k == 0:
        return rng.choice(INTS)
    if k == 1:
        return rng.randrange(-100, 100)
    return rng.getrandbits(rng.randrange(1, 64)) * rng.choice([1, -1])


def a_uint():
    return rng.choice([abs(an_int()), rng.getrandbits(64), (1 << 64) - 1, 1 << 63]) & ((1 << 64) - 1)


ALPHABET = list("abcXYZ  019,;'\"\\\t\n\r\x00\x08\x0c\x1f\x7f.-_") + list("äß\xa0\xad\x85€\u2028\u3000\ufeff中ö🦀\U0001d7ce\ue000")


def a_text():
    return "".join(rng.choice(ALPHABET) for _ in range(rng.choice([0, 1, 1, 2, 3, 5, 8, 20])))


def ascii_text():
    return "".join(chr(rng.randrange(32, 127)) for _ in range(rng.randrange(40)))


# format.tsv


def a_spec():
    if rng.randrange(12) == 0:
        return "".join(rng.choice("<>=^+- z#0,_.123defgnsxX%cbo!é") for _ in range(rng.randrange(5)))
    maybe = lambda n, s: s if rng.randrange(n) == 0 else ""
    align = maybe(2, maybe(2, rng.choice("* 0x<é€🦀{")) + rng.choice("<>=^"))
    spec = align + maybe(3, rng.choice("+- ")) + maybe(8, "z") + maybe(5, "#") + maybe(3, "0")
    spec += maybe(2, str(rng.choice([0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 20, 40])))
    spec += maybe(4, rng.choice(",_")) + maybe(3, "." + str(rng.choice([0, 0, 1, 2, 3, 4, 6, 10, 17, 22, 23, 40])))
    return spec + maybe(1, rng.choice(["", "", "d", "e", "E", "f", "f", "F", "g", "g", "G", "n", "%", "x", "X", "o", "b", "c", "s"]))


def formats():
    kinds = [("int", an_int), ("uint", a_uint), ("float", a_float), ("float", a_float), ("bool", lambda: rng.randrange(2) == 1), ("str", a_text)]
    fixed = [("float", x, s) for x in FLOATS for s in ["", "g", ".3g", ".2f", ".0f", "e", ".3", "#.3g", "010,.2f", "%", "z.1f", ".17g", "n", "#", "#.0f", ".400f", "#.300g"]]
    fixed += [("int", x, s) for x in INTS for s in ["", "d", ",", "_x", "#X", "+08d", "013,", "=+10", "e", "#_b"]]
    fixed += [("bool", x, s) for x in [False, True] for s in ["", "d", "5", "<5", "s", "c", "0", ".2f"]]
    count = 0
    while fixed or count < 3000:
        kind, value, spec = fixed.pop() if fixed else (lambda k: (k[0], k[1](), a_spec()))(rng.choice(kinds))
        if kind in ("int", "uint") and spec.endswith("c") and (not 0 <= value < 0x110000 or 0xD800 <= value < 0xE000):
            value = 8364
        try:
            result = shown(format(value, spec))
        except ValueError as error:
            # A third of the errors suffices.
            if rng.randrange(3):
                continue
            result = "!" + shown(str(error))
        count += 1
        yield [kind, shown(value), shown(spec), result]


# numbers.tsv


def result(f, *args):
    try:
        x = f(*args)
    except (ValueError, OverflowError, ZeroDivisionError, TypeError):
        return None
    if isinstance(x, complex):
        return None
    if isinstance(x, int) and not LEAST <= x <= GREATEST:
        return None
    return x


def order(a, b):
    return 2 if b != b else (a > b) - (a < b)


def csv_field(s):
    out = io.StringIO()
    csv.writer(out).writerow(["", s])
    return out.getvalue()[1:-2]


def some_bytes():
    return bytes(rng.choice(b"ab\x00\x80\xc3\xa9\xe2\x82\xac\xf0\x9f\xa6\x80\xff\xed\xa0") for _ in range(rng.randrange(9)))


def number_text():
    s = rng.choice([str(an_int()), repr(a_float()), hex(an_int()), oct(an_int()), bin(rng.randrange(99)), "1_000", "00", "010", "0_0", "1__0",
                    "_1", "1_", "0x_f", "0x__f", "0x", "-", "", "+7", "- 7", "inf", "-Infinity", "nan", "1e400", "1e-400", "1.e5", ".5", ".", "e5", "1e",
                    "1_0.0_1e1_0", "1_.0", "1._0", "zz", "Z9", "１２", "٣٤.٥", "0b12", "0B1", "0O7", "9223372036854775808", "-9223372036854775808"])
    for _ in range(rng.choice([0, 0, 1])):
        at = rng.randrange(len(s) + 1)
        s = s[:at] + rng.choice(" _0.x-+e1\n\x1c\u3000\xa0") + s[at:]
    return rng.choice(["", "", " ", "\t\n"]) + s + rng.choice(["", "", " ", "\u2003"])


def nonzero(draw):
    while (x := draw()) == 0:
        pass
    return x


def small():
    return rng.choice([rng.randrange(-5, 5), rng.randrange(-25, 25), rng.randrange(-330, 330)])


def numbers():
    f, i = a_float, an_int
    unit = lambda: rng.choice([rng.uniform(-1, 1), rng.uniform(-1, 1), a_float()])
    table = [
        ("floor_div", lambda a, b: a // b, [f, lambda: nonzero(f)], 300),
        ("modulo", lambda a, b: a % b, [f, lambda: nonzero(f)], 300),
        ("power", lambda a, b: a**b, [f, lambda: rng.choice([f(), float(small())])], 400),
        ("int_power", lambda a, b: a**b, [lambda: rng.choice([i(), rng.randrange(-4, 5)]), lambda: rng.randrange(0, 70)], 150),
        ("round_even", lambda x: math.copysign(float(round(x)), x), [lambda: rng.randrange(-99, 99) / 4], 30),
        ("round_digits", round, [f, small], 600),
        ("round_int", round, [i, lambda: rng.randrange(-21, 3)], 200),
        ("compare_int", order, [i, lambda: rng.choice([f(), float(i()), float(i()) + 0.5])], 200),
        ("compare_uint", order, [a_uint, lambda: rng.choice([f(), float(a_uint())])], 100),
        ("true_div", lambda a, b: a / b, [i, lambda: nonzero(i)], 300),
        ("true_div_uint", lambda a, b: a / b, [a_uint, lambda: nonzero(a_uint)], 200),
        ("int_from_text", int, [number_text, lambda: rng.choice([10, 10, 0, 0, 2, 8, 16, 36, 1, 37])], 400),
        ("float_from_text", float, [number_text], 300),
        ("isqrt", math.isqrt, [lambda: abs(i()) % (GREATEST + 1)], 50),
        ("gcd", math.gcd, [i, i], 100),
        ("lcm", math.lcm, [lambda: rng.choice([i(), rng.randrange(-99, 99)]), lambda: rng.randrange(-99, 99)], 100),
        ("fmod", math.fmod, [f, f], 150),
        ("pow", math.pow, [f, lambda: rng.choice([f(), float(small())])], 300),
        ("copysign", math.copysign, [f, f], 20),
        ("ldexp", math.ldexp, [f, lambda: rng.choice([small(), rng.randrange(-2200, 2200), i()])], 300),
        ("hypot", math.hypot, [f, lambda: rng.choice([f(), f(), rng.uniform(-1, 1) * 1e-310])], 300),
        ("atan2", math.atan2, [f, f], 150),
    ]
    for name in "exp log log2 log10 log1p expm1 sin cos tan atan sinh cosh tanh degrees radians cbrt".split():
        table.append((name, getattr(math, name), [f], 90))
    table += [("asin", math.asin, [unit], 60), ("acos", math.acos, [unit], 60)]
    point = lambda s, at: len(s[: max(at, 0)].encode())
    bytes_up_to = lambda s, at: len(s.encode()[: max(at, 0)].decode(errors="ignore"))
    table += [
        ("repr_float", repr, [f], 500),
        ("repr_text", repr, [lambda: rng.choice([a_text(), ascii_text()])], 150),
        ("repr_bytes", repr, [lambda: rng.choice([some_bytes(), rng.randbytes(12), ascii_text().encode()])], 100),
        ("count", len, [lambda: a_text() + ascii_text()], 60),
        ("offset", point, [lambda: rng.choice([a_text(), ascii_text()]) + a_text(), lambda: rng.randrange(-2, 50)], 150),
        ("compare", order, [a_text, a_text], 100),
        ("ord", ord, [a_text], 50),
        ("lossy", lambda b: b.decode(errors="replace"), [some_bytes], 150),
        ("json", lambda s: json.dumps(s, ensure_ascii=False), [lambda: a_text() + ascii_text() + a_text()], 100),
        ("csv", csv_field, [lambda: rng.choice([a_text(), a_text() + ascii_text()])], 100),
        ("crc32", zlib.crc32, [lambda: rng.randbytes(rng.randrange(40)), lambda: rng.choice([0, rng.getrandbits(32), i()])], 60),
    ]
    for name, function, draws, count in table:
        for _ in range(count):
            args = [draw() for draw in draws]
            yield [name, *map(shown, args), shown(result(function, *args))]
    every = [chr(c) for c in range(0x110000) if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co", "Lo", "So")]
    for at in range(0, len(every), 100):
        text = "".join(every[at : at + 100])
        yield ["repr_text", shown(text), shown(repr(text))]
    for number in FLOATS:
        yield ["repr_float", shown(number), shown(repr(number))]


for name, rows in [("format.tsv", formats()), ("numbers.tsv", numbers())]:
    with open(os.path.join(HERE, name), "w", encoding="ascii", newline="\n") as out:
        for row in rows:
            out.write("\t".join(row) + "\n")
