"""Random expressions: see fuzz_programs.py."""

BUDGET = 12_000
TEXTS = ["", "a", "abc", "héllo wörld", "日本語テキスト", "naïve café", "Ω≈ç√", "x1y22z", "💡idea", "\u00fc" * 5, "tab\tq'uote", "123", " 42 ", "-7"]
BYTES = [b"", b"abc", bytes(range(16)), b"\xff\x00\x80\x7f" * 5, b"hello world", b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a"]
EDGES = [2**31, 2**53, 2**53 + 1, -(2**53) - 1, 2**62, 2**63 - 1, -(2**63) + 1, 10**18, 4503599627370497]
FLOATS = [0.0, -0.0, 0.5, 1.5, 2.5, -3.25, 1e16, 1e-5, 123456.789, 1e22, 1e100, -1e-300, 0.1, 2.0**53, 3.0, 1e15, 7.0]


class Expressions:
    # ---- choices

    def one(self, *options):
        return self.r.choice(options)

    def odds(self, percent):
        return self.r.random() * 100 < percent

    def weighted(self, options):
        weights = [w for w, _ in options]
        return self.r.choices([o for _, o in options], weights)[0]

    def name(self, start):
        self.fresh += 1
        return f"{start}{self.fresh}"

    def put(self, line):
        self.lines.append("    " * self.indent + line)
        self.cost += self.times

    def vars(self, ty, writable=False):
        return [n for n, t in self.scope.items() if t == ty and not (writable and n in self.fixed)]

    def var(self, ty):
        names = self.vars(ty)
        return self.one(*names) if names else None

    # ---- expressions

    def e(self, ty, d=2):
        if ty.lstrip("o")[0] == "C" and d > 0 and self.calls(ty) and self.odds(40):
            return self.call(self.one(*self.calls(ty)), d - 1)
        if ty[0] == "C":
            return self.var(ty) or self.make(ty, d)
        if ty[:2] == "oC":
            return self.var(ty) if self.vars(ty) and self.odds(70) else self.one("None", self.e(ty[1:], 0))
        calls = self.calls(ty)
        if calls and d > 0 and self.odds(25):
            return self.call(self.one(*calls), d - 1)
        if self.vars(ty) and (d <= 0 or self.odds(25)):
            return self.var(ty)
        return getattr(self, ty + "_")(d)

    def calls(self, ty):
        room = BUDGET / max(self.times, 1)
        return [f for f in self.functions.values() if f["gives"] == ty and f["cost"] < room]

    def call(self, f, d):
        self.cost += f["cost"] * self.times
        args, named = [], False
        for name, ty, default in f["params"]:
            if default is not None and self.odds(40):
                named = True
                continue
            value = self.e(ty, min(d, 1))
            named = named or (not f["method"] and self.odds(20))
            args.append(f"{name}={value}" if named else value)
        head = f"{self.e(f['of'], 0)}." if f["method"] else ""
        return head + f["name"] + ("" if f["property"] else f"({', '.join(args)})")

    def make(self, ty, d):
        args, named = [], False
        for name, of, default in self.classes[ty]["params"]:
            if default is not None and self.odds(50):
                named = True
                continue
            args.append((f"{name}=" if named else "") + self.e(of, min(d, 1)))
        return f"{ty}({', '.join(args)})"

    def fields(self, ty):
        """Fields of this type in the objects in scope."""
        return [f"{o}.{f}" for o, t in self.scope.items() if t in self.classes for f, of in self.classes[t]["fields"].items() if of == ty]

    def literal(self):
        return self.weighted([(60, str(self.r.randint(0, 20))), (20, str(self.r.randint(-50, -1))), (15, str(self.r.randint(100, 10000))), (2, f"({self.one(*EDGES)})"), (1, f"(0 + {self.r.choice((True, False))})")])

    def low(self, d):
        """An operand of an expression that is masked, so it need not fit 64 bits."""
        if d <= 0 or self.odds(20):
            return self.e("int", d - 1)
        x = self.low(d - 1)
        return self.one(f"({x} {self.one('+', '-', '*', '*', '&', '|', '^')} {self.low(d - 1)})", f"({x} << {self.one(1, 5, 63, 64, 70)})", f"-{x}", f"~{x}", f"{x} * 6364136223846793005")

    def masked(self, d):
        x, mask = self.low(d), self.one(255, 65535, 2**32 - 1, 2**62 - 1, 2**63 - 1, 0x123456789ABCDEF)
        whole = f"(({x}) & {2**64 - 1})"
        return self.one(f"(({x}) & {mask})", f"({mask} & {x})", f"(({x}) % 2**{self.one(1, 8, 32, 63)})", f"({whole} >> {self.one(1, 7, 40)})", f"(({x}) % 2**64 // 3)")

    def divisor(self, d):
        return self.weighted([(4, str(self.r.randint(1, 30))), (2, f"({-self.r.randint(1, 30)})"), (3, f"({self.e('int', d)} % 7 + 1)"), (2, f"({self.e('int', d)} % 9 - 10)"), (1, f"({self.e('int', d)} | 1)"), (0.05, self.e("int", d))])

    def int_(self, d):
        fields = self.fields("int")
        if fields and self.odds(30):
            return self.one(*fields)
        if d <= 0:
            return self.literal()
        a = lambda: self.e("int", d - 1)  # noqa: E731
        options = [
            (8, lambda: f"({a()} {self.one('+', '-')} {a()})"),
            (3, lambda: f"({a()} % {self.r.randint(2, 999)} * ({a()} % 97))"),
            (0.4, lambda: f"({a()} * {a()})"),
            (2, lambda: self.masked(d)),
            (4, lambda: f"({a()} {self.one('//', '%')} {self.divisor(d - 1)})"),
            (3, lambda: f"({a()} {self.one('&', '|', '^')} {a()})"),
            (1, lambda: f"(~{a()})"),
            (2, lambda: f"(-{a()})"),
            (1.5, lambda: f"({a()} >> {self.one(self.r.randint(0, 5), f'({a()} & 7)', 63, 70)})"),
            (1.5, lambda: f"({a()} % 512 << {self.one(self.r.randint(0, 5), f'({a()} & 3)')})"),
            (1, lambda: f"abs({a()})"),
            (2, lambda: f"{self.one('min', 'max')}({a()}, {a()}{self.one('', ', ' + a())})"),
            (3, lambda: f"({a()} if {self.e('bool', d - 1)} else {a()})"),
            (1.5, lambda: f"int({self.small_float(d - 1)})"),
            (1, lambda: f"round({self.small_float(d - 1)})"),
            (1, lambda: f"round({a()}, {self.one(0, 1, -1, -2)})"),
            (1, lambda: f"int({self.e('num', 0)} % 1000)"),
            (1, lambda: f"len({self.e(self.one('str', 'bytes'), d - 1)})"),
            (1, lambda: f"ord({self.one('TEXT', 'WORDS')}[{self.index('len(TEXT)', d)}])"),
            (1.5, lambda: f"DATA[{self.index('len(DATA)', d)}]"),
            (1, lambda: f"({a()}, {a()}, {a()})[{self.one('0', '1', '-1', a() + ' % 3')}]"),
            (0.7, lambda: f"range({a()}, {self.r.randint(40, 90)}, {self.r.randint(1, 9)})[0]" if self.odds(3) else f"len(range({a()}, {a()}, {self.one(1, 2, 3, -1, -2)}))"),
            (0.7, lambda: f"{self.one('TEXT', 'WORDS', self.e('str', d - 1))}.find({self.e('str', 0)}{self.one('', ', ' + a(), ', ' + a() + ', ' + a())})"),
            (0.5, lambda: f"DATA.find({self.e('bytes', 0)}{self.one('', ', ' + a())})"),
            (0.7, lambda: f"math.{self.one('gcd', 'lcm')}({a()} % 100, {a()} % 50)"),
            (0.5, lambda: f"math.isqrt(abs({a()}))"),
            (0.5, lambda: f"math.{self.one('floor', 'ceil', 'trunc')}({self.small_float(d - 1)})"),
            (0.5, lambda: f"divmod({a()}, {self.divisor(d - 1)})[{self.one(0, 1)}]"),
            (0.5, lambda: f"pow({a()} % 30, {self.one(0, 1, 2, 3)})"),
            (0.7, lambda: f"({a()} % 20 - 10) ** {self.one(0, 1, 2, 3)}"),
            (0.5, lambda: f"int('{self.one('12', ' -7 ', '0', '1_000', '+5')}')"),
            (0.3, lambda: f"int('{self.one('ff', '1f', '0')}', 16)"),
            (1, lambda: f"(({self.e('bool', d - 1)}) + ({self.e('bool', d - 1)}))"),
            (1.5, lambda: self.optional_int(d)),
            (1, lambda: self.unpack(d)),
            (1.2, lambda: self.consumed(d)),
            (0.7, lambda: f"({a()} {self.one('and', 'or')} {a()})"),
            (0.7, lambda: f"{self.e('pair', 0)}[0]"),
        ]
        return self.weighted(options)()

    def index(self, length, d):
        return self.one(f"{self.e('int', d - 1)} % {length}", "0", "-1", f"-1 - {self.e('int', 0)} % {length}")

    def small_float(self, d):
        return f"({self.e('float', d)} % {self.one(10, 1000, -50.5)})" if self.odds(90) else self.e("float", d)

    def optional_int(self, d):
        o = self.var("oint")
        if not o:
            return self.literal()
        return self.one(f"({o} if {o} is not None else {self.e('int', d - 1)})", f"({self.e('int', 0)} if {o} is None else {o} + 1)", f"({o} or {self.e('int', d - 1)})", f"(0 if not {o} else {o} % 10)")

    def unpack(self, d):
        code, most = self.one(("<h", 6), (">H", 6), ("<i", 4), (">I", 4), ("b", 8), ("<B", 8), ("<q", 1), ("!hB", 5))
        i = self.one(0, 1)if code == "!hB" else 0
        return f"struct.unpack_from('{code}', DATA, {self.e('int', d - 1)} % {most})[{i}]" + (" % 100000" if code == "<q" else "")

    def consumed(self, d):
        """The sum, min, max, any or all of a generator expression."""
        if self.times > 300 or self.plain:
            return self.literal()
        expression = self.genexp(d)
        return self.one(f"sum({expression})", f"sum({expression})", f"max(({expression}), default={self.e('int', 0)})", f"min(({expression}), default=-1)", f"sum(({expression}), {self.e('int', 0)})")

    def genexp(self, d, item="int", wrap=" % 1009", kept=False):
        saved, plain, times = dict(self.scope), self.plain, self.times
        if kept:
            self.scope = {}
        iterable, ty, count = self.iterable(min(d - 1, 1), most=6 if not kept else 40)
        if kept:
            self.plain = True
        v = self.name("v")
        clauses = f"for {v} in {iterable}"
        self.scope[v] = ty
        self.times *= count
        if self.odds(40):
            clauses += f" if {self.e('bool', d - 1)}"
        if self.odds(20) and not kept:
            w = self.name("w")
            clauses += f" for {w} in range({self.one(f'{v} % 4' if ty == 'int' else '3', '3', '2')})"
            self.scope[w] = "int"
            if self.odds(30):
                clauses += f" if {w} != {self.e('int', 0)}"
        result = f"{self.e(item, d - 1)}{wrap} {clauses}"
        self.scope, self.plain, self.times = saved, plain, times
        return result

    def float_(self, d):
        fields = self.fields("float")
        if fields and self.odds(30):
            return self.one(*fields)
        if d <= 0:
            return self.weighted([(6, str(self.r.randint(-40, 40) / 8)), (3, f"({self.one(*FLOATS)})")])
        a = lambda: self.e("float", d - 1)  # noqa: E731
        i = lambda: self.e("int", d - 1)  # noqa: E731
        return self.weighted([
            (6, lambda: f"({a()} {self.one('+', '-', '*')} {self.one(a, i)()})"),
            (2, lambda: f"({i()} {self.one('+', '-', '*')} {a()})"),
            (3, lambda: f"({i()} / {self.divisor(d - 1)})"),
            (2, lambda: f"({a()} / {self.divisor(d - 1)})"),
            (2, lambda: f"({a()} {self.one('//', '%')} {self.one('2.5', '-1.5', '3', '-7', self.divisor(d - 1))})"),
            (1, lambda: f"(-{a()})"),
            (1, lambda: f"float({self.one(i, a, lambda: self.e('num', 0))()})"),
            (1, lambda: f"abs({a()})"),
            (1, lambda: f"round({a()}, {self.one(0, 1, 2, 3, -1)})"),
            (2, lambda: f"({a()} if {self.e('bool', d - 1)} else {a()})"),
            (1, lambda: f"{self.one('min', 'max')}({a()}, {a()})"),
            (1, lambda: f"math.sqrt(abs({a()}))"),
            (1, lambda: f"math.{self.one('sin', 'cos', 'atan', 'tanh', 'fabs', 'degrees')}({a()})"),
            (0.5, lambda: f"math.{self.one('exp', 'cosh')}({self.small_float(d - 1)} % 5)"),
            (0.5, lambda: f"math.{self.one('hypot', 'copysign', 'atan2')}({a()}, {a()})"),
            (0.5, lambda: f"({self.e('num', 0)} * 0.5)"),
            (0.5, lambda: f"({i()} % 9) ** {self.one('0.5', '-1', '-2', '2.0')}" if self.odds(5) else f"(({i()} % 9 + 1) ** {self.one('0.5', '-1', '-2', '2.0')})"),
            (0.7, lambda: f"{self.e('pair', 0)}[1]"),
            (0.4, lambda: f"float('{self.one('1.5', ' 2 ', '1e3', '-0.0', 'inf')}')"),
            (0.4, lambda: f"struct.unpack_from('{self.one('<e', '>e')}', DATA, {i()} % 7)[0]"),
            (0.5, lambda: f"({a()} {self.one('and', 'or')} {a()})"),
        ])()

    def num_(self, d):
        fields = self.fields("num")
        if fields and self.odds(30):
            return self.one(*fields)
        a, b = self.e("int", d - 1), self.e("float", d - 1)
        if d <= 0 or self.odds(30):
            test = self.e("bool", d - 1)
            return self.one(f"({a} if {test} else {b})", f"({b} if {test} else {a})")
        n = self.e("num", d - 1)
        return self.one(f"({n} + {a})", f"({n} - {b})", f"({n} % 1000 * {self.one('2', '0.5', '-1')})", f"(-{n})", f"abs({n})", f"({n} // {self.divisor(0)})", f"({n} % {self.divisor(0)})", f"max({n}, {a})", f"min({b}, {n})", f"round({n}, 1)", f"({n} or {a})")

    def bool_(self, d):
        fields = self.fields("bool")
        if fields and self.odds(30):
            return self.one(*fields)
        compare = lambda: self.one("<", "<=", ">", ">=", "==", "!=")  # noqa: E731
        if d <= 0:
            return self.one("True", "False", f"{self.e('int', 0)} {compare()} {self.e('int', 0)}", f"{self.e('int', 0)} % 2 == 0")
        i = lambda: self.e("int", d - 1)  # noqa: E731
        b = lambda: self.e("bool", d - 1)  # noqa: E731
        text = self.r.choice(("str", "bytes"))
        return self.weighted([
            (6, lambda: f"{i()} {compare()} {i()}"),
            (3, lambda: f"{i()} % {self.one(2, 3, 7, 50)} == {self.one(0, 1)}"),
            (2, lambda: f"{i()} {compare()} {i()} {compare()} {i()}"),
            (2, lambda: f"{self.e('float', d - 1)} {compare()} {self.e(self.one('float', 'int', 'num'), d - 1)}"),
            (1, lambda: f"{self.e('num', d - 1)} {compare()} {self.e(self.one('int', 'num'), d - 1)}"),
            (1, lambda: f"{self.e(text, d - 1)} {compare()} {self.e(text, d - 1)}"),
            (2, lambda: f"({b()} {self.one('and', 'or')} {b()})"),
            (2, lambda: f"(not {b()})"),
            (1, lambda: f"{i()} {self.one('in', 'not in')} ({i()}, {i()}, 3)"),
            (1, lambda: f"{i()} in range({self.literal()}, {self.literal()}, {self.one(1, 2, -3, 5)})"),
            (1, lambda: f"{self.e(text, 0)} {self.one('in', 'not in')} {self.e(text, d - 1)}"),
            (1, lambda: f"{self.e(text, d - 1)}.{self.one('startswith', 'endswith')}({self.e(text, 0)})"),
            (1, lambda: f"{self.e('oint', 0)} {self.one('is', 'is not')} None" if self.vars("oint") else "True"),
            (0.7, lambda: f"{self.e('oint', 0)} {self.one('==', '!=')} {i()}"),
            (1, lambda: (lambda o: f"({o} is not None and {o} {compare()} {i()})")(self.var("oint") or "3") if self.vars("oint") else "False"),
            # Without NaN: CPython finds it equal to itself in a tuple if it is the same object.
            (0.7, lambda: f"({i()}, {i()} / 4) {compare()} ({i()}, {self.r.randint(-40, 40) / 8})"),
            (0.5, lambda: f"bool({self.e(self.one('int', 'float', 'str', 'oint'), d - 1)})"),
            (0.5, lambda: f"isinstance({self.var('num') or '1'}, {self.one('int', 'float')})"),
            (0.7, lambda: f"{self.one('any', 'all')}({self.genexp(d, 'bool', '')})" if self.times <= 300 and not self.plain else "True"),
            (0.5, lambda: f"math.{self.one('isnan', 'isinf', 'isfinite')}({self.e('float', d - 1)})"),
            (0.5, lambda: f"(({b()}) {self.one('&', '|', '^', '==', '!=')} ({b()}))"),
        ])()

    def text(self, value):
        return f"'{value}'" if isinstance(value, str) and "'" not in value and "\t" not in value else repr(value)

    def view(self, ty, names, literals, d):
        a = lambda: self.e("int", d - 1)  # noqa: E731
        base = self.one(*names)
        if d <= 0:
            return self.one(base, self.text(self.one(*literals)))
        return self.weighted([
            (3, lambda: self.text(self.one(*literals))),
            (2, lambda: base),
            (3, lambda: f"{base}[{self.one('', a())}:{self.one('', a())}]"),
            (1, lambda: f"({self.e(ty, d - 1)} if {self.e('bool', d - 1)} else {self.e(ty, d - 1)})"),
            (1, lambda: f"({self.e(ty, d - 1)} {self.one('and', 'or')} {self.e(ty, d - 1)})"),
            (1, lambda: f"{self.one('min', 'max')}({self.e(ty, d - 1)}, {self.e(ty, d - 1)})"),
            (1.5, lambda: f"TEXT[{self.index('len(TEXT)', d)}]" if ty == "str" else f"struct.unpack_from('3s', DATA, {a()} % 5)[0]"),
        ])()

    def str_(self, d):
        return self.view("str", self.fields("str") + ["TEXT", "WORDS"], TEXTS, d)

    def bytes_(self, d):
        return self.view("bytes", ["DATA"], BYTES, d)

    def oint_(self, d):
        fields = self.fields("oint")
        if fields and self.odds(30):
            return self.one(*fields)
        return self.one("None", self.e("int", d - 1), f"({self.e('int', d - 1)} if {self.e('bool', d - 1)} else None)", f"(None if {self.e('bool', d - 1)} else {self.e('int', d - 1)})")

    def pair_(self, d):
        return f"({self.e('int', d - 1)}, {self.e('float', d - 1)})"
