class Node:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None


def insert(node, key):
    if node is None:
        return Node(key)
    if key < node.key:
        node.left = insert(node.left, key)
    elif key > node.key:
        node.right = insert(node.right, key)
    return node


def depth(node):
    if node is None:
        return 0
    return 1 + max(depth(node.left), depth(node.right))


def show(node):
    if node is not None:
        show(node.left)
        print(node.key, end=" ")
        show(node.right)


root = None
x = 17
for i in range(60):
    x = x * 37 % 101
    root = insert(root, x)
show(root)
print()
print(depth(root))
