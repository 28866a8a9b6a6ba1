print("{} items".format(3))
