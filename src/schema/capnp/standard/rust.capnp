@0x83b3c14c3c8dd083;

annotation name @0xc2fe4c6d100166d0 (field, struct, enum, enumerant, union, group) :Text;
annotation parentModule @0xabee386cd1450364 (file) :Text;
annotation option @0xabfef22c4ee1964e (field) :Void;
