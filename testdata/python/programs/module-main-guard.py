def main():
    print("main")
    return 3


print(__name__ == "__main__")
if __name__ == "__main__":
    n = main()
    print(n)
else:
    print("never")
