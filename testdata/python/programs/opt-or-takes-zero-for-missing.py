def scale(x=None):
    return x or 10


print(scale(), scale(5), scale(0), scale(None))
