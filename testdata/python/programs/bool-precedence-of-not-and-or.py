for a in (False, True):
    for b in (False, True):
        for c in (False, True):
            print(not a and b or c, a or b and not c, not (a or b) == c, not a == b)
