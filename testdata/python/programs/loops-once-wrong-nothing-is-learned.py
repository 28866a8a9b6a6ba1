# 'unset' is never assigned. A walk that went on behind that took what it found for known, and the line printed behind
# the loop was lost.


def one():
    least = min((1 for k in range(-6, 0, 1)))
    yield least


def main():
    for x in one():
        total = 0
        for i in range(60):
            if i:
                pass
            elif i:
                total = total + unset
            if i == 100:
                unset = i
        print('total', total)


main()
