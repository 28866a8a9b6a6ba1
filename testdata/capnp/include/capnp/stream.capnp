# What `-> stream` means: the name and the ids are the format's.
@0x86c366a91393f3f8;

struct StreamResult @0x995f9a3377c0b16e {}
