ages = {"ada": 36, "bob": 40}
print(ages["ada"])
