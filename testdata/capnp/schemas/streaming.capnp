# Methods that stream.
@0x9a0000000000000e;

interface Sink { write @0 (chunk :Data) -> stream; done @1 () -> (size :UInt64); other @2 Chunk -> stream; }
struct Chunk { bytes @0 :Data; }
interface Typed(T) { put @0 (it :T) -> stream; }
