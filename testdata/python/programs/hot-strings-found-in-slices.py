TEXT = "the lens and the wire and the lenses of the wires"
count = 0
where = 0
for i in range(400):
    part = TEXT[i % 30:i % 30 + 20]
    if "lens" in part:
        count += 1
    at = part.find("wire")
    where += at
    if part.startswith("the") or part.endswith("and"):
        count += 100
print(count, where)
