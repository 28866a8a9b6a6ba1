//! The examples of the help, and what stands below them.

pub const MORE: &str = "'--help' has all options, examples and exit codes.";

pub const EXIT_CODES: &str = "\
Exit codes:
  0  success
  2  wrong usage, or the system refused something
  3  the schema or an expression is wrong
  5  the data is wrong (also: the last record is cut short; the result is over
     those before it)";

pub const ALL_EXAMPLES: &str = "\
Examples:
  wirelens barycenter testdata/poly.bin
  wirelens barycenter ticks.bin --schema ticks.h --record Quote \\
      --points bid,ask --json
  wirelens eval 'max(t.a.x for t in records), len(records)' testdata/poly.bin
  wirelens cat testdata/poly.bin --limit 3
  wirelens select 'a.x, b.x - a.x as dx' testdata/poly.bin --where 'a.y > 999'
  wirelens schema testdata/poly.h
  wirelens dump --schema testdata/poly.h --record Triangle \\
      't.a.x + t.b.x + t.c.x'

'wirelens COMMAND --help' has more of them, and all options.
";

pub const BARYCENTER_EXAMPLES: &str = "\
Examples:
  wirelens barycenter testdata/poly.bin
      the layout comes from testdata/poly.h, the record is the struct that no
      other contains

  wirelens barycenter track.bin --schema geo.h --record Segment --points from,to
      of the record's points only these two

  wirelens barycenter shapes.bin --points 'corner[0],corner[2],box.low' --json
      elements of arrays, and structs within structs; one JSON object

  wirelens barycenter part.stl --schema stl.h --points v1,v2,v3
      points that are arrays, 'float v1[3]': x, y and z

  zstd -dc poly.bin.zst | wirelens barycenter - --schema poly.h
      from standard input

  wirelens barycenter scene.bin --schema poly.capnp --record Polygons \\
      --each triangles
      of Cap'n Proto messages, each element of a list

  wirelens barycenter poly.bin --skip 64 --big-endian --stats
      64 bytes of file header, all numbers big-endian; what the run did, on
      standard error
";

pub const EVAL_EXAMPLES: &str = "\
Examples:
  wirelens eval 'sum(t.a.x for t in records) / len(records)' testdata/poly.bin
      one value alone

  wirelens eval \\
      'low=min(t.price for t in records), high=max(t.price for t in records)' \\
      ticks.bin --schema ticks.h
      several, with names

  wirelens eval \\
      'sum(t.n for t in records if t.x > 1), any(t.n == 0 for t in records)' \\
      mon.bin tue.bin
      with conditions; two files as if they were one

  wirelens eval 'sum(p.x for t in records for p in t.points if p.x > 0)' \\
      shapes.bin --schema shapes.capnp
      over the lists in records

  wirelens eval 'max((t.x for t in records if t.x < 0), default=None)' \\
      points.bin --json
      of nothing, what is said
";

pub const RUN_EXAMPLES: &str = "\
Examples:
  wirelens run examples/leibniz.py
      a script without records runs as it does under Python

  wirelens run examples/triangles_schema.py testdata/poly.bin
      one that opens its first argument:
      for t in wirelens.open(sys.argv[1], schema=\"poly.h\", record=\"Triangle\"): …
";

pub const CAT_EXAMPLES: &str = "\
Examples:
  wirelens cat testdata/poly.bin --limit 3
      the first three records

  wirelens cat ticks.bin --schema ticks.h --record Quote --offset 1000000 \\
      --limit 1
      one record out of the middle

  wirelens cat people.bin --schema addressbook.capnp --record AddressBook
      messages of Cap'n Proto, as its own `capnp convert binary:json` prints
      them

  wirelens cat ticks.bin --schema ticks.h | \\
      jq -c 'select(.side == \"BUY\") | .bid'
      what another tool makes of it
";

pub const SELECT_EXAMPLES: &str = "\
Examples:
  wirelens select 'a.x, a.y, b.x - a.x as dx' testdata/poly.bin
      three columns, and a line with their names above them

  wirelens select '*' testdata/poly.bin --where 'a.x > 999 and a.y < 1' --json
      all fields of few records, as objects of JSON

  wirelens select 'symbol, bid.whole + bid.fraction as bid' ticks.bin \\
      --schema ticks.h --limit 10
      the first ten rows

  wirelens select 'x, y' scene.bin --schema poly.capnp --record Scene \\
      --each points
      of Cap'n Proto messages, each element of a list

  wirelens select 'max(a.x, b.x) as \"most, of two\"' testdata/poly.bin \\
      --no-header > most.csv
      a name may be anything that stands in quotes
";

pub const SCHEMA_EXAMPLES: &str = "\
Examples:
  wirelens schema testdata/poly.h
      all structs and enums

  wirelens schema ticks.h --record Quote
      one struct, and those that it is made of

  wirelens schema addressbook.capnp -I /usr/include
      with imports from there

  wirelens schema ticks.h --check && echo good
      only whether it is right

  wirelens schema ticks.h --json | jq '.structs[] | {name, size}'
      the same for another tool
";

pub const DUMP_EXAMPLES: &str = "\
Examples:
  wirelens dump --schema testdata/poly.h 't.a.x + t.b.x + t.c.x'
      the optimized region: loads and adds, no objects

  wirelens dump --schema testdata/poly.h --stage program 't.a.x'
      the program as the interpreter runs it: accessors and loops

  wirelens dump --schema ticks.h --record Trade --stage asm \\
      't.price * t.count' 't.count'
      machine code for two totals in one loop

  wirelens dump --schema testdata/poly.h --eval 'max(t.a.x for t in records)'
      what `wirelens eval` goes over records with

  wirelens dump --schema testdata/poly.h --stage trace
      of the barycenter, since no expression is given
";

pub const EXPLAIN_EXAMPLES: &str = "\
Examples:
  wirelens explain examples/leibniz.py
      a script, and what it finds in sys.argv, as for `wirelens run`

  wirelens explain run --jit=eager examples/leibniz.py
      with options

  wirelens explain --html=why.html eval \\
      'sum(t.a.x for t in records if t.a.y > 5)' testdata/poly.bin
      of expressions, as a page: source, regions, IR and machine code side by
      side

  wirelens explain select 'a.x, a.y' testdata/poly.bin --where 'a.x > 999'
      the rows are not printed
";
