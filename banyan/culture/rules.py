"""How long a charter may be. Pure."""

MOST_LINES = 9
LONGEST_LINE = 160


def lines_of(text: str) -> list[str]:
    """The sentences of a text, one a line; list marks and empty lines fall away."""
    found = (line.strip().lstrip("-*•·").strip() for line in text.splitlines())
    return [line for line in found if line]
