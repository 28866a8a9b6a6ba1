print(len(str(12345)))
