"""Writes the messages here and the reference's output for them: see README.md.

    python3 generate.py CAPNP      CAPNP: the reference's tool `capnp`, version 1.4, or a command that runs it
"""

import json
import os
import subprocess
import sys

import assembled

TOOL = sys.argv[1:] or ["capnp"]

# Schema, root, and the constants of that type that become messages.
CONSTANTS = {
    "scalars": {
        "Scalars": "zero max min odd nans infinities minusZeros subnormals plainFloats smallFloats",
        "Defaults": "defaultsUnset defaultsZero defaultsOther",
        "Flags": "flagsUnset flagsTurned flagsSome",
    },
    "lists": {"Lists": "null empty all one", "Nested": "nested nestedNull", "Bools": "bools"},
    "blobs": {"Blobs": "null empty short unicode escapes nul long"},
    "defaults": {"Defaults": "unset zeroed set rightUnset"},
    "unions": {
        "Shape": "unset circle square nothing label nullLabel polygon rectangle rectangleUnset flag small smallDefault",
        "OnlyUnion": "onlyUnion onlyUnionUnset",
    },
    "generics": {"Bound": "unset all"},
    "pointers": {"Pointers": "unset plain", "Whole": "filled"},
    "old": {"Record": "unset all empty"},
    "new": {"Record": "unset all title both number"},
    "packing": {"Packing": "empty mixed copied"},
}

# The counts of the packed form exceed 255 words here: the values of `words` and `more`.
LONG = {
    "zeros": ["0"] * 700,
    "plain": [str(0x0101010101010101 + n) for n in range(700)],
    "turns": [str(n * 0x0101010101010101 if n % 300 < 260 else 0) for n in range(1, 250)] * 3,
}

# A message of one name read with another schema's root: evolution, and pointers read as other types.
READ_AS = [
    ("old-all", "new", "Record"),
    ("old-unset", "new", "Record"),
    ("old-empty", "new", "Record"),
    ("new-all", "old", "Record"),
    ("new-unset", "old", "Record"),
    ("new-title", "old", "Record"),
    ("new-both", "old", "Record"),
    ("new-number", "old", "Record"),
    ("pointers-filled", "pointers", "Pointers"),
    ("pointers-filled", "pointers", "Start"),
    ("scalars-max", "scalars", "Flags"),
    ("lists-nested", "lists", "Bools"),
]

# Messages written in segments of these sizes in words.
SEGMENTS = ["lists-all", "lists-nested", "unions-polygon", "generics-all", "new-all", "defaults-set", "blobs-long"]
SEGMENT_SIZES = [1, 2, 5, 16]

# Streams: several messages in sequence.
STREAMS = {
    "stream-shapes": ["unions-circle", "unions-unset", "unions-rectangle", "unions-label", "unions-polygon"],
    "stream-segments": ["new-all", "new-all-segments-1", "new-all-segments-5", "new-unset"],
}


def run(*args, given=b""):
    """Standard output; None if the tool fails."""
    done = subprocess.run([*TOOL, *args], input=given, capture_output=True)
    return done.stdout if done.returncode == 0 else None


def must(*args, given=b""):
    out = run(*args, given=given)
    if out is None:
        sys.exit(f"{args}: the tool refuses")
    return out


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


cases = []


def case(name, schema, root, binary=None, packed=None):
    """Writes the reference's output for a message, and its bytes if it is new."""
    at = f"{schema}.capnp"
    file = name.split("@")[0]
    if binary is None:
        with open(f"{file}.bin", "rb") as old:
            binary = old.read()
    else:
        write(f"{file}.bin", binary)
    if packed is not None:
        write(f"{file}.packed", packed)
    shown = run("convert", "--quiet", "binary:json", at, root, given=binary)
    end = "json"
    if shown is None:
        # Untyped pointers and capabilities have no JSON; the text form shows that they exist.
        shown, end = run("convert", "--quiet", "binary:text", at, root, given=binary), "text"
    if shown is None:
        end = "error"
    else:
        write(f"{name}.{end}", shown)
    cases.append(f"{name} {file} {schema} {root} {end}")


for schema, roots in CONSTANTS.items():
    for root, constants in roots.items():
        for constant in constants.split():
            forms = [must("eval", f"-o{form}", f"{schema}.capnp", constant) for form in ("binary", "packed")]
            case(f"{schema}-{constant}", schema, root, *forms)
for name, values in LONG.items():
    text = f"(words = [{', '.join(values)}], bytes = \"{'x' * 3000}\", more = [{', '.join(values)}])"
    forms = [must("convert", f"text:{to}", "packing.capnp", "Packing", given=text.encode()) for to in ("binary", "packed")]
    case(f"packing-{name}", "packing", "Packing", *forms)
roots = {line.split()[0]: line.split()[2:4] for line in cases}
for name in SEGMENTS:
    with open(f"{name}.bin", "rb") as file:
        binary = file.read()
    for size in SEGMENT_SIZES:
        forms = [must("convert", f"--segment-size={size}", f"binary:{to}", given=binary) for to in ("binary", "packed")]
        case(f"{name}-segments-{size}", *roots[name], *forms)
for name, schema, root in READ_AS:
    case(f"{name}@{schema}.{root}", schema, root)
for name, (schema, root, message) in assembled.MESSAGES.items():
    case(name, schema, root, message)
for name, parts in STREAMS.items():
    forms = [b"".join(open(f"{part}.{end}", "rb").read() for part in parts) for end in ("bin", "packed")]
    schema, root = next(line.split()[2:4] for line in cases if line.startswith(parts[0] + " "))
    case(name, schema, root, *forms)
write("cases.txt", ("\n".join(cases) + "\n").encode())
