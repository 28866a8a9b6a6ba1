# Parcels, of which anything may be unknown: the numbers of rows.h as unions of none and a value.
@0xe4a1d6c02b7f9358;

struct Row {
  width :union {       # cm
    none @0 :Void;
    value @1 :Float64;
  }
  height :union {      # cm
    none @2 :Void;
    value @3 :Float64;
  }
  depth :union {       # cm
    none @4 :Void;
    value @5 :Float64;
  }
  weight :union {      # kg
    none @6 :Void;
    value @7 :Float64;
  }
  distance :union {    # km
    none @8 :Void;
    value @9 :Float64;
  }
  speed :union {       # km/h
    none @10 :Void;
    value @11 :Float64;
  }
  worth :union {       # of what is in it
    none @12 :Void;
    value @13 :Float64;
  }
  discount :union {    # 0 to 1
    none @14 :Void;
    value @15 :Float64;
  }
  surcharge :union {   # 0 to 1
    none @16 :Void;
    value @17 :Float64;
  }
}
