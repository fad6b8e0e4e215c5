"""What a verifier says when something does not hold."""


class NotVerified(ValueError):
    """A proof, a signature or a note does not show what it is said to show."""
