def name(s):
    return s or "nobody"


print(name(""), name("Ada"), name(" "))
print(not "", not "x", bool("False"))
