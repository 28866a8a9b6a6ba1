"""Random expressions over a record `t` of a random schema, and over all `records`: see queries.py."""

import ast

from fuzz_expressions import Expressions
from query_records import Ty

INT, DOUBLE, TEXT = Ty("int", "Int64"), Ty("float", "double"), Ty("text", "Text")
BYTE = Ty("int", "UInt8")
KINDS = {"int": ("int", "bool", "enum"), "float": ("float",), "exact": ("float",), "bool": ("bool",), "str": ("text",), "bytes": ("data",)}
NOTHING = {"int": "0", "float": "0.5", "exact": "0.5", "bool": "False", "str": '"none"', "bytes": 'b"none"'}
COMPARE = ("<", "<=", ">", ">=", "==", "!=")
MASKS = ("0xFFFFFFFFFFFFFFFF", "0xFFFFFFFF", "0x7FFFFFFF", "255", "7")
PRIMES = ("0x100000001b3", "6364136223846793005", "1103515245", "31")


class Queries(Expressions):
    """`exact`: all floats of the records are small multiples of 1/8. `wild`: integers may be any that fit."""

    def __init__(self, r, schema, exact, wild):
        self.r, self.exact, self.wild, self.fresh = r, exact, wild, 0
        self.scope = {"t": Ty("struct", struct=schema.root)}
        self.nested, self.items = 0, {}

    # ---- fields

    def walk(self, start=None, path=None):
        """A random path from a variable: its text, its type, and the conditions under which its value
        exists."""
        var = path or self.one(*(start or self.scope))
        ty, text, guards = self.scope.get(var, start), var, []
        while True:
            if ty.kind == "struct":
                field = self.one(*ty.struct.fields)
                if field.variant is not None:
                    guards.append(f"{text}.which() == '{field.name}'")
                text, ty = f"{text}.{field.name}", field.ty
            elif ty.kind == "list" and not self.odds(self.stop):
                ty = self.into(text, ty, guards)
                text = self.at
            else:
                return text, ty, guards

    stop = 0

    def into(self, text, ty, guards):
        """An element of a list."""
        if ty.count:
            index = self.one(0, -1, self.r.randrange(ty.count), self.r.randrange(ty.count) - ty.count)
            if self.odds(15):
                index = f"{self.int_leaf()} % {ty.count}"
        else:
            index = self.one(0, -1, 0, 1)
            guards.append(f"len({text}) > {max(index, 0)}")
        self.at = f"{text}[{index}]"
        return ty.of

    def int_leaf(self):
        names = [n for n, ty in self.scope.items() if ty.kind == "int"]
        return self.one(*names) if names else str(self.r.randint(-3, 9))

    def field(self, kind, otherwise=None):
        for _ in range(10):
            text, ty, guards = self.walk()
            if ty.kind in KINDS[kind]:
                if ty.kind == "int" and self.wild and ty.bounds()[1] >= 2**31 and self.odds(60):
                    text = self.one(f"({text} % {self.one(7, 100, 1000, -13)})", f"({text} & {self.one(*MASKS[2:])})", f"({text} >> {self.one(48, 60, 63)})", f"({text} // {2**40})")
                if kind == "int" and ty.kind != "int":
                    text = f"({text} + 0)"
                if guards and self.odds(97):
                    return f"({text} if {' and '.join(guards)} else {otherwise or NOTHING[kind]})"
                return text
        return None

    def list(self, kinds=None):
        """A path to a list, the type of its elements, and the conditions under which it exists."""
        self.stop = 70
        try:
            for _ in range(10):
                text, ty, guards = self.walk()
                if ty.kind == "list" and (kinds is None or ty.of.kind in kinds):
                    return text, ty.of, guards
        finally:
            self.stop = 0
        return None

    # ---- expressions

    def e(self, kind, d=2):
        if kind == "exact" and not self.exact:
            return f"({self.e('float', d)} % 64.0 // 0.125 * 0.125)"
        if d <= 0 or self.odds(20):
            found = self.field(kind) if kind in KINDS and self.odds(85) else None
            if found:
                return found
        return getattr(self, kind + "_")(d)

    def literal(self):
        return self.weighted([(10, str(self.r.randint(0, 12))), (3, f"({self.r.randint(-20, -1)})"), (2, str(self.r.randint(100, 70000)))])

    def int_(self, d):
        if d <= 0:
            return self.literal()
        a = lambda: self.e("int", d - 1)  # noqa: E731
        small = lambda: self.one(str(self.r.randint(1, 9)), f"({a()} % 5 + 1)", f"({a()} & 3 | 1)", "(-3)")  # noqa: E731
        return self.weighted([
            (6, lambda: f"({a()} {self.one('+', '-')} {a()})"),
            (2, lambda: f"({a()} % {self.r.randint(2, 99)} * ({a()} % 31))"),
            (0.4, lambda: f"({a()} * {a()})"),
            (2, lambda: f"({a()} {self.one('//', '%')} {small()})"),
            (0.1, lambda: f"({a()} // {a()})"),
            (2, lambda: f"({a()} {self.one('&', '|', '^')} {self.one(a(), *MASKS[2:])})"),
            (1, lambda: f"(({a()} * {self.one(*PRIMES)}) & {self.one(*MASKS)})"),
            (0.7, lambda: f"(({a()} * {self.one(*PRIMES)} {self.one('+', '-')} {a()}) & {self.one(*MASKS)})"),
            (1, lambda: f"({a()} >> {self.one(0, 3, 31, 63, 70)})"),
            (1, lambda: f"({a()} % 256 << {self.one(0, 3, 8)})"),
            (0.7, lambda: f"({self.one('-', '~')}{a()})"),
            (0.7, lambda: f"abs({a()})"),
            (1.5, lambda: f"{self.one('min', 'max')}({a()}, {a()}{self.one('', ', ' + a())})"),
            (3, lambda: f"({a()} if {self.e('bool', d - 1)} else {a()})"),
            (1, lambda: f"int({self.e('exact', d - 1)})"),
            (0.7, lambda: f"round({self.e('exact', d - 1)})"),
            (0.7, lambda: f"math.{self.one('floor', 'ceil', 'trunc')}({self.e('exact', d - 1)})"),
            (0.7, lambda: f"len({self.e(self.one('str', 'bytes'), d - 1)})"),
            (1.5, self.length),
            (0.7, lambda: f"({self.e('bool', d - 1)} + {self.e('bool', d - 1)})"),
            (0.7, lambda: f"divmod({a()}, {small()})[{self.one(0, 1)}]"),
            (0.7, lambda: f"({a()}, {a()})[{self.one(0, 1, -1)}]"),
            (0.7, lambda: f"({self.e('oint', d - 1)} or {a()})"),
            (0.5, lambda: f"{self.e('str', 0)}.find({self.text()})"),
            (0.4, lambda: f"({a()} % 20) ** {self.one(0, 1, 2, 3)}"),
            (0.4, lambda: f"math.{self.one('gcd', 'lcm')}({a()} % 100, {a()} % 50)"),
            (5, lambda: self.reduced("int", d)),
        ])()

    def length(self):
        found = self.list()
        if not found:
            return self.literal()
        text, _, guards = found
        return f"(len({text}) if {' and '.join(guards)} else -1)" if guards else f"len({text})"

    def float_(self, d):
        if d <= 0:
            return self.one("0.5", "2.25", "(-1.5)", "0.0", "(-0.0)", "1e3", "0.1")
        a = lambda: self.e("float", d - 1)  # noqa: E731
        i = lambda: self.e("int", d - 1)  # noqa: E731
        return self.weighted([
            (5, lambda: f"({a()} {self.one('+', '-', '*')} {self.one(a, i)()})"),
            (2, lambda: f"({i()} / {self.one('3', '(-7)', f'({i()} % 9 + 1)', f'({i()} | 1)')})"),
            (2, lambda: f"({a()} / {self.one('3', '-0.5', f'({i()} % 9 + 1)')})"),
            (1, lambda: f"({a()} {self.one('//', '%')} {self.one('2.5', '(-1.5)', '3')})"),
            (1, lambda: f"({self.one('-', '+')}{a()})"),
            (1, lambda: f"{self.one('abs', 'math.fabs')}({a()})"),
            (2, lambda: f"({a()} if {self.e('bool', d - 1)} else {a()})"),
            (1, lambda: f"{self.one('min', 'max')}({a()}, {a()})"),
            (1, lambda: f"math.sqrt({self.one('abs', 'math.fabs')}({a()}))"),
            (0.5, lambda: f"math.{self.one('hypot', 'copysign')}({a()}, {a()})"),
            (1, lambda: f"float({self.one(a, i)()})"),
            (1, lambda: f"({self.e('ofloat', d - 1)} or {a()})"),
            (1, lambda: self.e("exact", d - 1)),
            (4, lambda: self.reduced("float", d)),
        ])()

    def exact_(self, d):
        """Multiples of a small power of two, of moderate size."""
        if d <= 0:
            return self.one("0.5", "2.25", "(-1.5)", "0.0", "64.0")
        a = lambda: self.e("exact", d - 1)  # noqa: E731
        return self.weighted([
            (4, lambda: f"({a()} {self.one('+', '-')} {a()})"),
            (2, lambda: f"({a()} * {self.one('0.5', '2', '(-1)', '1.25', '3')})"),
            (1, lambda: f"float({self.e('int', d - 1)} % 1000)"),
            (1, lambda: f"({a()} + {self.e('int', d - 1)} % 100)"),
            (2, lambda: f"({a()} if {self.e('bool', d - 1)} else {a()})"),
            (1, lambda: f"{self.one('min', 'max')}({a()}, {a()})"),
            (1, lambda: f"abs({a()})"),
            (3, lambda: self.reduced("exact", d)),
        ])()

    def bool_(self, d):
        if d <= 0:
            return self.one("True", "False", f"{self.e('int', 0)} {self.one(*COMPARE)} {self.literal()}")
        i = lambda: self.e("int", d - 1)  # noqa: E731
        b = lambda: self.e("bool", d - 1)  # noqa: E731
        f = lambda: self.e("float", d - 1)  # noqa: E731
        kind = self.one("str", "str", "bytes")
        return self.weighted([
            (6, lambda: f"({i()} {self.one(*COMPARE)} {i()})"),
            (1, lambda: f"({i()} {self.one(*COMPARE)} {i()} {self.one(*COMPARE)} {i()})"),
            (3, lambda: f"({f()} {self.one(*COMPARE)} {self.one(f, i)()})"),
            (2, lambda: f"({i()} % {self.one(2, 3, 5)} == {self.one(0, 1)})"),
            (3, lambda: f"({b()} {self.one('and', 'or')} {b()})"),
            (1, lambda: f"(not {b()})"),
            (1, lambda: f"({b()} {self.one('==', '!=', '&', '|', '^')} {b()})"),
            (1, lambda: f"({self.e(kind, d - 1)} {self.one(*COMPARE)} {self.e(kind, d - 1)})"),
            (1, lambda: f"({self.text()} {self.one('in', 'not in')} {self.e('str', d - 1)})"),
            (1, lambda: f"{self.e('str', 0)}.{self.one('startswith', 'endswith')}({self.text()})"),
            (1, lambda: f"({i()} {self.one('in', 'not in')} ({i()}, 1, {self.literal()}))"),
            (1, lambda: f"({i()} {self.one('in', 'not in')} range({self.literal()}, {self.one(5, 90)}, {self.one(1, 2, 7)}))"),
            (2, self.names),
            (2, lambda: f"({self.e(self.one('oint', 'ofloat'), d - 1)} {self.one('is', 'is not')} None)"),
            (1, lambda: f"({self.e('oint', d - 1)} {self.one('==', '!=')} {i()})"),
            (1, lambda: f"bool({self.e(self.one('int', 'float', 'str'), d - 1)})"),
            (0.7, lambda: f"math.{self.one('isnan', 'isinf', 'isfinite')}({f()})"),
            (1, self.there),
            (5, lambda: self.reduced("bool", d)),
        ])()

    def names(self):
        """A comparison of an enum with a name, or a condition on the member of a union that is set."""
        for _ in range(6):
            text, ty, guards = self.walk()
            if ty.kind == "enum":
                return "(" + " and ".join([*guards, f"{text} {self.one('==', '!=')} '{self.one(*ty.names.values())}'"]) + ")"
            if guards:
                return f"({self.one(*guards)})"
        return "True"

    def there(self):
        """Whether a pointer is set."""
        for name, ty in self.scope.items():
            fields = [f for f in ty.struct.fields if f.ty.kind in ("text", "data", "list") and f.variant is None and not f.ty.count] if ty.kind == "struct" else []
            fields = [f for f in fields if f.ty.name != "char"]
            if fields:
                return f"{name}.has_{self.one(*fields).name}()"
        return "False"

    def text(self):
        return self.one('"a"', '"abc"', '""', '"\u00e9"', '"\u65e5"', '"say"', "','")

    def str_(self, d):
        a = lambda: self.field("str") or self.text()  # noqa: E731
        i = lambda: self.e("int", 0)  # noqa: E731
        return self.weighted([
            (3, a),
            (1, self.text),
            (1, lambda: f"{a()}[{self.one('', self.r.randint(-3, 3), i())}:{self.one('', self.r.randint(-3, 5))}]"),
            (1, lambda: f"({a()} if {self.e('bool', d - 1)} else {a()})"),
            (0.5, lambda: f"{self.one('min', 'max')}({a()}, {a()})"),
            (0.5, lambda: f"({a()} {self.one('and', 'or')} {a()})"),
        ])()

    def bytes_(self, d):
        a = lambda: self.field("bytes") or self.one('b"abc"', 'b"\\x00\\xff"', 'b""')  # noqa: E731
        return self.one(a(), f"{a()}[{self.one('', self.r.randint(-3, 3))}:{self.one('', self.r.randint(-3, 5))}]")

    def optional(self, kind, d):
        if self.odds(40):
            return self.reduced("o" + kind, d)
        found = self.field(kind, "None")
        return self.one(f"({self.e(kind, d - 1)} if {self.e('bool', d - 1)} else None)", found or "None", found or "None")

    def oint_(self, d):
        return self.optional("int", d)

    def ofloat_(self, d):
        return self.optional("float", d)

    def num_(self, d):
        return f"({self.e('int', d - 1)} if {self.e('bool', d - 1)} else {self.e('float', d - 1)})"

    # ---- generators

    def iterable(self, d):
        """An iterable for a loop: its target, its text, the new variables, and the conditions under which
        it exists."""
        v, pick = self.name("v"), self.r.random()
        found = self.list() if pick < 0.72 else None
        if found:
            text, of, guards = found
            i = self.name("i")
            shape = self.r.random()
            if shape < 0.12:
                start = self.one("", "", f", {self.one(1, -2, 'start=5')}")
                return f"{i}, {v}", f"enumerate({text}{start})", {i: INT, v: of}, guards
            if shape < 0.22:
                return v, f"reversed({text})", {v: of}, guards
            if shape < 0.34:
                other = self.list()
                if other:
                    w = self.name("w")
                    return f"{v}, {w}", f"zip({text}, {other[0]})", {v: of, w: other[1]}, guards + other[2]
                return f"{v}, {i}", f"zip({text}, range({self.one(2, 9)}))", {v: of, i: INT}, guards
            if shape < 0.4:
                return v, f"range(len({text}))", {v: INT}, guards
            return v, text, {v: of}, guards
        if pick < 0.86:
            text = self.one(f"range({self.r.randint(0, 5)})", f"range({self.e('int', 0)} % 4)", f"range({self.r.randint(-3, 3)}, {self.r.randint(-3, 6)}{self.one('', ', 2', ', -1')})", "reversed(range(3))")
            return v, text, {v: INT}, []
        if pick < 0.94:
            kind, ty = self.one(("int", INT), ("exact" if self.exact else "float", DOUBLE))
            return v, f"({self.e(kind, d - 1)}, {self.e(kind, d - 1)})", {v: ty}, []
        if self.odds(50) and (found := self.field("bytes")):
            return v, found, {v: BYTE}, []
        return v, self.field("str") or '"abc"', {v: TEXT}, []

    def clauses(self, d, most):
        """Nested `for … in … if …` clauses; they add their variables to the scope. Returns the conditions
        of the first one, too."""
        text, first = "", None
        for _ in range(self.weighted([(6, 1), (3, 2), (1, 3)]) if most > 1 else 1):
            target, over, known, guards = self.iterable(min(d, 1))
            if first is None:
                first = guards
            else:
                text += f" if {' and '.join(guards)}" if guards else ""
            text += f" for {target} in {over}"
            self.scope.update(known)
            if self.odds(35):
                text += f" if {self.e('bool', min(d - 1, 1))}"
        return text.strip(), first or []

    def whole_list(self):
        """The sum of a whole list of integers, sometimes with a large start."""
        found = self.list({"int"})
        if not found:
            return None
        path, _, guards = found
        large = (2**31, -(2**31) - 1, 2**63 - 1, -(2**63) + 1) if self.wild else ()
        start = self.one("", "", ", 7", *(f", {e}" for e in large))
        return f"(sum({path}{start}) if {' and '.join(guards)} else 0)" if guards else f"sum({path}{start})"

    def reduced(self, kind, d):
        """The sum, min, max, any or all of a generator."""
        if self.nested >= 3:
            return {"o": "None"}.get(kind[0], NOTHING.get(kind))
        saved = dict(self.scope)
        self.nested += 1
        try:
            of = kind[1:] if kind[0] == "o" else kind
            clauses, guards = self.clauses(d, 3 if self.nested == 1 else 1)
            names = [n for n in self.scope if n not in saved]
            item = None
            if self.odds(50):
                walk = [self.walk([n]) for n in names]
                fitting = [(t, g) for t, ty, g in walk if ty.kind == KINDS[of][0]]
                if fitting and (of != "exact" or self.exact):
                    item, inner = self.one(*fitting)
                    clauses += f" if {' and '.join(inner)}" if inner else ""
            item = item or self.e(of, min(d - 1, 1))
        finally:
            self.scope = saved
            self.nested -= 1
        body = f"{item} {clauses}"
        if kind == "bool":
            text = f"{self.one('any', 'all')}({body})"
        elif kind[0] == "o":
            text = f"{self.one('min', 'max')}(({body}), default=None)"
        elif kind == "float":
            text = f"{self.one('min', 'max')}(({body}), default={self.one('0.0', '(-1.5)')})"
        elif kind == "int" and self.odds(15):
            text = f"sum(1 {clauses})"
        else:
            text = self.weighted([(6, f"sum({body})"), (3, f"{self.one('min', 'max')}(({body}), default={NOTHING[kind]})"), (0.15, f"{self.one('min', 'max')}({body})"), (1, f"sum(({body}), {NOTHING[kind]})")])
        if guards:
            return f"({text} if {' and '.join(guards)} else {'None' if kind[0] == 'o' else NOTHING[kind]})"
        return text

    # ---- over all records

    def item(self, kind, d=2, of=None):
        """A reduction over `records`, of values of the kind `of`."""
        saved = dict(self.scope)
        text = "for t in records"
        if self.odds(40):
            text += f" if {self.e('bool', d - 1)}"
        of = of or {"int": "int", "bool": "bool", "float": "exact", "oint": "int", "ofloat": "float"}[kind]
        if self.odds(45):
            self.nested += 1
            clauses, guards = self.clauses(d - 1, 2)
            text += f" if {' and '.join(guards)}" if guards else ""
            text += f" {clauses}"
        item = None
        if self.odds(45):
            self.nested += 1
            for name in [n for n in self.scope if n not in saved] or ["t"]:
                path, ty, guards = self.walk([name])
                if ty.kind == KINDS.get(of, [None])[0] and (of != "exact" or self.exact):
                    item = path
                    text += f" if {' and '.join(guards)}" if guards else ""
        item = item or self.e(of, d - 1)
        self.scope, self.nested = saved, 0
        if kind == "bool":
            return f"{self.one('any', 'all')}({item} {text})"
        if kind[0] == "o":
            if self.odds(10):
                return f"{self.one('min', 'max')}({item} {text})"
            return f"{self.one('min', 'max')}(({item} {text}), default=None)"
        if kind == "int" and self.odds(15):
            return f"sum(1 {text})"
        call = f"sum({item} {text})"
        if kind == "float":
            self.items[ast.unparse(ast.parse(call))] = "float"
        return call

    def over(self):
        """An expression over all records."""
        i = lambda: self.item("int")  # noqa: E731
        return self.weighted([
            (6, i),
            (4, lambda: self.item("float")),
            (3, lambda: self.item("bool")),
            (4, lambda: self.item("oint")),
            (3, lambda: self.item("ofloat")),
            (1, lambda: f"{i()} / len(records)" if self.odds(20) else f"{i()} / (len(records) + 1)"),
            (1, lambda: f"({self.item('oint')}, {self.item('float')}, {i()})"),
            (1, lambda: f"({i()} if {self.item('bool')} else None)"),
            (1, lambda: f"({self.item('oint')} or {self.r.randint(0, 9)})"),
            (0.5, lambda: f"{i()} % {self.r.randint(2, 99)} + len(records)"),
            (0.5, lambda: f"{self.item('float')} * 0.5"),
        ])()

    def statistic(self):
        """Another function over all records than those of `over`. Of a variance, only whether there is one."""
        if self.odds(30):
            kind = self.one("int", "float", "bool", "str", "oint", "ofloat")
            return "count" + self.item("int", of=kind).removeprefix("sum")
        body = self.item(self.one("int", "int", "float")).removeprefix("sum(").removesuffix(")")
        texts = []
        for _ in range(self.one(1, 1, 3)):
            name = self.one("mean", "first", "last", "var", "std_pop")
            text = f"{name}(({body}), default=None)"
            texts.append(text if name in ("mean", "first", "last") else f"({text} is None)")
        return texts[0] if len(texts) == 1 else f"({', '.join(texts)}, count({body}))"

    def column(self):
        """A column; sometimes a path alone."""
        if self.odds(25):
            text, ty, guards = self.walk()
            if ty.kind in ("int", "float", "bool", "enum", "text") and (not guards or self.odds(20)):
                return text
        return self.e(self.weighted([(5, "int"), (4, "float"), (3, "bool"), (2, "str"), (3, "oint"), (2, "ofloat"), (1, "num"), (2, "exact")]), self.one(1, 2, 2, 3))
