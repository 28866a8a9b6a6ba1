"""Trees of arithmetic, a tree a message: their values, added up.

    wirelens run examples/expression.py testdata/rows/expression.bin
"""

import sys

import wirelens


def evaluate(tree):
    left = tree.left.value if tree.left.which() == "value" else evaluate(tree.left.expression)
    right = tree.right.value if tree.right.which() == "value" else evaluate(tree.right.expression)
    if tree.operation == "add":
        return left + right
    if tree.operation == "subtract":
        return left - right
    if tree.operation == "multiply":
        return left * right
    if tree.operation == "least":
        return min(left, right)
    return max(left, right)


def main():
    trees = 0
    total = 0
    for tree in wirelens.open(sys.argv[1], schema="../schemas/expression.capnp", record="Expression"):
        trees += 1
        total += evaluate(tree)
    print(f"{trees} trees, their values together {total}")


if __name__ == "__main__":
    main()
