#!/usr/bin/env python3
"""Writes layouts.h, random struct declarations, and layouts.txt, their layouts by GCC for x86-64.

Run it in this directory:  python3 generate.py
The tests read the two files only, so GCC is needed only here. The seed is fixed, so the
declarations are the same each time.

A line of layouts.txt is one struct:  name size align  path:offset:size …
where a path is a field, a field of a nested struct (a.b) or of an element of an array (a[1].b).
"""

import os
import random
import subprocess
import tempfile

COUNT = 300
SCALARS = [
    "int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "char", "short",
    "int", "long", "float", "double", "bool", "_Bool", "unsigned char", "signed char", "unsigned short",
    "long long", "unsigned long long int", "long unsigned", "short int", "size_t", "ssize_t", "ptrdiff_t",
    "uintptr_t", "u_int32_t", "const int", "volatile double",
]

rng = random.Random(20240229)


def chance(percent):
    return rng.randrange(100) < percent


class Maker:
    def __init__(self):
        self.text = []
        # The name as it is written, and its fields.
        self.structs = []
        self.enums = []
        self.typedefs = []
        self.count = 0

    def attribute(self, on_struct):
        choice = rng.randrange(4)
        if choice == 0:
            return "__attribute__((packed))"
        if choice == 1:
            return f"__attribute__((aligned({rng.choice([1, 2, 4, 8, 16, 32])})))"
        if choice == 2:
            return f"__attribute__((__packed__, aligned({rng.choice([1, 2, 4, 8])})))"
        return "__attribute__((packed)) __attribute__((aligned(2)))" if on_struct else "__attribute__((aligned))"

    def length(self):
        return rng.choice(["1", "2", "3", "5", "7", "16", "N", "(N + 1)", "M << 1", "0x4", "sizeof(double)", "K2"])

    def dims(self):
        if chance(65):
            return ""
        return "".join(f"[{self.length()}]" for _ in range(rng.choice([1, 1, 1, 2, 2, 3])))

    def inner(self, depth):
        """An inline struct: (text, fields)."""
        head, tail = self.around()
        body, fields = self.body(depth + 1)
        return f"struct {head}{{ {body} }}{tail}", fields

    def around(self):
        if chance(75):
            return "", ""
        return (self.attribute(True) + " ", "") if chance(50) else ("", " " + self.attribute(True))

    def body(self, depth):
        """Members: (text, [(name, dims, fields of it or None)])."""
        out, fields = [], []
        for _ in range(rng.randrange(1, 7)):
            kind = rng.randrange(100)
            if kind < 8 and depth < 3:
                text, inner = self.inner(depth)
                if chance(50):
                    out.append(f"{text};")
                    fields += inner
                    continue
                base, sub = text, inner
            elif kind < 25 and self.structs:
                base, sub = rng.choice(self.structs)
            elif kind < 33 and self.enums:
                base, sub = rng.choice(self.enums), None
            elif kind < 38:
                a = self.fresh()
                base, sub = f"enum {{ {a}_A, {a}_B = {rng.choice(['-1', '300', '0x80000000'])} }}", None
            elif kind < 45 and self.typedefs:
                base, sub = rng.choice(self.typedefs), None
            elif kind < 55:
                name = self.fresh()
                out.append(f"char {name}[{self.length()}];")
                fields.append((name, "[]", None))
                continue
            else:
                base, sub = rng.choice(SCALARS), None
            declarators = []
            for _ in range(rng.choice([1, 1, 1, 2, 3])):
                name, dims = self.fresh(), self.dims()
                attribute = " " + self.attribute(False) if chance(15) else ""
                declarators.append(f"{name}{dims}{attribute}")
                fields.append((name, dims, sub))
            alignas = f"_Alignas({rng.choice([16, 32])}) " if chance(4) else ""
            out.append(f"{alignas}{base} {', '.join(declarators)};")
        return " ".join(out), fields

    def fresh(self):
        self.count += 1
        return f"f{self.count}"

    def struct(self, number):
        name = f"S{number}"
        pack, lines = rng.randrange(100), []
        if pack < 12:
            lines.append(f"#pragma pack({rng.choice([1, 2, 4, 8])})")
        elif pack < 24:
            lines.append(f"#pragma pack(push, {rng.choice([1, 2, 4, 8, 16])})")
        elif pack < 28:
            lines += ["#pragma pack(push)", "#pragma pack(1)"]
        head, tail = self.around()
        body, fields = self.body(0)
        if chance(50):
            lines.append(f"struct {head}{name} {{ {body} }}{tail};")
            written = f"struct {name}"
        elif chance(50):
            lines.append(f"typedef struct {head}{{ {body} }}{tail} {name};")
            written = name
        else:
            lines.append(f"typedef struct {head}T{number} {{ {body} }}{tail} {name};")
            written = rng.choice([name, f"struct T{number}"])
        if pack < 12:
            lines.append("#pragma pack()")
        elif pack < 28:
            lines.append("#pragma pack(pop)")
        self.text.append("\n".join(lines))
        return name, written, fields

    def enum(self, number):
        values = [self.fresh() for _ in range(rng.randrange(1, 5))]
        last = rng.choice(["0", "-3", "200", "70000", "0xffffffff", "0x100000000", "1 << 4"])
        packed = rng.choice(["", "", "__attribute__((packed)) "])
        listed = ", ".join(values[:-1] + [f"{values[-1]} = {last}"])
        self.text.append(f"enum {packed}E{number} {{ {listed} }};")
        self.enums.append(f"enum E{number}")

    def typedef(self, number):
        base = rng.choice(SCALARS)
        if chance(30):
            self.text.append(f"typedef {base} D{number} __attribute__((aligned(1)));")
        else:
            self.text.append(f"typedef {base} D{number}{self.dims()};")
        self.typedefs.append(f"D{number}")


def paths(fields, prefix=""):
    for name, dims, sub in fields:
        yield prefix + name
        if sub:
            element = "[0]" * dims.count("[")
            if dims and not dims.endswith("[1]"):
                # Element 1 shows the distance of two elements.
                element = element[:-3] + "[1]"
            yield from paths(sub, prefix + name + element + ".")


INCLUDES = "#include <stdint.h>\n#include <stddef.h>\n#include <stdbool.h>\n#include <sys/types.h>\n"
HEAD = "#define N 3\n#define M (N + 1)\nenum { K1 = 1, K2 = K1 + 'B' - 'A' };\n"


def compiles(directory, text):
    source = os.path.join(directory, "try.c")
    with open(source, "w") as f:
        f.write(INCLUDES + text)
    return subprocess.run(["gcc", "-w", "-fsyntax-only", source], capture_output=True).returncode == 0


def main():
    made, probes = Maker(), []
    with tempfile.TemporaryDirectory() as directory:
        number = 0
        while number < COUNT:
            before = len(made.text), len(made.enums), len(made.typedefs)
            if chance(10):
                made.enum(number)
            if chance(10):
                made.typedef(number)
            name, written, fields = made.struct(number)
            # GCC rejects arrays of elements whose alignment exceeds their size: then another struct is
            # generated.
            if not compiles(directory, HEAD + "\n".join(made.text)):
                del made.text[before[0]:], made.enums[before[1]:], made.typedefs[before[2]:]
                continue
            probes.append((name, written, list(paths(fields))[:40]))
            if len(fields) < 6:
                made.structs.append((written, fields))
            number += 1
        header = (
            "// Made by generate.py; layouts.txt says what GCC makes of it.\n"
            + INCLUDES + HEAD + "\n".join(made.text) + "\n"
        )
        program = [header, "#include <stdio.h>", "int main(void) {"]
        for name, written, fields in probes:
            program.append(f'printf("{name} %zu %zu", sizeof({written}), _Alignof({written}));')
            for path in fields:
                program.append(
                    f'printf(" {path}:%zu:%zu", offsetof({written}, {path}), sizeof((({written} *)0)->{path}));'
                )
            program.append('puts("");')
        program.append("}")
        source, binary = os.path.join(directory, "probe.c"), os.path.join(directory, "probe")
        with open(source, "w") as f:
            f.write("\n".join(program))
        subprocess.run(["gcc", "-w", "-o", binary, source], check=True)
        golden = subprocess.run([binary], check=True, capture_output=True, text=True).stdout
    with open("layouts.h", "w") as f:
        f.write(header)
    with open("layouts.txt", "w") as f:
        f.write(golden)


main()
