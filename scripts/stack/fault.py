"""What the user is told when something cannot be done."""


class StackError(Exception):
    """Names what is wrong and, where there is one, the way out."""
