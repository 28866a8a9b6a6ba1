#!shebang
# The comment of the file stands
# in front of its id?
@0x9a0000000000001b;
# Or behind it.

# In front of a struct.
struct Documented {
  # What the struct is.
  #
  #   Indented, with a blank line before.
  #No space.
  #	A tab.

  # Not a part of it, as a blank line lies between.
  a @0 :UInt8;  # Behind a field.
  b @1 :UInt8;
  # Below a field.
  # In two lines.
  c @2 :UInt8;

  # Below a blank line.

  u :union {
    # What the union is.
    d @3 :Void;  # d
    e @4 :Void;
    # e
  }
  g :group {
    # What the group is.
    f @5 :UInt8;
    # What f is: ünïcödé 水.
  }
  struct Inner {  # Behind the brace.
    h @0 :UInt8;
  }
  union {
    # What the unnamed union is.
    i @6 :Void;
    # i
    j @7 :Void;
  }
  const k :Int32 = 3;
  # What k is.
  using T = Text;
  # What T is.
  l @8 :T;
}
# After the struct.

enum Kind {
  # What the enum is.
  a @0;  # The first.
  b @1;
  # The second.
}

interface Service {
  # What the service does.
  call @0 (a :Int32,  # a parameter
      b :Int32) -> (c :Int32);
  # What the method does.
  other @1 ();
}

const constant :Int32 = 5;
# What the constant is.

annotation note(*) :Text;
# What the annotation is.

struct Empty {
  # Only a comment.
}
struct Multi { a @0 # within
  :UInt8 # more
  = 5 # still
  ; # at its end
  # and below
}
