print("-" * 20)
