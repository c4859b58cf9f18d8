"""`table` and `.tables`: rows from text, or rows to look at: a list of dicts that prints as a table either way."""

from sonde import cells, documents, likely_tables
from sonde.lazy import LazyList
from sonde.spans import Span
from sonde.structure import column_name

_SHOWN_ROWS, _SHOWN_CELL, _SHOWN_WIDTH, _SHOWN_TABLES = 20, 40, 160, 50


class _Cells(tuple):
    """The values of a row that has not been looked at as a dict."""


class Table(LazyList):
    """Rows as dicts, in order, without the header. `columns` or `header`: their names. `rows`: the same as lists.

    `place`: the span they were read from, if any; `where`, `label`: its place in words, its name. `found`: how many
    tables there were to choose from. `dicts()`, `markdown()`, `cell(row, column)`. Prints as aligned columns.
    """

    def __init__(self, rows=(), columns=(), place=None, found=0, label="", origin=None):
        super().__init__(rows)
        self.columns, self.found, self.label = list(columns), found, label
        self._place, self._origin = place, origin  # the latter: the document and the mark it was read from

    def _read(self, index):
        row = list.__getitem__(self, index)
        if type(row) is _Cells:
            row = dict(zip(self.columns, row))
            list.__setitem__(self, index, row)
        return row

    @property
    def header(self):
        return self.columns

    @property
    def rows(self):
        """The rows as lists of values, without the header."""
        get = list(self.columns)
        return [
            list(row) if type(row) is _Cells else [row.get(column, "") for column in get] for row in list.__iter__(self)
        ]

    @property
    def place(self):
        if self._place is None and self._origin is not None:
            known, mark = self._origin
            return _span(documents.text_of(known), mark.start, mark.end)
        return self._place

    @property
    def where(self):
        return "" if self.place is None else self.place.where

    def dicts(self):
        return self._all()

    def cell(self, row, column):
        """The text of a cell as a span, whose `where` is its address; `row` from 0, `column` a name or a number from 0."""
        column = self.columns.index(column) if isinstance(column, str) else column
        if self._origin is None:
            raise LookupError("this table was not read from a marked table, so its cells have no places")
        document, mark = documents.text_of(self._origin[0]), self._origin[1]
        row = range(len(self))[row] + bool(mark.table["header"])
        found = cells.place(document, mark, row, range(len(self.columns))[column])
        start, end = found or (mark.end, mark.end)
        return _span(document, start, end)

    def markdown(self, rows=None):
        """A table of Markdown, cut to so many rows if any."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows[:rows]]
        return "\n".join(f"| {' | '.join(map(_escaped, line))} |" for line in lines)

    def __repr__(self):
        if not self.columns:
            return "no table"
        shown = [[_short(row.get(column, "")) for column in self.columns] for row in self[:_SHOWN_ROWS]]
        widths = [max(map(len, texts)) for texts in zip(map(_short, self.columns), *shown)]
        lines = [[_short(column) for column in self.columns], ["-" * width for width in widths], *shown]
        text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
        text = [line if len(line) <= _SHOWN_WIDTH else line[: _SHOWN_WIDTH - 1] + "…" for line in text]
        if len(self) > _SHOWN_ROWS:
            text.append(f"… {len(self) - _SHOWN_ROWS:,} more rows")
        return "\n".join(text)

    __str__ = __repr__

    def __reduce_ex__(self, protocol):
        return Table, (self._all(), self.columns, self.place, self.found, self.label)

    def __copy__(self):
        return Table(self._all(), self.columns, self.place, self.found, self.label, self._origin)


class Tables(LazyList):
    """The tables of a document, read when touched. Prints one to a line."""

    def __init__(self, document, items):
        super().__init__(items)
        # The document keeps its tables, so they must not keep it.
        self._name, self._known = document.name, document._origin or document

    def _read(self, index):
        item = list.__getitem__(self, index)
        if not isinstance(item, Table):
            item = _from_mark(self._known, item)
            list.__setitem__(self, index, item)
        return item

    def __repr__(self):
        if not self:
            return f"[] ({self._name or 'this text'} has no tables)"
        return "\n".join(f"{index}: {_told(table)}" for index, table in enumerate(self[:_SHOWN_TABLES])) + (
            f"\n… {len(self) - _SHOWN_TABLES:,} more tables" if len(self) > _SHOWN_TABLES else ""
        )


def _told(table):
    """`[name @ 10-90] (Sheet1) Prices: 12 rows of item, price`"""
    place = table.place._head if table.place is not None else ""
    names = ", ".join(map(_short, table.columns[:12])) + (", …" if len(table.columns) > 12 else "")
    label = f"{table.label}: " if table.label else ""
    return f"{place} {label}{len(table):,} row{'' if len(table) == 1 else 's'} of {names}"


def of_document(document):
    """The tables that are marked in a document; where none is, those its text looks like."""
    marks = document._structure.marks("table")
    if marks:
        return Tables(document, marks)
    blocks = likely_tables.find(document)
    places = [_span(document, start, end) for start, end, _ in blocks]
    return Tables(document, [_named(rows, place) for (_, _, rows), place in zip(blocks, places)])


def _from_mark(known, mark):
    """`known`: the document, or its origin."""
    rows = cells.rows(documents.text_of(known)[mark.start : mark.end], mark.table)
    table = _named(rows, None) if mark.table["header"] else _unnamed(rows, mark.table["origin"])
    table.label, table.found, table._origin = mark.label, 1, (known, mark)
    return table


def _span(document, start, end):
    return Span(document[start:end], document.index, document.name, start)


def _unnamed(rows, origin):
    """Columns without names are called as in their sheet, or numbered."""
    first = origin[1] if origin else None
    width = max(map(len, rows), default=0)
    columns = [f"column {at + 1}" if first is None else column_name(first + at) for at in range(width)]
    return Table([_Cells(row) for row in rows], columns)


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
    """The `nth` table of a text, from 0: of those that are marked in it, if any are. Without one, an empty table."""
    marked = source.marks("table")
    if marked:
        table = _from_mark(source.whole, _nth(marked, nth))
        table.found = len(marked)
        return table
    blocks = likely_tables.find(source.text)
    if not blocks:
        return Table()
    start, end, rows = _nth(blocks, nth)
    table = _named(rows, source.span(start, end))
    table.found = len(blocks)
    return table


def _nth(tables, nth):
    if not -len(tables) <= nth < len(tables):
        raise IndexError(f"there are {len(tables)} tables in this text; nth may be 0 to {len(tables) - 1}")
    return tables[nth]


def _named(rows, place):
    """The first row names the columns; what has no name, or one twice, is numbered."""
    header, *body = rows or [[]]
    width = max(map(len, rows), default=0)
    columns = []
    for index in range(width):
        name = _text(header[index]).strip() if index < len(header) else ""
        name = name or f"column {index + 1}"
        columns.append(name if name not in columns else f"{name} ({index + 1})")
    rows = [_Cells(row) if len(row) == width else _Cells([*row, *[""] * (width - len(row))]) for row in body]
    return Table(rows, columns, place, 1 if columns else 0)


def _short(value):
    text = " ".join(_text(value).split())
    return text if len(text) <= _SHOWN_CELL else text[: _SHOWN_CELL - 1] + "…"


def _text(value):
    if isinstance(value, Span):
        return value.text
    return "" if value is None else str(value)


def _escaped(value):
    """The text of a cell as Markdown has it, on one line."""
    text = _text(value).strip().replace("\\", "\\\\").replace("|", "\\|")
    return "<br>".join(text.splitlines()).replace("\t", " ")
