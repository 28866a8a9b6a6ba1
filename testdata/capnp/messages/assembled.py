"""Messages that no encoder writes by itself, assembled word by word.

Offsets of pointers are in words, from the word after the pointer.
"""

import struct


def st(offset, data, pointers):
    """A pointer to a struct; also the tag of a composite list (its offset is the count)."""
    return (offset & 0x3FFFFFFF) << 2 | data << 32 | pointers << 48


def ls(offset, size, count):
    """A pointer to a list. Sizes: 0 void, 1 bit, 2 to 5 one to eight bytes, 6 pointers, 7 composite (count: words)."""
    return 1 | (offset & 0x3FFFFFFF) << 2 | size << 32 | count << 35


def far(segment, word):
    return 2 | word << 3 | segment << 32


def double(segment, word):
    return far(segment, word) | 4


def cap(index):
    return 3 | index << 32


def words(text):
    """Bytes as words, filled up with zeros."""
    text = text + b"\0" * (-len(text) % 8)
    return list(struct.unpack(f"<{len(text) // 8}Q", text))


def message(*segments):
    table = struct.pack(f"<{len(segments) + 1}I", len(segments) - 1, *(len(s) for s in segments))
    table += b"\0" * (-len(table) % 8)
    return table + b"".join(struct.pack("<Q", word) for s in segments for word in s)


# Pair: one word of data (a), one pointer (b). Wide: three words (x, y, flag), three pointers (name, next, more).
# Lists: 17 pointers. Scalars: six words. OnlyUnion: one word, one pointer. Pointers: one word, seven pointers.
PAIR = ("lists", "Pair")
WIDE = ("lists", "Wide")
LISTS = ("lists", "Lists")
SCALARS = ("scalars", "Scalars")

HELLO = words(b"hello\0")


def lists(at, pointer, *behind):
    """A `Lists` whose pointer number `at` is this one; its offset counts from the pointer to the words
    after the struct."""
    return message([st(0, 0, 17)] + [0] * at + [pointer] + [0] * (16 - at) + list(behind))


def behind(at):
    """The offset from pointer number `at` of a `Lists` to the first word after the struct."""
    return 16 - at


MESSAGES = {
    # The root.
    "root-null": (*PAIR, message([0])),
    "root-without-data": (*PAIR, message([st(0, 0, 1), ls(0, 2, 6), *HELLO])),
    "root-without-pointers": (*PAIR, message([st(0, 1, 0), 7])),
    "root-of-no-size": (*PAIR, message([st(-1, 0, 0)])),
    "root-of-more-than-the-schema-has": (*PAIR, message([st(0, 2, 3), 7, 99, ls(2, 2, 6), 0, 0, *HELLO])),
    "root-behind-a-gap": (*PAIR, message([st(3, 1, 1), 0xDEAD, 0xBEEF, 0xDEAD, 8, ls(0, 2, 6), *HELLO])),
    "root-with-words-behind-it": (*PAIR, message([st(0, 1, 1), 8, 0, 1, 2, 3])),
    # Values that the schema does not know.
    "enum-unknown": (*SCALARS, message([st(0, 6, 0), 0, 0, 0, 0, 3 << 32, 0])),
    "enum-unknown-largest": (*SCALARS, message([st(0, 6, 0), 0, 0, 0, 0, 0xFFFF << 32, 0])),
    "union-unknown": ("unions", "OnlyUnion", message([st(0, 1, 1), 9, 0])),
    "union-unknown-largest": ("unions", "OnlyUnion", message([st(0, 1, 1), 0xFFFF, 0])),
    "enums-unknown-in-a-list": (*LISTS, lists(14, ls(behind(14), 3, 4), 0xFFFF_0003_0002_0000)),
    # Far pointers: the pad is in the object's segment.
    "far-root": (*PAIR, message([far(1, 0)], [st(0, 1, 1), 5, ls(0, 2, 6), *HELLO])),
    "far-root-pad-in-the-middle": (*PAIR, message([far(1, 3)], [6, ls(2, 2, 6), 0, st(-4, 1, 1), *HELLO])),
    "far-to-text": (*PAIR, message([st(0, 1, 1), 5, far(1, 0)], [ls(0, 2, 6), *HELLO])),
    "far-to-a-composite-list": (
        *WIDE, message([st(0, 3, 3), 1, 0, 0, 0, 0, far(1, 0)], [ls(0, 7, 4), st(2, 1, 1), 11, 0, 12, 0]),
    ),
    "far-into-its-own-segment": (*PAIR, message([far(0, 1), st(0, 1, 1), 5, ls(0, 2, 6), *HELLO])),
    "far-back-and-forth": (
        *WIDE,
        message(
            [far(1, 0), st(0, 3, 3), 2, 0, 0, 0, far(1, 7), 0],
            [st(0, 3, 3), 1, 0, 0, far(2, 0), far(0, 1), 0, st(0, 1, 0), 3],
            [ls(0, 2, 6), *HELLO],
        ),
    ),
    "far-to-a-null-pad": (*PAIR, message([st(0, 1, 1), 5, far(1, 0)], [0])),
    "far-to-a-struct-of-no-size": (*WIDE, message([st(0, 3, 3), 1, 0, 0, 0, far(1, 0), 0], [st(-1, 0, 0)])),
    # Double-far pointers: the pad is a far pointer to the object and a tag, in a segment of their own.
    "double-far-root": (*PAIR, message([double(2, 0)], [5, ls(0, 2, 6), *HELLO], [far(1, 0), st(0, 1, 1)])),
    "double-far-to-text": (*PAIR, message([st(0, 1, 1), 5, double(1, 0)], [far(2, 0), ls(0, 2, 6)], HELLO)),
    "double-far-to-a-struct-in-the-middle": (
        *WIDE,
        message([st(0, 3, 3), 1, 0, 0, 0, double(1, 1), 0], [0, far(2, 2), st(0, 1, 0)], [0, 0, 77]),
    ),
    "double-far-to-a-composite-list": (
        *WIDE,
        message(
            [st(0, 3, 3), 1, 0, 0, 0, 0, double(1, 0)], [far(2, 0), ls(0, 7, 4)], [st(2, 1, 1), 11, 0, 12, 0]
        ),
    ),
    "double-far-to-a-list-of-numbers": (
        *LISTS,
        message([st(0, 0, 17)] + [0] * 4 + [double(1, 0)] + [0] * 12, [far(2, 1), ls(0, 4, 3)], [0, 0xFFFFFFFF_00000001, 3]),
    ),
    "double-far-to-a-struct-of-no-size": (
        *WIDE, message([st(0, 3, 3), 1, 0, 0, 0, double(1, 0), 0], [far(2, 0), st(0, 0, 0)], [7]),
    ),
    "double-far-into-an-empty-segment": (
        *WIDE, message([st(0, 3, 3), 1, 0, 0, 0, double(1, 0), 0], [far(2, 0), st(0, 0, 0)], []),
    ),
    "double-far-back-to-the-first-segment": (
        *PAIR, message([st(0, 1, 1), 5, double(1, 0), *HELLO], [far(0, 3), ls(0, 2, 6)]),
    ),
    # Segments.
    "segments-that-are-empty": (*PAIR, message([far(3, 0)], [], [], [st(0, 1, 0), 5], [])),
    "segments-that-nothing-points-to": (*PAIR, message([st(0, 1, 0), 5], [1, 2, 3], [far(0, 0)])),
    # Offsets.
    "an-object-in-front-of-its-pointer": (*WIDE, message([st(1, 3, 3), 0x21, 9, 0, 0, 0, st(-6, 1, 0), 0])),
    "two-pointers-to-one-object": (
        *WIDE, message([st(0, 3, 3), 1, 2, 0, 0, st(2, 1, 0), ls(0, 7, 1), st(1, 1, 0), 42]),
    ),
    # Lists.
    "list-of-structs-larger-than-the-schema-has": (
        *LISTS, lists(15, ls(behind(15), 7, 10), st(2, 2, 3), 1, 99, 0, 0, 0, 2, 98, ls(2, 2, 6), 0, 0, *HELLO),
    ),
    "list-of-structs-without-data": (*LISTS, lists(15, ls(behind(15), 7, 2), st(2, 0, 1), 0, ls(0, 2, 6), *HELLO)),
    "list-of-structs-of-no-size": (*LISTS, lists(15, ls(behind(15), 7, 0), st(3, 0, 0))),
    "list-of-structs-as-numbers": (*LISTS, lists(15, ls(behind(15), 4, 3), 0xFFFFFFFF_00000007, 8)),
    "list-of-structs-as-small-numbers": (*LISTS, lists(15, ls(behind(15), 2, 3), 0x00FF07)),
    "list-of-structs-as-pointers": (*LISTS, lists(15, ls(behind(15), 6, 2), 0, ls(0, 2, 6), *HELLO)),
    "list-of-structs-as-voids": (*LISTS, lists(15, ls(behind(15), 0, 3))),
    "list-of-structs-as-bits": (*LISTS, lists(15, ls(behind(15), 1, 3), 5)),
    "list-of-bits-as-bytes": (*LISTS, lists(1, ls(behind(1), 2, 3), 5)),
    "list-of-bits-as-structs": (*LISTS, lists(1, ls(behind(1), 7, 2), st(2, 1, 0), 1, 0)),
    "list-of-numbers-as-larger-numbers": (*LISTS, lists(3, ls(behind(3), 5, 2), 0x0001_0002_0003_0004, 0xFFFF)),
    "list-of-numbers-as-smaller-numbers": (*LISTS, lists(4, ls(behind(4), 2, 3), 0x030201)),
    "list-of-numbers-as-structs": (*LISTS, lists(3, ls(behind(3), 7, 4), st(2, 1, 1), 0x0001_0002, 0, 0xFFFF, 0)),
    "list-of-numbers-as-structs-without-data": (*LISTS, lists(3, ls(behind(3), 7, 2), st(2, 0, 1), 0, 0)),
    "list-of-texts-as-structs": (
        *LISTS, lists(12, ls(behind(12), 7, 4), st(2, 1, 1), 1, ls(2, 2, 6), 2, 0, *HELLO),
    ),
    "list-of-texts-as-numbers": (*LISTS, lists(12, ls(behind(12), 5, 2), 1, 2)),
    "list-of-voids-as-numbers": (*LISTS, lists(0, ls(behind(0), 4, 3), 1, 2)),
    "list-of-voids-as-structs": (*LISTS, lists(0, ls(behind(0), 7, 2), st(2, 1, 0), 1, 2)),
    "list-of-many-voids": (*LISTS, lists(0, ls(behind(0), 0, 300))),
    "list-of-many-structs-of-no-size": (*LISTS, lists(16, ls(behind(16), 7, 0), st(300, 0, 0))),
    "list-of-empty-structs-that-have-grown": (*LISTS, lists(16, ls(behind(16), 7, 4), st(2, 1, 1), 1, 0, 2, 0)),
    # Text.
    "text-without-an-end": (*PAIR, message([st(0, 1, 1), 5, ls(0, 2, 5), *words(b"hello")])),
    "text-of-no-bytes": (*PAIR, message([st(0, 1, 1), 5, ls(0, 2, 0)])),
    "text-with-zeros-within": (*PAIR, message([st(0, 1, 1), 5, ls(0, 2, 6), *words(b"a\0b\0c\0")])),
    "text-that-is-not-utf-8": (*PAIR, message([st(0, 1, 1), 5, ls(0, 2, 6), *words(b"a\xff\xc3(z\0")])),
    # Capabilities in the fields of `Pointers`: the tool refuses to print them, so they are read as a root
    # without pointers.
    "capabilities": (
        "pointers", "Start",
        message([st(0, 1, 7), 1, cap(0), 0, 0, cap(1), cap(2), ls(1, 6, 2), 0, cap(3), 0]),
    ),
}
