print("tab\there", "quote\"", 'single\'', "back\\slash", "nul\0end", "bell\x07")
print("\x41\u00e9\U0001f642\101", "\N{BULLET}")
print(r"raw\n", "joined " "literals " 'here')
print(len("\n"), len(r"\n"), len("\u65e5"), ord("\n"), ord("\x7f"))
print("""three
lines
here""")
