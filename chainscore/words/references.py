"""Cell references: D12, AA7."""

from __future__ import annotations

from functools import cache


@cache
def column_letters(column: int) -> str:
    """``1`` → A, ``27`` → AA."""
    letters = ""
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def column_number(letters: str) -> int:
    """``A`` → 1, ``AA`` → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def cell_reference(row: int, column: int) -> str:
    """``(12, 4)`` → D12."""
    return f"{column_letters(column)}{row}"


def row_and_column(cell: str) -> tuple[int, int]:
    """``D12`` → ``(12, 4)``; of a whole row, ``12:12``, the column is 0."""
    if ":" in cell:
        return int(cell.partition(":")[0]), 0
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]), column_number(letters)
