"""The errors a user can mend: one line that says what happened and what to do next."""


class ImportgraphError(Exception):
    """A problem with what the user gave us; the command line prints it in one line and exits with 2.

    Args:
        message: What happened and where, in the user's words.
        hint: What to do next; printed after the message.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(ImportgraphError):
    """A path, module, code or option that does not exist or does not fit."""


class ConfigError(ImportgraphError):
    """A configuration file that cannot be read or holds something we do not know."""
