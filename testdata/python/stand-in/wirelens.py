"""A stand-in for the module `wirelens`, so that CPython can run the examples over records: slow, and
without the project's code.

It supports only the few schemas of the examples, whose layouts are tables here. Messages must have one
segment.
"""

import builtins
import os
import struct


class Packed:
    """A C struct. Fields: name -> (offset, format character of `struct` or another table)."""

    def __init__(self, size, **fields):
        self.size = size
        self.fields = fields

    def records(self, data):
        for at in range(0, len(data) - self.size + 1, self.size):
            yield PackedRecord(self, data, at)


class PackedRecord:
    def __init__(self, layout, data, at):
        self._is = layout, data, at

    def __getattr__(self, name):
        layout, data, at = self._is
        offset, kind = layout.fields[name]
        if isinstance(kind, Packed):
            return PackedRecord(kind, data, at + offset)
        return struct.unpack_from("<" + kind, data, at + offset)[0]


class Message:
    """A struct of Cap'n Proto. Fields: name -> function that reads it from a `Struct`."""

    def __init__(self, **fields):
        self.fields = fields

    def records(self, data):
        at = 0
        while at < len(data):
            segments, words = struct.unpack_from("<II", data, at)
            assert segments == 0, "one segment"
            yield struct_at(self, data[at + 8:at + 8 + 8 * words], 0)
            at += 8 + 8 * words


class Struct:
    def __init__(self, layout, words, data, pointers, end):
        self._is = layout, words, data, pointers, end

    def __getattr__(self, name):
        return self._is[0].fields[name](self)

    def number(self, kind, offset):
        _, words, data, pointers, _ = self._is
        if data + offset + struct.calcsize(kind) > pointers:
            return 0
        return struct.unpack_from("<" + kind, words, data + offset)[0]


def struct_at(layout, words, at):
    """The struct that the pointer at the byte `at` points to; all zero if it is null."""
    low, data, pointers = struct.unpack_from("<iHH", words, at)
    if (low, data, pointers) == (0, 0, 0):
        return Struct(layout, words, 0, 0, 0)
    assert low & 3 == 0, "a struct"
    start = at + 8 + 8 * (low >> 2)
    return Struct(layout, words, start, start + 8 * data, start + 8 * (data + pointers))


def number(kind, offset):
    return lambda s: s.number(kind, offset)


def flag(bit):
    return lambda s: bool(s.number("B", bit // 8) >> bit % 8 & 1)


def name_of(offset, *names):
    return lambda s: names[s.number("H", offset)]


def pointer(s, index):
    """The offset of the pointer, or None if it is null or missing."""
    _, words, _, pointers, end = s._is
    at = pointers + 8 * index
    return at if at < end and any(words[at:at + 8]) else None


def structure(index, layout):
    def read(s):
        at = pointer(s, index)
        return Struct(layout(), b"", 0, 0, 0) if at is None else struct_at(layout(), s._is[1], at)

    return read


def structures(index, layout):
    def read(s):
        at, words = pointer(s, index), s._is[1]
        if at is None:
            return ()
        low, high = struct.unpack_from("<iI", words, at)
        assert low & 3 == 1 and high & 7 == 7, "a list of structs"
        tag = at + 8 + 8 * (low >> 2)
        count, data, pointers = struct.unpack_from("<IHH", words, tag)
        step, start = 8 * (data + pointers), tag + 8
        each = range(start, start + (count >> 2) * step, step)
        return tuple(Struct(layout, words, i, i + 8 * data, i + step) for i in each)

    return read


def text(index):
    def read(s):
        at, words = pointer(s, index), s._is[1]
        if at is None:
            return ""
        low, high = struct.unpack_from("<iI", words, at)
        assert low & 3 == 1 and high & 7 == 2, "a list of bytes"
        start = at + 8 + 8 * (low >> 2)
        return words[start:start + (high >> 3) - 1].decode()

    return read


class Union:
    """A group that is a union; members: name -> function that reads it, in the order of their tags."""

    def __init__(self, s, tag, members):
        self._is = s, tag, members

    def which(self):
        s, tag, members = self._is
        return list(members)[s.number("H", tag)]

    def __getattr__(self, name):
        s, _, members = self._is
        assert self.which() == name, f"{self.which()} is set, not {name}"
        return members[name](s)


def union(tag, **members):
    return lambda s: Union(s, tag, members)


def optional(tag, offset):
    return union(tag, none=lambda s: None, value=number("d", offset))


NUMBERS = "width height depth weight distance speed worth discount surcharge".split()
TAGS = zip((0, 2, 4, 6, 40, 42, 44, 46, 80), (8, 16, 24, 32, 48, 56, 64, 72, 88))
POINT = Packed(16, x=(0, "d"), y=(8, "d"))
CAR = Message(
    paint=name_of(0, "black", "white", "silver", "red", "blue", "green"),
    seats=number("B", 2),
    doors=number("B", 3),
    length=number("H", 4),
    width=number("H", 6),
    height=number("H", 8),
    powerWindows=flag(80),
    powerSteering=flag(81),
    cruiseControl=flag(82),
    navigation=flag(83),
    cupHolders=number("B", 11),
    weight=number("I", 12),
    wheels=structures(2, Message(diameter=number("H", 0), winter=flag(16))),
    engine=structure(3, lambda: ENGINE),
)
ENGINE = Message(
    power=number("H", 0),
    cylinders=number("B", 2),
    turbo=flag(24),
    displacement=number("I", 4),
    fuel=name_of(8, "petrol", "diesel", "electric", "hybrid"),
)
EXPRESSION = Message(
    operation=name_of(0, "add", "subtract", "multiply", "least", "greatest"),
    left=union(2, value=number("q", 8), expression=structure(0, lambda: EXPRESSION)),
    right=union(4, value=number("q", 16), expression=structure(1, lambda: EXPRESSION)),
)
SCHEMAS = {
    ("rows.h", "Row"): Packed(80, given=(0, "I"), **{name: (8 + 8 * i, "d") for i, name in enumerate(NUMBERS)}),
    ("rows.capnp", "Row"): Message(**{name: optional(*at) for name, at in zip(NUMBERS, TAGS)}),
    ("poly.h", "Triangle"): Packed(48, a=(0, POINT), b=(16, POINT), c=(32, POINT)),
    ("parking.capnp", "Lot"): Message(cars=structures(0, CAR)),
    ("search.capnp", "Results"): Message(items=structures(0, Message(score=number("d", 0), snippet=text(1)))),
    ("expression.capnp", "Expression"): EXPRESSION,
}


def open(path, schema, record):
    with builtins.open(path, "rb") as f:
        return SCHEMAS[os.path.basename(schema), record].records(f.read())
