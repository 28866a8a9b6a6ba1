"""Statements whose control flow is difficult for native code: see fuzz_programs.py.

Objects that exist on some paths only, or across output; loops of 0 to n iterations; branches whose bias
changes while the loop runs; many arms; generators and iterators that are left early and continued.
"""

from fuzz_expressions import BUDGET, Expressions


class Shapes(Expressions):
    def closed(self):
        return [c for c, k in self.classes.items() if not k["open"]]

    def rounds(self, *counts):
        """The number of iterations of a loop at this place."""
        return max(2, min(self.one(*counts), BUDGET // max(self.times, 1) // 8))

    def loop(self, head, new, count, body):
        """A loop with this head, and these variables in its scope."""
        self.put(head)
        saved, fixed = dict(self.scope), set(self.fixed)
        self.scope.update(new)
        self.fixed.update(new)

        def inner():
            self.indent += 1
            body()
            self.indent -= 1

        self.looped(count, inner)
        self.scope, self.fixed = saved, fixed

    def some(self, most=2):
        for _ in range(self.r.randint(1, most)):
            self.statement()

    def use(self, o, ty, total):
        """Uses one of an object's fields, if it has one."""
        fields = [(f, of) for f, of in self.classes[ty]["fields"].items() if of in ("int", "float", "num", "bool")]
        if not fields:
            return self.put(f"{total} += 1")
        field, of = self.one(*fields)
        self.put(f"{total} = ({total} + {o}.{field}) % 65521" if of in ("int", "bool") else f"{total} = ({total} + int({o}.{field} % 1000.0)) % 65521")

    def total(self):
        name = self.name("t")
        self.put(f"{name} = 0")
        self.scope[name] = "int"
        return name

    def shape(self):
        if self.times > 300 or self.depth >= 2 or self.cost > 40 * BUDGET:
            return self.change()
        shapes = [self.ragged, self.phases, self.arms]
        shapes += [self.sometimes, self.across, self.sometimes] if self.closed() else []
        shapes += [self.gone_on_with, self.left_early] if not self.plain else []
        self.one(*shapes)()

    def sometimes(self):
        """An object that is created, changed, and dropped in some iterations."""
        ty, o, total, i = self.one(*self.closed()), self.name("o"), self.total(), self.name("i")
        n = self.rounds(5, 40, 300)
        always = self.odds(30)
        self.put(f"{o} = {self.make(ty, 1) if always or self.odds(30) else 'None'}")

        def body():
            self.put(f"if {self.one(self.rare(), f'{i} % {self.one(2, 3, 7)} == 0', self.e('bool', 2))}:")
            self.indent += 1
            self.put(f"{o} = {self.make(ty, 1)}")
            self.indent -= 1
            if not always and self.odds(60):
                self.put(f"elif {self.one(self.rare(), self.e('bool', 1))}:")
                self.indent += 1
                self.put(f"{o} = None")
                self.indent -= 1
            if self.odds(50):
                self.some()
            if not always:
                self.put(self.one(f"if {o} is not None:", f"if {o}:"))
                self.indent += 1
            self.use(o, ty, total)
            field, of = self.one(*self.classes[ty]["fields"].items())
            if self.odds(50):
                self.put(f"{o}.{field} = {self.bounded(of, 1)}")
            if not always:
                self.indent -= 1

        # Its type in the loop differs from that before it, so it is not in scope elsewhere.
        self.loop(f"for {i} in range({n}):", {i: "int"}, n, body)
        self.put(f"print('sometimes', {total}{'' if always else f', {o} is None'})")

    def across(self):
        """An object that is live across output."""
        ty, o, total, i = self.one(*self.closed()), self.name("o"), self.total(), self.name("i")
        n = self.rounds(5, 40, 300)

        def body():
            self.put(f"{o} = {self.make(ty, 1)}")
            self.scope[o] = ty
            self.fixed.add(o)
            self.use(o, ty, total)
            self.put(f"if {i} % {max(2, self.times // 8)} == {self.one(0, 1)}:")
            self.indent += 1
            self.put(f"print('across', {total}, {self.e(self.one('int', 'float', 'str', 'bool'), 1)})")
            self.indent -= 1
            self.touch()
            if self.odds(50):
                self.some(1)
            self.use(o, ty, total)

        self.loop(f"for {i} in range({n}):", {i: "int"}, n, body)
        self.put(f"print('across', {total})")

    def ragged(self):
        """Inner loops of 0 to n iterations."""
        i, j, total = self.name("i"), self.name("j"), self.total()
        n = self.rounds(12, 60, 200)
        made = self.one(*self.closed()) if self.closed() and self.odds(60) else None
        o = self.name("o")

        def inner():
            self.put(f"{total} = ({total} * 3 + {j}) % 65521")
            if made:
                self.use(o, made, total)
            self.some()

        def body():
            if made:
                self.put(f"{o} = {self.make(made, 1)}")
                self.scope[o] = made
            for _ in range(self.one(1, 1, 2)):
                k = self.one(2, 3, 5, 9)
                ranged = self.one(f"range({i} % {k})", f"range({i} % {k}, {k})", f"range({i} & 1, {self.e('int', 0)} % {k})", f"range({total} % {k})")
                self.loop(f"for {j} in {ranged}:", {j: "int"}, k // 2 + 1, inner)
                self.otherwise()
            if self.odds(40):
                self.some()

        self.loop(f"for {i} in range({n}):", {i: "int"}, n, body)
        self.put(f"print('ragged', {total})")

    def phases(self):
        """A branch that is rare in one half of a loop, and common in the other."""
        i, total = self.name("i"), self.total()
        n = self.rounds(40, 300, 900)
        k = self.one(3, 20, 100)

        def body():
            cond = self.one(f"({i} % {k} == {k - 1}) == ({i} < {n // 2})", f"({i} % {k} == 0) != ({i} > {n // 3})", f"{i} >= {n // 2} and {self.e('bool', 1)}", f"{i} // {max(1, n // 5)} % 2 == 0")
            self.put(f"if {cond}:")
            self.block(2)
            self.indent += 1
            self.put(f"{total} = ({total} + {self.e('int', 1)}) % 65521")
            self.indent -= 1
            if self.odds(70):
                self.put("else:")
                self.block(2)
            if self.odds(40):
                self.some(1)

        self.loop(f"for {i} in range({n}):", {i: "int"}, n, body)
        self.put(f"print('phases', {total})")

    def arms(self):
        """Many arms, in a chain."""
        i, v, total = self.name("i"), self.name("v"), self.total()
        n = self.rounds(12, 60, 300)
        count = self.one(3, 5, 8)

        def body():
            self.put(f"{v} = {self.one(i, self.e('int', 1), f'({i} * {i} + {total})')} % {count + 1}")
            self.scope[v] = "int"
            self.fixed.add(v)
            for arm in range(count):
                self.put(f"{'if' if arm == 0 else 'elif'} {v} == {arm}:")
                self.indent += 1
                if self.closed() and self.odds(30):
                    ty = self.one(*self.closed())
                    self.use(self.make(ty, 0), ty, total)
                else:
                    self.put(f"{total} = ({total} + {self.e('int', 1)}) % 65521")
                if self.odds(20):
                    self.put(self.one("continue", "break") if self.odds(30) else "pass")
                elif self.odds(30):
                    self.statement()
                self.indent -= 1
            if self.odds(50):
                self.put("else:")
                self.block(1)

        self.loop(f"for {i} in range({n}):", {i: "int"}, n, body)
        self.put(f"print('arms', {total})")

    def kept_one(self):
        """Assigns a new generator or iterator of integers to a variable."""
        room = BUDGET / max(self.times, 1)
        gens = [g for g in self.generators.values() if g["gives"] == "int" and g["cost"] < room]
        g = self.name("g")
        if self.iterators and self.odds(50):
            name, params = self.one(*self.iterators)
            self.put(f"{g} = {name}({', '.join(self.e(ty, 1) for _, ty, _ in params)})")
        elif gens:
            self.put(f"{g} = {self.call(dict(self.one(*gens), method=False, property=False), 1)}")
        else:
            self.put(f"{g} = ({self.genexp(2, 'int', ' % 99991', kept=True)})")
        return g

    def gone_on_with(self):
        """A generator that is advanced in each iteration of a loop, and continues in the next."""
        g, i, x, total = self.kept_one(), self.name("i"), self.name("x"), self.total()
        n = self.rounds(5, 40, 200)

        def inner():
            self.put(f"{total} = ({total} * 5 + {x}) % 65521")
            self.some()
            if self.odds(85):
                self.put(f"if {self.one(f'{x} % {self.one(2, 3, 5)} == {i} % 2', self.rare(), f'{total} % 3 == 0')}:")
                self.indent += 1
                self.put("break")
                self.indent -= 1

        def body():
            how = self.one("for", "for", "next", "zip")
            if how == "for":
                self.loop(f"for {x} in {g}:", {x: "int"}, 2, inner)
                self.otherwise()
            elif how == "zip":
                self.loop(f"for {x}, {self.name('k')} in zip(range({self.one(0, 1, 3)}), {g}):", {x: "int"}, 2, inner)
            else:
                self.put(f"{x} = next({g}, {self.one(-1, 0, 7)})")
                self.put(f"{total} = ({total} * 5 + {x}) % 65521")
                if self.odds(50):
                    self.some(1)

        self.loop(f"for {i} in range({n}):", {i: "int"}, n, body)
        self.put(f"print('gone on', {total}, next({g}, None))")

    def left_early(self):
        """Generators that are created in each iteration, and usually left before their end."""
        i, x, total = self.name("i"), self.name("x"), self.total()
        n = self.rounds(5, 30, 100)

        def body():
            g = self.kept_one()

            def inner():
                self.put(f"{total} = ({total} * 5 + {x}) % 65521")
                if self.odds(70):
                    self.some(1)
                self.put(f"if {self.one(f'{x} > {i}', f'{x} % 4 == {i} % 4', self.e('bool', 1))}:")
                self.indent += 1
                self.put("break")
                self.indent -= 1

            if self.odds(30):
                self.put(f"{total} = ({total} + next({g}, 3)) % 65521")
            self.loop(f"for {x} in {g}:", {x: "int"}, 3, inner)
            if self.odds(30):
                self.put(f"{total} = ({total} + next({g}, 5)) % 65521")

        self.loop(f"for {i} in range({n}):", {i: "int"}, n, body)
        self.put(f"print('left', {total})")

    def def_iterator(self):
        """A class with `__next__`: over its own numbers, or over another iterator."""
        name, most = self.name("It"), self.one(3, 20, 400)
        params = [("n", "int", None), ("by", "int", None)]
        over = self.one(*self.iterators)[0] if self.iterators and self.odds(30) else None
        self.put(f"class {name}:")
        self.indent += 1
        self.put("def __init__(self, n, by):")
        self.indent += 1
        self.put(f"self.n = n % {most}")
        self.put("self.by = by % 5 + 1")
        self.put("self.i = 0")
        if over:
            self.put(f"self.inner = {over}(n, {self.one(1, 2, 'by')})")
        self.indent -= 1
        self.put("def __iter__(self):")
        self.put("    return self")
        self.put("def __next__(self):")

        def fill():
            self.put("if self.i >= self.n:")
            self.put("    raise StopIteration")
            self.put(self.one("self.i += self.by", "self.i += 1", "self.i = self.i + self.by"))
            if self.odds(40):
                self.assign()
            if self.odds(30):
                self.put(f"if {self.one('self.i % 3 == 0', 'self.by > 2', self.e('bool', 1))}:")
                self.put(f"    self.by = {self.one('self.by % 4 + 1', '1')}")
            if over:
                self.put("for k in range(self.by - 1):")
                self.put("    next(self.inner, 0)")
                self.put("return self.i + next(self.inner, 0)" if self.odds(70) else "return next(self.inner)")
            else:
                self.put(self.one("return self.i", "return self.i * self.by % 1009", f"return (self.i + {self.e('int', 1)}) % 5003"))

        self.body([], "int", {}, fill)
        self.indent -= 1
        self.iterators.append((name, params))
