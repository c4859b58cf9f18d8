"""Tables that a text looks like: delimited values, Markdown's bars, and columns lined up with spaces."""

import csv
import io
import re

_RULE = re.compile(r"^[\s|:+=-]*[-=]{2,}[\s|:+=-]*$")
_GAP = re.compile(r"\t+|[ \xa0]{2,}")
_DELIMITERS = ("\t", ";", "|", ",")
_LEAST_ROWS = {"\t": 2, ";": 2, "|": 2, ",": 2, "gap": 3}
_LONGEST_CELL = 400  # in characters: what is longer, among commas, is prose


def find(text):
    """(start, end, rows) of each, rows as lists of texts."""
    return _whole(text) or _blocks(text)


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
