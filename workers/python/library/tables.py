"""`table`: rows from text, or rows to look at: a list of dicts that prints as a table either way."""

import csv
import io
import re

from sonde.search import Span

_RULE = re.compile(r"^[\s|:+=-]*[-=]{2,}[\s|:+=-]*$")
_GAP = re.compile(r"\t+|[ \xa0]{2,}")
_DELIMITERS = ("\t", ";", "|", ",")
_LEAST_ROWS = {"\t": 2, ";": 2, "|": 2, ",": 2, "gap": 3}
_LONGEST_CELL = 400  # in characters: what is longer, among commas, is prose
_SHOWN_ROWS, _SHOWN_CELL, _SHOWN_WIDTH = 20, 40, 160


class Table(list):
    """Rows as dicts of texts, in order. `columns`: their names. `place`: the span they were read from, if any.

    `found`: how many tables there were to choose from. Prints as aligned columns, cut to a few rows.
    """

    def __init__(self, rows=(), columns=(), place=None, found=0):
        super().__init__(rows)
        self.columns, self.place, self.found = list(columns), place, found

    def __repr__(self):
        if not self.columns:
            return "no table"
        shown = [[_short(row.get(column, "")) for column in self.columns] for row in self[:_SHOWN_ROWS]]
        widths = [max(map(len, cells)) for cells in zip(map(_short, self.columns), *shown)]
        lines = [[_short(column) for column in self.columns], ["-" * width for width in widths], *shown]
        text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
        text = [line if len(line) <= _SHOWN_WIDTH else line[: _SHOWN_WIDTH - 1] + "…" for line in text]
        if len(self) > _SHOWN_ROWS:
            text.append(f"… {len(self) - _SHOWN_ROWS:,} more rows")
        return "\n".join(text)

    __str__ = __repr__

    def __reduce__(self):
        return Table, (list(self), self.columns, self.place, self.found)


def from_rows(rows):
    """A table of rows given as dicts, or as lists of which the first holds the names."""
    rows = list(rows)
    if all(isinstance(row, dict) for row in rows):
        columns = list(dict.fromkeys(str(key) for row in rows for key in row))
        return Table(({str(key): value for key, value in row.items()} for row in rows), columns, found=bool(rows))
    if not all(isinstance(row, (list, tuple)) for row in rows):
        raise TypeError("rows are dicts, or lists of which the first holds the names of the columns")
    return _named([list(row) for row in rows], None)


def from_text(source, nth):
    """The `nth` table of a text, from 0; of a text without one, an empty table."""
    blocks = _whole(source.text) or _blocks(source.text)
    if not blocks:
        return Table()
    if not -len(blocks) <= nth < len(blocks):
        raise IndexError(f"there are {len(blocks)} tables in this text; nth may be 0 to {len(blocks) - 1}")
    start, end, rows = blocks[nth]
    table = _named(rows, source.span(start, end))
    table.found = len(blocks)
    return table


def _named(rows, place):
    """The first row names the columns; what has no name, or one twice, is numbered."""
    header, *body = rows or [[]]
    width = max(map(len, rows), default=0)
    columns = []
    for index in range(width):
        name = str(header[index]).strip() if index < len(header) else ""
        name = name or f"column {index + 1}"
        columns.append(name if name not in columns else f"{name} ({index + 1})")
    dicts = [dict(zip(columns, [*row, *[""] * (width - len(row))])) for row in body]
    return Table(dicts, columns, place, 1 if columns else 0)


def _whole(text):
    """The text as one file of delimited values, or None; values in quotes may hold line breaks."""
    sample = text[:20_000].lstrip("\ufeff\r\n")
    first = sample.split("\n", 1)[0]
    if sample.lstrip().startswith("|"):
        return None
    for delimiter in sorted(_DELIMITERS, key=first.count, reverse=True):
        if not first.count(delimiter):
            continue
        width = len(_read(first, delimiter)[0])
        # The last row of a sample is not whole.
        rows = _read(sample, delimiter)[: -1 if len(text) > len(sample) else None]
        if len(rows) < 2 or any(len(row) != width for row in rows) or not _is_data(rows, delimiter):
            continue
        rows = _read(text.lstrip("\ufeff"), delimiter)
        if sum(len(row) == width for row in rows) >= 0.98 * len(rows):
            return [(0, len(text), rows)]
    return None


def _read(text, delimiter):
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    return [[cell.strip() for cell in row] for row in rows if row]


def _is_data(rows, delimiter):
    """Commas part clauses as well: cells of a table are short, and there are three columns or two of plain values."""
    if delimiter != ",":
        return True
    cells = [cell for row in rows for cell in row]
    if any(len(cell) > _LONGEST_CELL for cell in cells):
        return False
    if sum(row[-1].endswith((".", "!", "?", ":")) for row in rows) > len(rows) / 2:
        return False  # sentences
    words = sum(cell.count(" ") + 1 for cell in cells) / max(1, len(cells))
    return words <= 4 or len(rows) >= 5 and words <= 10


def _blocks(text):
    """(start, end, rows) of the tables that stand between other lines."""
    found, lines, at = [], [], 0
    for line in text.split("\n"):
        lines.append((at, line.rstrip("\r")))
        at += len(line) + 1
    index = 0
    while index < len(lines):
        kind = _kind(lines[index][1])
        end = index + 1
        while kind and end < len(lines) and (_kind(lines[end][1]) == kind or _RULE.match(lines[end][1])):
            end += 1
        block = lines[index:end]
        rows = _rows(kind, [line for _, line in block]) if kind else None
        if rows:
            found.append((block[0][0], block[-1][0] + len(block[-1][1]), rows))
        index = end if rows or not kind else index + 1
    return found


def _kind(line):
    """What parts the cells of a line, and into how many; None when nothing does."""
    if not line.strip() or _RULE.match(line):
        return None
    bars = line.count("|")
    if bars >= 2 or bars == 1 and line.strip()[0] != "|":
        return "|", len(_bar_cells(line))
    for delimiter in ("\t", ";", ","):
        count = line.count(delimiter)
        if count >= (2 if delimiter != "\t" else 1):
            if '"' in line:
                count = len(_read(line, delimiter)[0]) - 1
            return delimiter, count + 1
    return ("gap", 0) if _GAP.search(line.strip()) else None


def _rows(kind, lines):
    delimiter, width = kind
    lines = [line for line in lines if not _RULE.match(line)]
    if len(lines) < _LEAST_ROWS[delimiter]:
        return None
    if delimiter == "gap":
        return _aligned(lines)
    if delimiter == "|":
        return [_bar_cells(line) for line in lines]
    if width < 3 and len(lines) < 3:
        return None
    rows = _read("\n".join(lines), delimiter)
    return rows if _is_data(rows, delimiter) and (delimiter != "," or len(rows) >= 3) else None


def _bar_cells(line):
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


def _aligned(lines):
    """Rows of columns that begin at the same places, parted by two spaces or more; None when they do not line up."""
    header = list(re.finditer(r"\S+(?:[ \xa0]\S+)*", lines[0].expandtabs()))
    if len(header) < 2:
        return None
    rows = [[match[0] for match in header]]
    straight = 0
    for line in lines[1:]:
        line = line.expandtabs()
        cells = list(re.finditer(r"\S+(?:[ \xa0]\S+)*", line))
        row = [""] * len(header)
        for cell in cells:
            # A cell belongs to the heading it stands under, at either edge or across it.
            column = min(range(len(header)), key=lambda at: _apart(cell, header[at]))
            straight += _apart(cell, header[column]) == 0
            row[column] = f"{row[column]} {cell[0]}".strip()
        rows.append(row)
    cells = sum(bool(cell) for row in rows[1:] for cell in row)
    return rows if cells >= 1.5 * (len(rows) - 1) and straight >= 0.9 * cells else None


def _apart(cell, heading):
    """Characters between a cell and a heading; 0 where they overlap."""
    return max(0, heading.start() - cell.end() + 1, cell.start() - heading.end() + 1)


def _short(value):
    text = " ".join((value.text if isinstance(value, Span) else str(value)).split())
    return text if len(text) <= _SHOWN_CELL else text[: _SHOWN_CELL - 1] + "…"
