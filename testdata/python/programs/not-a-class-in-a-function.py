def outer():
    class Inner:
        pass

    return 1


print(outer())
