class Node:
    def __init__(self, value, next):
        self.value = value
        self.next = next


def third(node):
    return node.next.next.value  # fails


print(third(Node(1, Node(2, Node(3, None)))))
print(third(Node(1, Node(2, None))))
