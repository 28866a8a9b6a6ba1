def greet(name=None, greeting="Hello"):
    if name is None:
        name = "world"
    print(f"{greeting}, {name}!")


greet()
greet("Ada")
greet(greeting="Good day")
greet(greeting="Bye", name="Bob")
