class Node:
    def __init__(self, value, next):
        self.value = value
        self.next = next


def build(n):
    head = None
    for i in range(n):
        head = Node(i * i, head)
    return head


def total(node):
    t = 0
    while node is not None:
        t += node.value
        node = node.next
    return t


print(total(build(0)), total(build(1)), total(build(5)), total(build(200)))
n = build(4)
while n is not None:
    print(n.value)
    n = n.next
