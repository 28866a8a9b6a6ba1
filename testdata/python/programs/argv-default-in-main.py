import sys


def main():
    n = 5
    if len(sys.argv) > 1:
        n = int(sys.argv[1])
    print(sum(i * i for i in range(n)))


if __name__ == "__main__":
    main()
