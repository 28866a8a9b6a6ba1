"""Random schemas, records and their bytes: see queries.py.

A schema is C or Cap'n Proto text, with a struct `Root`. Its records are generated as Python objects
(`Record`, tuples, `Enum`, str, bytes, numbers) that behave as LANGUAGE.md specifies, and as bytes that are
encoded here. The layout of C is computed here (that of GCC on x86-64); that of Cap'n Proto is read from
`wirelens schema --json`, which other tests compare with the reference's compiler.
"""

import json
import math
import struct
import subprocess

INTS = {
    "int8_t": "b", "uint8_t": "B", "int16_t": "h", "uint16_t": "H", "int32_t": "i", "uint32_t": "I", "int64_t": "q", "uint64_t": "Q",
    "signed char": "b", "unsigned short": "H", "int": "i", "long": "q", "unsigned long": "Q",
    "Int8": "b", "UInt8": "B", "Int16": "h", "UInt16": "H", "Int32": "i", "UInt32": "I", "Int64": "q", "UInt64": "Q",
}
FLOATS = {"float": "f", "double": "d", "Float32": "f", "Float64": "d"}
TEXTS = ["", "a", "abc", "h\u00e9llo", "\u65e5\u672c", 'say "hi"', "it's", "a,b", "two\nlines", "\U0001f4a1", "Zz9", "cr\rx", " sp "]
DATA = [b"", b"a", b"\x00\xff\x80", b"abc", bytes(range(12))]
EDGES = [0, 1, -1, 2**31 - 1, -(2**31), 2**32 - 1, 2**53 + 1, 2**62, 2**63 - 1, -(2**63), -(2**63) + 1, 2**63, 2**64 - 1]
STRANGE = [math.nan, math.inf, -math.inf, -0.0, 5e-324, 1e308, -1e308, 0.1, 1 / 3, 2.0**53, 1e16, -1e-310]


class NotSet(Exception):
    """A member of a union is not set."""


class Enum(int):
    """A value of an enum: equal to its name, and printed as one."""

    def __new__(cls, value, names):
        self = super().__new__(cls, value)
        self.name = names.get(value)
        return self

    def __eq__(self, other):
        return self.name == other if isinstance(other, str) else int(self) == other

    def __ne__(self, other):
        return not self == other

    __hash__ = int.__hash__

    def __str__(self):
        return self.name or int.__repr__(self)

    __repr__ = __str__


class Broken(str):
    """A text that is not UTF-8: each byte that is not part of a code point is one. It is ordered by its
    bytes."""

    def bytes(self):
        return self.encode(errors="surrogateescape")

    def __lt__(self, other):
        return self.bytes() < other.encode(errors="surrogateescape")

    def __gt__(self, other):
        return self.bytes() > other.encode(errors="surrogateescape")

    def __le__(self, other):
        return not self > other

    def __ge__(self, other):
        return not self < other


class Record:
    def __init__(self, values, which=None, nulls=()):
        self._values, self._which, self._nulls = values, which, nulls

    def __getattr__(self, name):
        values = self._values
        if name in values:
            return values[name]
        if name.startswith("has_"):
            member = name[4:]
            return lambda: member in values and member not in self._nulls
        raise NotSet(name)

    def which(self):
        return self._which


class Ty:
    """A type: `kind` is int, float, bool, enum, text, data, void, struct or list."""

    def __init__(self, kind, name="", of=None, count=None, big=False, names=None, struct=None):
        self.kind, self.name, self.of, self.count = kind, name, of, count
        self.big, self.names, self.struct = big, names or {}, struct

    def pointer(self):
        """Whether a field of the type may be null."""
        return self.kind in ("text", "data", "list") or self.kind == "struct" and not self.struct.group

    def bounds(self):
        code = INTS[self.name]
        bits = 8 * struct.calcsize("<" + code)
        return (0, 2**bits - 1) if code.isupper() else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


class Struct:
    def __init__(self, name, fields, group=False):
        self.name, self.fields, self.group = name, fields, group
        self.size = self.align = 0

    @property
    def members(self):
        return [f for f in self.fields if f.variant is not None]


class Field:
    def __init__(self, name, ty, variant=None, default=None):
        self.name, self.ty, self.variant, self.default = name, ty, variant, default


class Values:
    """Generates values. `wild`: integers may be any that fit; `exact`: floats are small multiples of 1/8,
    so that sums are exact."""

    def __init__(self, r, wild, exact):
        self.r, self.wild, self.exact = r, wild, exact

    def int(self, low, high):
        r = self.r
        if self.wild and r.random() < 0.4:
            fitting = [e for e in EDGES if low <= e <= high] + [low, high]
            return r.choice(fitting) if r.random() < 0.7 else r.randint(low, high)
        value = r.choice((r.randint(-9, 9), r.randint(-9, 9), r.randint(-120, 120), r.randint(0, 3)))
        return min(max(value, low), high)

    def float(self, code):
        r = self.r
        if not self.exact and r.random() < 0.35:
            value = r.choice(STRANGE + [r.uniform(-1e6, 1e6)])
            if code == "f" and abs(value) > 3e38 and math.isfinite(value):
                value = 1e30
        else:
            value = r.choice((r.randint(-80, 80), r.randint(-8000, 8000), 0)) / 8
        return struct.unpack("<" + code, struct.pack("<" + code, value))[0]

    def scalar(self, ty):
        r = self.r
        if ty.kind == "bool":
            return r.random() < 0.5
        if ty.kind == "float":
            return self.float(FLOATS[ty.name])
        if ty.kind == "enum":
            known = list(ty.names)
            return Enum(r.choice(known) if r.random() < 0.85 else r.choice((0, 9, 300)), ty.names)
        return self.int(*ty.bounds())


# ---- C


class C:
    language, file = "c", "root.h"
    SCALARS = [n for n in INTS if n[0].islower()] + ["float", "double", "double", "bool", "enum", "char"]

    def __init__(self, r, values):
        self.r, self.values = r, values
        self.names = {1: "BUY", 7: "SELL", -2: "HOLD"}
        self.header = r.choice((0, 0, 0, r.randint(1, 40)))
        self.text = "#include <stdint.h>\n#include <stdbool.h>\nenum Side { HOLD = -2, BUY = 1, SELL = 7 };\n"
        if self.header:
            self.text += f"#pragma wirelens header({self.header})\n"
        structs = []
        for i in range(r.choice((0, 1, 1, 2)) + 1):
            structs.append(self.make("S%d" % i, structs))
        self.root = structs[-1]
        self.text = self.text.replace(f"struct {self.root.name} {{", "struct Root {")
        self.root.name = "Root"

    def scalar(self):
        r = self.r
        name = r.choice(self.SCALARS)
        big = r.random() < 0.15
        if name == "enum":
            return Ty("enum", "enum Side", big=big, names=self.names)
        if name == "bool":
            return Ty("bool", "bool")
        if name == "char":
            return Ty("text", "char", count=r.randint(2, 9))
        return Ty("float" if name in FLOATS else "int", name, big=big)

    def make(self, name, structs):
        r, fields, lines = self.r, [], []
        packed = r.random() < 0.3
        for i in range(r.randint(2, 7)):
            inner = structs and r.random() < 0.4
            ty = Ty("struct", f"struct {r.choice(structs).name}") if inner else self.scalar()
            if inner:
                ty.struct = next(s for s in structs if f"struct {s.name}" == ty.name)
            scalar, dims = ty, ""
            for _ in range(r.choice((0, 0, 1, 1, 2)) if ty.kind != "text" or r.random() < 0.3 else 0):
                count = r.randint(1, 4)
                dims, ty = f"[{count}]{dims}", Ty("list", of=ty, count=count)
            if scalar.kind == "text":
                dims += f"[{scalar.count}]"
            big = "[[wirelens::big_endian]] " if scalar.big else ""
            lines.append(f"    {big}{scalar.name} f{i}{dims};\n")
            fields.append(Field(f"f{i}", ty))
        made = Struct(name, fields)
        at = 0
        for f in fields:
            size, align = self.size(f.ty)
            align = 1 if packed else align
            f.at = at = -(-at // align) * align
            at += size
            made.align = max(made.align, align)
        made.size = -(-at // made.align) * made.align
        head, tail = ("#pragma pack(push, 1)\n", "#pragma pack(pop)\n") if packed else ("", "")
        self.text += f"{head}struct {name} {{\n{''.join(lines)}}};\n{tail}"
        return made

    def size(self, ty):
        if ty.kind == "list":
            size, align = self.size(ty.of)
            return size * ty.count, align
        if ty.kind == "struct":
            return ty.struct.size, ty.struct.align
        if ty.kind == "text":
            return ty.count, 1
        size = {"bool": 1, "enum": 4}.get(ty.kind) or struct.calcsize("<" + {**INTS, **FLOATS}[ty.name])
        return size, size

    def value(self, ty):
        """A value, and its bytes."""
        if ty.kind == "list":
            both = [self.value(ty.of) for _ in range(ty.count)]
            return tuple(v for v, _ in both), b"".join(b for _, b in both)
        if ty.kind == "struct":
            values, raw = {}, bytearray(self.r.randbytes(ty.struct.size))
            for f in ty.struct.fields:
                values[f.name], part = self.value(f.ty)
                raw[f.at:f.at + len(part)] = part
            return Record(values), bytes(raw)
        if ty.kind == "text":
            raw = self.r.choice(TEXTS).encode()[:ty.count]
            raw = raw if self.r.random() < 0.9 else b"\xff\xc3a"[:ty.count]
            text = raw.decode(errors="surrogateescape")
            broken = any("\udc80" <= c <= "\udcff" for c in text)
            return Broken(text) if broken else text, raw.ljust(ty.count, b"\0")
        value = self.values.scalar(ty)
        code = {"bool": "B", "enum": "i"}.get(ty.kind) or {**INTS, **FLOATS}[ty.name]
        return value, struct.pack((">" if ty.big else "<") + code, value)

    def records(self, count):
        """Records, where each begins, and all bytes."""
        both = [self.value(Ty("struct", struct=self.root)) for _ in range(count)]
        starts = [self.header + i * self.root.size for i in range(count)]
        return [v for v, _ in both], starts, self.r.randbytes(self.header) + b"".join(b for _, b in both)


# ---- Cap'n Proto


class Capnp:
    language, file = "capnp", "root.capnp"
    header = 0
    SCALARS = [n for n in INTS if n[0].isupper()] + ["Float32", "Float64", "Float64", "Bool", "Color"]

    def __init__(self, r, values, binary, cwd):
        self.r, self.values = r, values
        self.names = dict(enumerate(("red", "green", "blue")))
        self.packed = r.random() < 0.3
        self.text = "@0xdbb9ad1f14bf0b36;\nenum Color { red @0; green @1; blue @2; }\n"
        self.structs, groups = [], []
        count = r.choice((0, 1, 1, 2))
        for i in range(count + 1):
            name = "Root" if i == count else f"S{i}"
            self.ordinal = 0
            made, lines = self.make(name, groups, True)
            self.text += f"struct {name} {{\n{lines}}}\n"
            self.structs.append(made)
        self.root = self.structs[-1]
        with open(f"{cwd}/{self.file}", "w", encoding="utf-8") as out:
            out.write(self.text)
        done = subprocess.run([binary, "schema", f"{cwd}/{self.file}", "--record", "Root", "--json"], capture_output=True, check=True)
        layouts = {s["name"]: s for s in json.loads(done.stdout)["structs"]}
        for made in self.structs + groups:
            if made.name not in layouts:
                continue
            layout = layouts[made.name]
            made.size, made.pointers, made.tag = layout["size"], layout["pointers"], layout.get("tag")
            for f in made.fields:
                f.layout = next(x for x in layout["fields"] if x["name"] == f.name)

    def make(self, name, groups, top, indent="  "):
        r, fields, lines = self.r, [], ""

        def member(field, indent, variant):
            nonlocal lines
            ty = self.type()
            default = self.default(ty) if r.random() < 0.25 else None
            said = f" = {self.literal(ty, default)}" if default is not None else ""
            lines += f"{indent}{field} @{self.ordinal} :{ty.name}{said};\n"
            self.ordinal += 1
            fields.append(Field(field, ty, variant, default))

        for i in range(r.randint(2, 6) if top else r.randint(1, 3)):
            member(f"f{i}", indent, None)
        if r.random() < 0.6 and top:
            union = ["union {\n", "}\n"]
            lines += indent + union[0]
            for i in range(r.randint(2, 4)):
                if r.random() < 0.3:
                    outer, lines = lines, ""
                    group, text = self.make(f"{name}.m{i}", groups, False, indent + "    ")
                    lines = outer + f"{indent}  m{i} :group {{\n{text}{indent}  }}\n"
                    fields.append(Field(f"m{i}", Ty("struct", struct=group), i))
                else:
                    member(f"m{i}", indent + "  ", i)
            lines += indent + union[1]
        if r.random() < 0.3 and top:
            group, text = self.make(f"{name}.g", groups, False, indent + "  ")
            lines += f"{indent}g :group {{\n{text}{indent}}}\n"
            fields.append(Field("g", Ty("struct", struct=group)))
        made = Struct(name, fields, group=not top)
        if not top:
            groups.append(made)
        return made, lines

    def type(self, depth=0):
        r = self.r
        pick = r.random()
        if pick < 0.35 and depth < 3:
            of = self.type(depth + 1)
            return Ty("list", f"List({of.name})", of=of)
        if pick < 0.5 and self.structs:
            found = r.choice(self.structs)
            return Ty("struct", found.name, struct=found)
        if pick < 0.6:
            return Ty("text", "Text")
        if pick < 0.65:
            return Ty("data", "Data")
        if pick < 0.68:
            return Ty("void", "Void")
        name = r.choice(self.SCALARS)
        if name == "Color":
            return Ty("enum", name, names=self.names)
        return Ty("bool" if name == "Bool" else "float" if name in FLOATS else "int", name)

    def default(self, ty):
        if ty.kind == "enum":
            return Enum(self.r.choice((1, 2)), ty.names)
        if ty.kind in ("int", "float", "bool"):
            tame = Values(self.r, self.values.wild, True)
            return tame.scalar(ty)
        if ty.kind == "text":
            return self.r.choice(("hi", "x\u00e9"))
        if ty.kind == "list" and ty.of.kind == "int":
            return tuple(Values(self.r, self.values.wild, True).scalar(ty.of) for _ in range(self.r.randint(1, 3)))
        return None

    def literal(self, ty, value):
        if ty.kind == "list":
            return "[" + ", ".join(str(v) for v in value) + "]"
        return {"text": f'"{value}"', "bool": str(value).lower()}.get(ty.kind, str(value))

    def nothing(self, ty):
        """The value of a null pointer or a missing word."""
        if ty.kind == "struct":
            return self.empty(ty.struct)
        return {"text": "", "data": b"", "list": (), "void": None, "bool": False, "float": 0.0}.get(ty.kind, Enum(0, ty.names) if ty.kind == "enum" else 0)

    def empty(self, made):
        values, nulls = {}, set()
        for f in made.fields:
            if f.variant in (None, 0):
                values[f.name] = self.nothing(f.ty) if f.default is None else f.default
                if f.ty.pointer():
                    nulls.add(f.name)
        which = made.members[0].name if made.members else None
        return Record(values, which, nulls)

    def value(self, ty, depth=0):
        r = self.r
        if ty.kind == "list":
            count = r.choice((0, 1, 2, 3, 5)) if depth else r.choice((0, 1, 2, 3, 4, 9, 17))
            return tuple(self.value(ty.of, depth + 1) for _ in range(count))
        if ty.kind == "struct":
            return self.record(ty.struct, depth + 1)
        if ty.kind == "text":
            return r.choice(TEXTS)
        if ty.kind == "data":
            return r.choice(DATA)
        return None if ty.kind == "void" else self.values.scalar(ty)

    def record(self, made, depth=0):
        r, values, nulls = self.r, {}, set()
        which = r.choice(made.members) if made.members else None
        for f in made.fields:
            if f.variant is not None and f is not which:
                continue
            if f.ty.pointer() and r.random() < 0.2:
                nulls.add(f.name)
                values[f.name] = self.nothing(f.ty) if f.default is None else f.default
            else:
                values[f.name] = self.value(f.ty, depth)
        return Record(values, which and which.name, nulls)

    # -- encoding

    def records(self, count):
        records, starts, out = [self.record(self.root) for _ in range(count)], [], b""
        parts, at = [], 0
        for record in records:
            self.words = bytearray(8)
            self.put_struct(0, self.root, record)
            part = struct.pack("<II", 0, len(self.words) // 8) + bytes(self.words)
            starts.append(at)
            at += len(part)
            parts.append(part)
        out = b"".join(parts)
        return records, starts, packed(out) if self.packed else out

    def room(self, words):
        """Allocates words, and returns where they begin; for no words that is the start, since the end may
        be cut off."""
        at = len(self.words)
        self.words += bytes(8 * words)
        return at if words else 0

    def point(self, pointer, at, kind, high):
        low = ((at - pointer - 8) // 8 << 2 | kind) & 0xFFFFFFFF
        struct.pack_into("<II", self.words, pointer, low, high)

    def put_struct(self, pointer, made, record):
        data, pointers = made.size // 8, made.pointers
        raw, at = None, self.room(data + pointers)
        self.fill(at, at + 8 * data, made, record)
        raw = self.words
        # Zero words at the end may be omitted, if nothing has been written after them.
        if self.r.random() < 0.3 and len(raw) == at + 8 * (data + pointers):
            while pointers and not any(raw[-8:]):
                del raw[-8:]
                pointers -= 1
            while not pointers and data and not any(raw[-8:]):
                del raw[-8:]
                data -= 1
            if not data and not pointers:
                struct.pack_into("<II", raw, pointer, 0xFFFFFFFC, 0)
                return
        self.point(pointer, at, 0, data | pointers << 16)

    def fill(self, data, pointers, made, record):
        if made.members:
            index = next(f.variant for f in made.members if f.name == record._which)
            struct.pack_into("<H", self.words, data + made.tag, index)
        for f in made.fields:
            if f.name not in record._values:
                continue
            value, ty, at = record._values[f.name], f.ty, f.layout.get("offset", 0)
            if ty.kind == "struct" and ty.struct.group:
                self.fill(data, pointers, ty.struct, value)
            elif ty.kind == "void" or f.name in record._nulls:
                pass
            elif ty.kind in ("text", "data", "list", "struct"):
                self.put(pointers + at, ty, value)
            elif ty.kind == "bool":
                self.words[data + at] |= (value ^ (f.default or False)) << f.layout["bit"]
            else:
                code = self.code(ty)
                raw = struct.pack("<" + code, value)
                if f.default is not None:
                    raw = bytes(a ^ b for a, b in zip(raw, struct.pack("<" + code, f.default)))
                self.words[data + at:data + at + len(raw)] = raw

    def code(self, ty):
        return "H" if ty.kind == "enum" else {**INTS, **FLOATS}[ty.name]

    def put(self, pointer, ty, value):
        if ty.kind == "struct":
            return self.put_struct(pointer, ty.struct, value)
        if ty.kind in ("text", "data"):
            raw = value.encode() + b"\0" if ty.kind == "text" else value
            return self.put_bytes(pointer, raw, 2, len(raw))
        of, count = ty.of, len(value)
        if of.kind == "struct":
            data, pointers = of.struct.size // 8, of.struct.pointers
            step = data + pointers
            at = self.room(1 + count * step)
            struct.pack_into("<IHH", self.words, at, count << 2, data, pointers)
            self.point(pointer, at, 1, 7 | count * step << 3)
            for i, item in enumerate(value):
                start = at + 8 + 8 * i * step
                self.fill(start, start + 8 * data, of.struct, item)
        elif of.kind in ("text", "data", "list"):
            at = self.room(count)
            self.point(pointer, at, 1, 6 | count << 3)
            for i, item in enumerate(value):
                self.put(at + 8 * i, of, item)
        elif of.kind == "void":
            self.put_bytes(pointer, b"", 0, count)
        elif of.kind == "bool":
            raw = bytearray(-(-count // 8))
            for i, item in enumerate(value):
                raw[i // 8] |= item << i % 8
            self.put_bytes(pointer, bytes(raw), 1, count)
        else:
            raw = b"".join(struct.pack("<" + self.code(of), v) for v in value)
            self.put_bytes(pointer, raw, {1: 2, 2: 3, 4: 4, 8: 5}[struct.calcsize("<" + self.code(of))], count)

    def put_bytes(self, pointer, raw, size, count):
        at = self.room(-(-len(raw) // 8))
        self.words[at:at + len(raw)] = raw
        self.point(pointer, at, 1, size | count << 3)


def packed(raw):
    out, at = bytearray(), 0
    while at < len(raw):
        word = raw[at:at + 8]
        at += 8
        tag = sum((b != 0) << i for i, b in enumerate(word))
        out.append(tag)
        out += bytes(b for b in word if b)
        if tag in (0, 255):
            run = at
            while at < len(raw) and at - run < 255 * 8 and (not any(raw[at:at + 8]) if tag == 0 else raw[at:at + 8].count(0) < 2):
                at += 8
            out.append((at - run) // 8)
            out += raw[run:at] if tag else b""
    return bytes(out)
