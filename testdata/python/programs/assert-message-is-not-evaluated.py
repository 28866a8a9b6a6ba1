def loud():
    print("never")
    return 1


assert 1 + 1 == 2, loud()
print("held")
