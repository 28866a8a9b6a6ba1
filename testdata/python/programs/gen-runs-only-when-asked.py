def loud(n):
    print("start")
    for i in range(n):
        print("give", i)
        yield i
    print("end")


g = loud(3)
print("made")
print(next(g))
print("pause")
print(next(g))
for x in g:
    print("rest", x)
print("done")
