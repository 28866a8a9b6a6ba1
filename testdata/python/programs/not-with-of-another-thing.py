class Guard:
    def __enter__(self):
        return 1

    def __exit__(self, a, b, c):
        return None


with Guard() as g:
    print(g)
