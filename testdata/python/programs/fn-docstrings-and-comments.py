"""A module's docstring."""


def f(x):
    """A docstring."""
    # A comment.
    return x  # another


class C:
    """A class's docstring."""

    def m(self):
        """A method's."""
        return 1


"a string on its own"
5
print(f(2), C().m())
