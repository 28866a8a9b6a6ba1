# Words of the language and names of types, as names.
@0x9a00000000000021;

struct Words {
  struct @0 :Text; union @1 :Text; enum @2 :Text; interface @3 :Text; const @4 :Text; annotation @5 :Text; using @6 :Text;
  import @7 :Text; group @8 :Text; extends @9 :Text; embed @10 :Text; true @11 :Bool; false @12 :Bool; void @13 :Void; inf @14 :Float32;
  nan @15 :Float32; stream @16 :Text; file @17 :Text; list @18 :Text; id @19 :Text; in @20 :Text; of @21 :Text; on @22 :Text; as @23 :Text; with @24 :Text; from @25 :Text; fixed @26 :Text;
}
enum Kind { struct @0; true @1; void @2; inf @3; import @4; }
struct Uses { a @0 :Kind = struct; b @1 :Kind = import; c @2 :List(Kind) = [void, inf, struct]; d @3 :Words = (struct = "s", union = "u", true = true, nan = 1); }
struct UpperCase { uRL @0 :Text; a1b2 @1 :Text; xY @2 :Text; }
