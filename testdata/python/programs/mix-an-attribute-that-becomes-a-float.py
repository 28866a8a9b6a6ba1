class Account:
    def __init__(self):
        self.balance = 0

    def add(self, amount):
        self.balance += amount


a = Account()
print(a.balance)
a.add(0.5)
print(a.balance)
a.add(0.5)
print(a.balance)
b = Account()
print(b.balance)
