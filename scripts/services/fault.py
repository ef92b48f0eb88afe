"""What the user is told when something cannot be done."""


class ServicesError(Exception):
    """Names what is wrong and, where there is one, the way out."""
