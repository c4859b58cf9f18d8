"""The cells of a marked table: their values, and where each stands in the text."""

import csv
import io
import re

csv.field_size_limit(2**31 - 1)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,15})(?P<fraction>\.\d{1,17})?(?P<power>e[+-]?\d{1,3})?", re.A)


def rows(text, shape):
    """The rows of a table as lists of values, all as wide as the widest."""
    if shape["layout"] == "tabs":
        table = [line.split("\t") for line in text.split("\n")]
    else:
        read = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=shape["layout"]["delimiter"])
        table = [row for row in read if row]  # an empty line is no row
    width = max(map(len, table), default=0)
    missing = ""
    if shape["reads"] == "values":
        table, missing = [list(map(value, row)) for row in table], None
    for row, column, exact in shape["exact"]:
        if row < len(table) and column < len(table[row]):
            table[row][column] = exact
    for row in table:
        row += [missing] * (width - len(row))
    return table


def value(text):
    """What a cell of a table of values reads as: nothing is None, numbers and TRUE and FALSE are what they say."""
    if text == "":
        return None
    if text == "TRUE" or text == "FALSE":
        return text == "TRUE"
    match = _NUMBER.fullmatch(text)
    if not match:
        return text
    return float(text) if match["fraction"] or match["power"] else int(text)


def place(document, mark, row, column):
    """(start, end) of a cell, by its row and column in the table from 0; None when the row does not reach so far."""
    if row < 0 or column < 0:
        return None
    if mark.table["layout"] != "tabs":
        return _in_quotes(document, mark, row, column)
    start = mark.start
    for _ in range(row):
        start = document.find("\n", start, mark.end) + 1
        if start == 0:
            return None
    end = document.find("\n", start, mark.end)
    end = mark.end if end < 0 else end
    for _ in range(column):
        start = document.find("\t", start, end) + 1
        if start == 0:
            return None
    tab = document.find("\t", start, end)
    return start, end if tab < 0 else tab


def _in_quotes(document, mark, row, column):
    """The same where cells may be in quotes, which are part of the place, and hold line breaks."""
    mask = re.escape(mark.table["layout"]["delimiter"])
    cell = re.compile(rf'(?:"(?:[^"]|"")*"|)[^{mask}\r\n]*')
    at, rows, cells = mark.start, 0, 0
    while at <= mark.end:
        match = cell.match(document, at, mark.end)
        if rows == row and cells == column:
            return match.span()
        at = match.end()
        if at >= mark.end or rows > row:
            return None
        if document[at] in "\r\n":
            at += 2 if document.startswith("\r\n", at) else 1
            while at < mark.end and document[at] in "\r\n":
                at += 1
            rows, cells = rows + 1, 0
        else:
            at, cells = at + 1, cells + 1
    return None


def addressed(document, mark, row, column):
    """(start, end) of a cell by its 0-based row and column in the sheet; None where the table has no such cell."""
    origin = mark.table and mark.table["origin"]
    return place(document, mark, row - origin[0], column - origin[1]) if origin else None
