# 'unset' is never assigned. Types that are inferred after that error must not be recorded as known: otherwise
# the line that is printed after the loop is lost.


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
