def kind(x):
    if isinstance(x, bool):
        return "bool"
    if isinstance(x, int):
        return "int"
    if isinstance(x, float):
        return "float"
    if isinstance(x, str):
        return "str"
    return "other"


print(kind(True), kind(5), kind(5.0), kind("5"), kind(b"5"))
print(isinstance(1, int), isinstance(True, int), isinstance(1.0, int), isinstance("a", (int, str)))
