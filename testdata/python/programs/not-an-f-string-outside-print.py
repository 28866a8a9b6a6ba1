n = 5
text = f"{n} items"
print(text)
