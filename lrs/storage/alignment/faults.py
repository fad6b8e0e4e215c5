"""What is wrong with an analyst's file, gathered up to a number that somebody may still read."""

from lrs.errors import Fault, InvalidFile

_MOST = 100


class Faults:
    """Collects faults, so that a file is corrected in one go and not one line at a time."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(self, path: str, code: str, message: str) -> None:
        """Note a fault. Raises InvalidFile once there are more than anybody corrects by hand."""
        self._found.append(Fault(path, code, message))
        if len(self._found) >= _MOST:
            self.check()

    def check(self) -> None:
        """Raise InvalidFile if anything was noted."""
        if self._found:
            raise InvalidFile(self._found)


def refuse(path: str, code: str, message: str) -> InvalidFile:
    """The error for a file with this one fault."""
    return InvalidFile([Fault(path, code, message)])
