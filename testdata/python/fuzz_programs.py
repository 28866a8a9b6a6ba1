"""Random programs, generated from a seed: see fuzz.py.

A type is a word: int, float, num (an int that may become a float), bool, str, bytes, oint (an int or
None), pair (a tuple of an int and a float), C0 … (an object), oC0 … (an object or None). `times` is how
often the current code runs in its loops, which bounds the program's running time.
"""

import random

from fuzz_expressions import BUDGET, BYTES, TEXTS
from fuzz_shapes import Shapes

SPECS = {
    "int": ["", "5d", "+d", "<8d", "^9", ">+7", "08d", "#x", "#b", "#o", "X", "_x", ",", "_", "+,d", "e", ".2f", "10.3e", "g", "%", ".1%", "*^12d", "=+8d", "0=9", " d", "#010x", ".3g", "n", "012,d", "_b", ",.2f"],
    "float": ["", ".3f", "10.2e", "g", "#.3g", ",.2f", "+.1%", "010.3f", "e", "E", "<12", "^+12.2f", ".0f", "#.0f", " .4g", "_.1f", "=+12.1f", "%", ".10g", "G", "F", ".17g", "012,.2f", ">9.1", ".1", "n", "z.1f"],
    "str": ["", "5", ">10", "^7.3", "*<6", ".2", "s", "é^9", "<4s"],
    "num": ["", "e", ".2f", "+g", ",.1f", "9.1e", "%", ">12", "<10"],
    "bool": ["", "d", "5", ">7", ".1f", "x"],
}


class Program(Shapes):
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.lines, self.indent, self.fresh = [], 0, 0
        self.classes, self.functions, self.generators, self.iterators = {}, {}, {}, []
        self.scope, self.fixed, self.times, self.cost = {}, set(), 1, 0
        self.function, self.depth, self.loops, self.plain = None, 0, 0, False
        self.whole()
        self.text = "\n".join(self.lines) + "\n"

    # ---- iterables

    def iterable(self, d, most=1000):
        """An expression, the type of an item (a word, or several for a tuple that is unpacked), and the
        approximate number of items."""
        most = max(2, min(most, BUDGET // max(self.times, 1) // 8))
        small = [(3, lambda: (self.one("TEXT", "WORDS"), "str", 12)), (2, lambda: ("DATA", "int", 16)), (1, lambda: (f"({self.e('int', d)}, {self.e('int', d)}, {self.e('int', d)})", "int", 3)), (1, lambda: (self.text(self.one(*TEXTS)), "str", 9))]
        options = [(8, lambda: self.range(d, most))] + (small if most >= 16 else [])
        return self.weighted(options)()

    def range(self, d, most):
        n = self.r.randint(1, most) if self.odds(50) else most
        step = self.one(1, 1, 2, 3, 7)
        text = self.weighted([
            (6, lambda: f"range({n})"),
            (2, lambda: f"range({self.r.randint(-20, 20)}, {n})"),
            (2, lambda: f"range({-n}, {n * step - n}, {step})"),
            (2, lambda: f"range({n * step}, 0, {-step})"),
            (1, lambda: f"range({self.e('int', d)} % {n + 1})"),
            (1, lambda: f"range({self.e('int', d)} % 50, {self.r.randint(0, n)}, {self.e('int', 0)} % 3 + 1)"),
            (1, lambda: f"reversed(range({n}))"),
            (0.3, lambda: f"range({2**63 - 1 - n}, {2**63 - 1})"),
        ])()
        return text, "int", n + 50 if "%" in text else n

    def loop_over(self):
        """A target, an iterable, the new variables, and the approximate number of iterations."""
        room = BUDGET // max(self.times, 1)
        gens = [g for g in self.generators.values() if g["cost"] < room]
        v = self.name("i")
        if gens and self.odds(45):
            g = self.one(*gens)
            self.cost += g["cost"] * self.times
            text = self.call(dict(g, method=False, property=False), 1)
            kind = self.one("plain", "plain", "enumerate", "zip", "zip range")
            other = self.name("j")
            if kind == "plain" and g["gives"] == "pair" and self.odds(60):
                return f"{v}, {other}", text, {v: "int", other: "float"}, g["count"]
            if kind == "enumerate":
                return f"{other}, {v}", f"enumerate({text}{self.one('', ', 5')})", {v: g["gives"], other: "int"}, g["count"]
            if kind == "zip":
                h = self.one(*gens)
                return f"{v}, {other}", f"zip({text}, {self.call(dict(h, method=False, property=False), 1)})", {v: g["gives"], other: h["gives"]}, g["count"]
            if kind == "zip range":
                return f"{other}, {v}", f"zip(range({self.r.randint(1, 60)}), {text})", {v: g["gives"], other: "int"}, g["count"]
            return v, text, {v: g["gives"]}, g["count"]
        iterators = [c for c, k in self.classes.items() if k["iterates"] and k["cost"] < room]
        if iterators and self.odds(20):
            return v, self.make(self.one(*iterators), 1), {v: "int"}, 20
        text, ty, count = self.iterable(1, self.one(10, 100, 1000))
        other = self.name("j")
        kind = self.r.random()
        if kind < 0.1 and not text.startswith("("):
            return f"{other}, {v}", f"enumerate({text}{self.one('', ', -3')})", {v: ty, other: "int"}, count
        if kind < 0.2 and not text.startswith("("):
            more, ty2, count2 = self.iterable(1, 50)
            if not more.startswith("("):
                return f"{v}, {other}", f"zip({text}, {more})", {v: ty, other: ty2}, min(count, count2)
        if kind < 0.3 and count < 100 and not self.plain:
            return v, f"({self.genexp(2, 'int', ' % 5003')})", {v: "int"}, 12
        return v, text, {v: ty}, count

    # ---- statements

    def block(self, statements):
        self.indent += 1
        saved, before = dict(self.scope), len(self.lines)
        for _ in range(statements):
            self.statement()
        if len(self.lines) == before:
            self.put("pass")
        self.scope = saved
        self.indent -= 1

    def bounded(self, ty, d=2):
        """A value that does not grow without bound in a loop."""
        value = self.e(ty, d)
        if ty == "int" and self.loops and not self.odds(4):
            return self.one(f"{value} % {self.one(1009, 65521, 1000003)}", f"{value} & {self.one('0xffff', '0xfffff')}", f"{value} % 5000 - 2500")
        if ty in ("float", "num") and self.loops and not self.odds(15):
            return f"{value} % {self.one('1000.0', '-512.5', '65536')}"
        return value

    def rare(self):
        """A condition that rarely holds, or only late."""
        counters = [n for n in self.vars("int") if n in self.fixed]
        if not counters or self.odds(30):
            return self.e("bool", 2)
        i = self.one(*counters)
        n = self.one(10, 50, 100, 250, 500, 800)
        return self.one(f"{i} > {n}", f"{i} % {self.one(17, 64, 100)} == {self.one(3, 16)}", f"({i} & 127) == {self.one(5, 127)}", f"{i} * {i} > {n * n}", f"{n} < {i} < {n * 2}", f"{i} >= {n} and {self.e('bool', 1)}")

    def statement(self):
        deep = self.depth >= 3 or self.indent >= 7
        loops = not deep and self.times <= 1500 and self.cost < 40 * BUDGET
        self.weighted([
            (8, self.assign), (6, self.change), (3, self.show), (4, self.branch if not deep else self.assign),
            (4 if loops else 0, self.for_loop), (2 if loops else 0, self.while_loop), (2, self.swap), (2, self.touch), (1.5, self.kept),
            (1.5 if self.loops else 0, self.leave), (0.8, self.early), (0.08, self.error), (0.3, self.walrus), (0.3, self.check), (1, self.optional),
            (2.5 if loops else 0, self.shape),
        ])()

    def in_steps(self, name):
        """Changes a variable in steps; it need not fit 64 bits before it is masked."""
        self.put(f"{name} {self.one('*=', '<<=', '+=')} {self.one(3, 31, 40)}")
        if self.odds(50):
            self.put(f"{name} = {name} {self.one('*', '+', '^')} {self.e('int', 1)}")
        self.put(self.one(f"{name} &= {self.one(255, 2**40 - 1, 2**63 - 1)}", f"{name} %= 2**{self.one(8, 40, 63)}", f"{name} = {name} & 65535"))

    def assign(self):
        ty = self.weighted([(8, "int"), (4, "float"), (2.5, "num"), (2, "bool"), (2, "str"), (1, "bytes"), (2.5, "oint"), (1.5, "pair"), *((2, c) for c in self.classes if not self.classes[c]["open"]), *((1, "o" + c) for c in self.classes if not self.classes[c]["open"])])
        names = self.vars(ty, writable=True)
        value = self.bounded(ty)
        if names and self.odds(65):
            self.put(f"{self.one(*names)} = {value}")
            return
        name = self.name("x")
        if ty == "num" and self.odds(60):
            value = self.one("0", "1", "10")
        self.put(f"{name} = {value}")
        self.scope[name] = ty

    def change(self):
        fields = [(f"{o}.{f}", of) for o, t in self.scope.items() if t in self.classes for f, of in self.classes[t]["fields"].items()]
        places = [(n, t) for n, t in self.scope.items() if n not in self.fixed and t in ("int", "float", "num")]
        places += [(f, t) for f, t in fields if t in ("int", "float", "num")] * 2
        if not places:
            return self.assign()
        name, ty = self.one(*places)
        if ty == "int":
            self.weighted([
                (6, lambda: self.put(f"{name} {self.one('+=', '-=')} {self.e('int', 2)}")),
                (1, lambda: self.in_steps(name)),
                (2, lambda: self.put(f"{name} {self.one('%=', '&=')} {self.one(1009, 4095, 65521)}")),
                (1, lambda: self.put(f"{name} {self.one('^=', '|=')} {self.e('int', 1)} & 255")),
                (1, lambda: self.put(f"{name} //= {self.divisor(1)}")),
                (1, lambda: self.put(f"{name} >>= {self.r.randint(0, 3)}")),
                (3, lambda: self.put(f"{name} = ({name} * {self.r.randint(2, 31)} + {self.e('int', 1)}) % {self.one(1009, 65521, 1000003)}")),
            ])()
        elif ty == "float":
            self.put(self.one(f"{name} += {self.e('float', 1)}", f"{name} *= {self.one('0.5', '-0.75', '1.0625')}", f"{name} -= {self.e('int', 1)}", f"{name} %= 100"))
        else:
            self.put(self.one(f"{name} += {self.e('int', 1)}", f"{name} += {self.e('float', 1)}", f"{name} = {name} + {self.e('num', 1)}", f"{name} %= 1000", f"{name} -= 0.25"))

    def printable(self):
        return [n for n, t in self.scope.items() if t not in self.classes and t[:2] != "oC" and t[:3] != "gen"]

    def show(self):
        shown = self.printable()
        if not shown:
            return
        if self.times > 30:
            counters = [n for n in self.vars("int") if n in self.fixed]
            self.put(f"if {self.one(*counters) if counters else self.e('int', 1)} % {max(2, self.times // 8)} == {self.one(0, 1)}:")
            self.indent += 1
            self.show_now(shown)
            self.indent -= 1
        else:
            self.show_now(shown)

    def show_now(self, shown):
        names = [self.one(*shown) for _ in range(self.r.randint(1, 4))]
        if self.odds(40):
            extra = self.one("", ", sep=', '", ", end=';\\n'", ", sep=''")
            self.put(f"print({self.text(self.name('p'))}, {', '.join(names)}, {self.e(self.one('int', 'float', 'bool', 'str', 'num', 'oint', 'pair'), 1)}{extra})")
            return
        pieces = []
        for name in names:
            ty = self.scope[name]
            if ty in SPECS:
                pieces.append(f"{{{name}:{self.one(*SPECS[ty])}}}" if self.odds(80) else f"{{{name}{self.one('', '!r', '!s')}}}")
            else:
                pieces.append(f"{{{name}}}")
        if self.odds(20):
            pieces.append(f"{{{self.e('int', 0)}:{{{self.one(3, 8, 12)}}}d}}")
        text = self.one(" ", "|", " é ", "{{}}").join(pieces)
        try:
            compile(f'f"{text}"', "", "eval")
        except SyntaxError:
            return
        self.put(f'print(f"{self.name("f")} {text}")')

    def branch(self):
        self.depth += 1
        self.put(f"if {self.rare()}:")
        self.block(self.r.randint(1, 3))
        for _ in range(self.one(0, 0, 0, 1, 2)):
            self.put(f"elif {self.rare()}:")
            self.block(self.r.randint(1, 2))
        if self.odds(45):
            self.put("else:")
            self.block(self.r.randint(1, 3))
        self.depth -= 1

    def looped(self, count, body):
        saved = self.times, self.plain
        self.times *= max(count, 1)
        self.depth += 1
        self.loops += 1
        body()
        self.loops -= 1
        self.depth -= 1
        self.times, self.plain = saved

    def otherwise(self):
        if self.odds(20):
            self.put("else:")
            self.block(self.r.randint(1, 2))

    def for_loop(self):
        target, iterable, new, count = self.loop_over()
        self.put(f"for {target} in {iterable}:")
        saved, fixed = dict(self.scope), set(self.fixed)
        self.scope.update(new)
        self.fixed.update(new)
        self.looped(count, lambda: self.block(self.r.randint(1, 5)))
        self.scope, self.fixed = saved, fixed
        self.otherwise()

    def while_loop(self):
        k = self.name("k")
        count = self.one(5, 20, 200, 1000)
        count = max(2, min(count, BUDGET // max(self.times, 1) // 8))
        up = self.odds(60)
        self.put(f"{k} = {0 if up else count}")
        test = f"{k} < {count}" if up else f"{k} > 0"
        self.put(f"while {test}{' and ' + self.e('bool', 1) if self.odds(20) else ''}:")
        saved, fixed = dict(self.scope), set(self.fixed)
        self.scope[k] = "int"
        self.fixed.add(k)
        self.indent += 1
        self.put(f"{k} {'+' if up else '-'}= {self.one(1, 1, 1, 3)}")
        self.indent -= 1
        self.looped(count, lambda: self.block(self.r.randint(1, 5)))
        self.scope, self.fixed = saved, fixed
        self.otherwise()

    def leave(self):
        self.put(f"if {self.rare()}:")
        self.indent += 1
        self.put(self.one("break", "continue", "continue"))
        self.indent -= 1

    def early(self):
        if not self.function:
            return self.assign()
        self.put(f"if {self.rare()}:")
        self.indent += 1
        self.put("return" if self.function == "yields" else f"return {self.bounded(self.function, 1)}")
        self.indent -= 1

    def swap(self):
        ty = self.one("int", "float", "num", "oint", "str")
        names = self.vars(ty, writable=True)
        if len(names) >= 2:
            a, b = self.r.sample(names, 2)
            self.put(self.one(f"{a}, {b} = {b}, {a}", f"{a}, {b} = {b}, {self.bounded(ty, 1)}", f"{a} = {b} = {self.bounded(ty, 1)}"))
        elif self.vars("pair") and self.vars("int", True):
            other = self.name("y")
            self.put(f"{self.one(*self.vars('int', True))}, {other} = {self.e('pair', 1)}")
            self.scope[other] = "float"
        else:
            self.assign()

    def touch(self):
        """Calls a method that changes its object, or sets a field."""
        objects = [(n, t) for n, t in self.scope.items() if t in self.classes and not self.classes[t]["open"]]
        if not objects:
            return self.assign()
        name, ty = self.one(*objects)
        methods = [f for f in self.functions.values() if f["of"] == ty and not f["property"] and f["cost"] < BUDGET / max(self.times, 1)]
        if methods and self.odds(60):
            f = self.one(*methods)
            text = self.call(f, 1)
            self.put(text[text.index("." + f["name"]):].join((name, "")))
        else:
            field, of = self.one(*self.classes[ty]["fields"].items())
            self.put(f"{name}.{field} = {self.bounded(of, 1)}")

    def kept(self):
        """Takes single values from a generator."""
        names = self.vars("gen int")
        if names and self.odds(70):
            g = self.one(*names)
            target = self.var("int")
            self.put(self.one(f"print('next', next({g}, None))", f"{self.name('n')} = next({g}, -1)", f"for {self.name('m')} in {g}: break"))
            return
        gens = [g for g in self.generators.values() if g["gives"] == "int" and g["cost"] < BUDGET / max(self.times, 1)]
        g = self.name("g")
        if gens and self.odds(70):
            self.put(f"{g} = {self.call(dict(self.one(*gens), method=False, property=False), 1)}")
        elif not self.plain:
            self.put(f"{g} = ({self.genexp(2, 'int', ' % 99991', kept=True)})")
        else:
            return
        self.scope[g] = "gen int"
        if self.odds(60):
            self.put(f"print({self.text(self.name('q'))}, next({g}, None), sum({g}))")

    def optional(self):
        """Narrows an optional value."""
        objects = [n for n, t in self.scope.items() if t[:2] == "oC"]
        if objects and self.odds(50):
            o = self.one(*objects)
            self.put(self.one(f"if {o} is not None:", f"if {o}:"))
            saved, self.scope[o] = self.scope[o], self.scope[o][1:]
            self.fixed.add(o)
            self.block(2)
            self.fixed.discard(o)
            self.scope[o] = saved
            return
        names = self.vars("oint", writable=True)
        if not names:
            name = self.name("o")
            self.put(f"{name} = None")
            self.scope[name] = "oint"
            return
        o, value = self.one(*names), self.e("int", 1)
        self.put(f"if {o} is None or {value} {self.one('<', '>')} {o}:")
        self.indent += 1
        self.put(f"{o} = {value}")
        self.indent -= 1

    def error(self):
        self.put(self.one(f"raise ValueError('{self.name('e')}')", f"{self.name('z')} = DATA[{self.e('int', 1)}]", f"{self.name('z')} = {self.e('int', 1)} // {self.e('int', 1)}", f"{self.name('z')} = int({self.e('str', 1)})", f"{self.name('z')} = 1 / {self.e('float', 1)}") if self.odds(40) or self.indent < 2 else f"assert {self.e('bool', 1)}, {self.e('int', 1)}")

    def check(self):
        self.put(f"assert {self.e('int', 1)} % 7 < 7, 'never'")

    def walrus(self):
        name = self.name("u")
        self.put(f"if ({name} := {self.bounded('int', 2)}) > {self.e('int', 0)}:")
        self.scope[name] = "int"
        self.block(1)

    # ---- the top level

    def params(self, most=3):
        result, defaulted = [], False
        for _ in range(self.r.randint(0, most)):
            ty = self.weighted([(6, "int"), (2, "float"), (1, "str"), (1, "bool"), (1, "oint"), (1, "num"), (0.7, "pair"), *((1, c) for c in self.classes if not self.classes[c]["open"])])
            defaulted = ty[0] != "C" and (defaulted or self.odds(35))
            if result and result[-1][2] is not None and not defaulted:
                continue
            default = {"int": "3", "float": "0.5", "str": "'dé'", "bool": "False", "oint": "None", "num": "2", "pair": "(1, 2.5)"}[ty] if defaulted else None
            result.append((self.name("a"), ty, default))
        return result

    def signature(self, params, first=()):
        return ", ".join([*first, *(n if default is None else f"{n}={default}" for n, _, default in params)])

    def body(self, params, gives, scope, fill):
        saved = self.scope, self.fixed, self.cost, self.function
        self.scope, self.fixed, self.cost, self.function = {n: t for n, t, _ in params} | scope, {n for n in scope}, 0, gives
        self.indent += 1
        fill()
        self.indent -= 1
        cost = self.cost
        self.scope, self.fixed, self.cost, self.function = saved
        return cost

    def give(self):
        return self.weighted([(6, "int"), (3, "float"), (1.5, "num"), (1.5, "bool"), (1, "str"), (2, "oint"), (1.5, "pair"), *((1.5, c) for c in self.closed()), *((1.5, "o" + c) for c in self.closed())])

    def statements(self, most, loops):
        times = self.times
        self.times *= 1 if loops else 20
        for _ in range(self.r.randint(1, most)):
            self.statement()
        self.times = times

    def def_function(self):
        name, params, gives = self.name("f"), self.params(), self.give()
        recursive = self.odds(25) and gives in ("int", "float", "oint")
        if recursive:
            params = [("n", "int", None), *params]
        self.put(f"def {name}({self.signature(params)}):")

        def fill():
            if recursive:
                self.put("if n <= 0 or n > 12:")
                self.indent += 1
                self.put(f"return {self.e(gives, 1)}")
                self.indent -= 1
                self.fixed.add("n")
            self.statements(5, self.odds(40))
            if recursive:
                more = ", ".join(["n - 1", *(self.e(ty, 1) for _, ty, _ in params[1:])])
                again = f"{name}({more})"
                if gives == "oint":
                    self.put(f"below = {again}")
                    self.put(f"return None if below is None else below {self.one('+', '-')} {self.e('int', 1)}")
                else:
                    rest = "".join(f", {n}" for n, _, _ in params[1:])
                    other = self.one(self.e(gives, 1), f"{name}(n - {self.one(2, 3)}{rest})")
                    self.put(f"return ({again} {self.one('+', '-')} {other}) % 10007")
            else:
                self.put(f"return {self.bounded(gives)}")

        cost = self.body(params, gives, {}, fill) * (60 if recursive else 1)
        self.functions[name] = dict(name=name, params=params, gives=gives, cost=cost, method=False, property=False, of=None)

    def def_generator(self):
        name, params, gives = self.name("gen"), self.params(2), self.weighted([(6, "int"), (2, "float"), (1, "num"), (1, "str"), (1, "oint"), (2, "pair")])
        count = self.one(3, 10, 30, 200)
        self.put(f"def {name}({self.signature(params)}):")
        total = 0

        def give(more=1):
            nonlocal total
            total += self.times
            others = [g for g in self.generators.values() if g["gives"] == gives and g["count"] * self.times < 300]
            if others and self.odds(15 * more):
                g = self.one(*others)
                self.cost += g["cost"] * self.times
                total += g["count"] * self.times
                self.put(f"yield from {self.call(dict(g, method=False, property=False), 1)}")
            else:
                self.put(f"yield {self.bounded(gives, 1)}")

        def loop():
            def inner():
                self.indent += 1
                for _ in range(self.r.randint(0, 2)):
                    self.statement()
                if self.odds(40):
                    self.put(f"if {self.rare()}:")
                    self.indent += 1
                    give()
                    self.indent -= 1
                    if self.odds(50):
                        self.put("else:")
                        self.indent += 1
                        give()
                        self.indent -= 1
                else:
                    give(0.3)
                if self.odds(30):
                    self.put(f"for w in range({self.one(2, 3)}):")
                    self.indent += 1
                    self.scope["w"] = "int"
                    give(0)
                    self.indent -= 1
                if self.odds(30):
                    self.statement()
                self.indent -= 1

            n = max(1, count)
            c = self.name("c")
            if self.odds(60):
                self.put(f"for {c} in range({self.one(n, n, self.e('int', 0) + f' % {n}')}):")
                self.scope[c] = "int"
                self.fixed.add(c)
                self.looped(n, inner)
            else:
                self.put(f"{c} = 0")
                self.put(f"while {c} < {n}:")
                self.scope[c] = "int"
                self.fixed.add(c)
                self.indent += 1
                self.put(f"{c} += 1")
                self.indent -= 1
                self.looped(n, inner)

        def fill():
            for _ in range(self.r.randint(0, 2)):
                self.assign()
            if self.odds(25):
                give()
            loop()
            if self.odds(25):
                give()
            if self.odds(15):
                loop()

        cost = self.body(params, "yields", {}, fill)
        self.generators[name] = dict(name=name, params=params, gives=gives, cost=cost, count=total, of=None)

    def def_class(self):
        name = f"C{len(self.classes)}"
        params = self.params(2)
        fields = {self.name("s"): self.weighted([(6, "int"), (3, "float"), (2, "num"), (1, "bool"), (1, "str"), (2, "oint"), (1, "pair"), *((1.5, "o" + c) for c in self.classes)]) for _ in range(self.r.randint(1, 4))}
        if self.odds(25):
            fields["link"] = "o" + name
        self.classes[name] = dict(params=params, fields=fields, iterates=False, cost=0, open=True)
        self.put(f"class {name}:")
        self.indent += 1
        self.put(f"def __init__({self.signature(params, ['self'])}):")

        def init():
            for field, ty in fields.items():
                value = "None" if field == "link" else "0" if ty == "num" and self.odds(50) else self.e(ty, 1)
                self.put(f"self.{field} = {value}")

        self.body(params, None, {}, init)
        self.classes[name]["open"] = False
        for _ in range(self.r.randint(1, 3)):
            method, gives, prop = self.name("m"), self.give(), self.odds(25)
            params = [] if prop else self.params(2)
            if prop:
                self.put("@property")
            self.put(f"def {method}({self.signature(params, ['self'])}):")

            def fill():
                self.statements(3, self.odds(25))
                self.put(f"return {self.bounded(gives)}")

            cost = self.body(params, gives, {"self": name}, fill)
            self.functions[f"{name}.{method}"] = dict(name=method, params=params, gives=gives, cost=cost, method=True, property=prop, of=name)
        if self.odds(30):
            self.put("def __iter__(self):")

            def each():
                self.put(f"for c in range({self.one(3, 15)}):")
                self.scope["c"] = "int"
                self.indent += 1
                self.put(f"yield {self.e('int', 1)} % 77")
                self.indent -= 1

            self.classes[name]["cost"] = self.body([], "yields", {"self": name}, each) * 15
            self.classes[name]["iterates"] = True
        self.indent -= 1

    def whole(self):
        self.put("import math")
        self.put("import struct")
        self.put(f"TEXT = {self.text(self.one('héllo wörld', '日本語テキスト', 'plain text', 'a💡b🎉c'))}")
        self.put(f"WORDS = {self.text(self.one('one two three', 'äöü ß'))}")
        self.put(f"DATA = {self.one(*[b for b in BYTES if len(b) >= 10])!r}")
        for _ in range(self.r.randint(1, 6)):
            self.weighted([(3, self.def_function), (3, self.def_generator), (2, self.def_class), (1, self.def_iterator)])()
        if self.odds(70):
            self.put("def main():")
            self.body([], "int", {}, self.run)
            self.put("main()")
        else:
            self.run()

    def run(self):
        for ty in ("int", "int", "float", "num", "oint"):
            name = self.name("x")
            self.put(f"{name} = {'0' if ty == 'num' else 'None' if ty == 'oint' else self.e(ty, 0)}")
            self.scope[name] = ty
        self.cost = 0
        for _ in range(self.r.randint(5, 12)):
            self.statement()
        self.shape()
        self.for_loop()
        self.put(f"print({', '.join(self.printable())})")
        if self.odds(8):
            self.put(self.one("raise ValueError('at the end')", f"print(1 // (len(DATA) - {self.e('int', 0)} * 0 - len(DATA)))", "print(DATA[len(DATA)])"))
