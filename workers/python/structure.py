"""What the text of a document is made of: marks into it, and the place of a span in words, as the screen words it."""

import bisect
import re

# The most telling first; as in the page's `places.ts`, which words what the user sees.
_TELLING = ("page", "slide", "sheet", "cue", "message", "chapter", "section", "cell")
_LONGEST_LABEL = 80
_SEAM = 2  # characters that may part neighbours, as two pages: they belong to what they follow
_CHAPTER = re.compile(r"(?:chapter|ch\.|kapitel|chapitre|cap[íi]tulo|capitolo|hoofdstuk|part|book|§)[\s.]", re.I)
_PLAIN_SHEET = re.compile(r"[^\W\d][\w.]*")


class Mark:
    """A stretch of the text: `kind`, `start`, `end`, `label`, `level` and, for tables, `table`, its shape.

    `number` counts those of its kind from 1.
    """

    __slots__ = ("kind", "start", "end", "label", "level", "table", "number", "outer")

    def __init__(self, row, number):
        self.kind, self.start, self.end, self.label = row["kind"], row["start"], row["end"], row["label"]
        self.level, self.table = row.get("level"), row.get("table")
        self.number, self.outer = number, None


class Lane:
    """The marks of one kind, in order, each with the one it lies in."""

    __slots__ = ("marks", "_starts")

    def __init__(self, marks):
        self.marks = marks
        self._starts = [mark.start for mark in marks]
        around = None
        for mark in marks:
            while around is not None and around.end <= mark.start:
                around = around.outer
            mark.outer = around
            around = mark

    def around(self, at):
        """The innermost mark around a position, or None."""
        index = bisect.bisect_right(self._starts, at) - 1
        mark = self.marks[index] if index >= 0 else None
        while mark is not None and mark.end <= at:
            mark = mark.outer
        return mark

    def first(self, start, end):
        """The mark a span begins in; else the first it reaches; else the one it follows by a line break or two."""
        mark = self.around(start)
        if mark is not None:
            return mark
        index = bisect.bisect_right(self._starts, start)
        if index < len(self.marks) and self.marks[index].start < end:
            return self.marks[index]
        before = self.marks[index - 1] if index else None
        return before if before is not None and start - before.end <= _SEAM else None

    def last(self, start, end):
        """The mark a span ends in, or None."""
        if end <= start + 1:
            return None
        index = bisect.bisect_right(self._starts, end - 1) - 1
        return self.around(end - 1) or (self.marks[index] if index >= 0 else None)


_NO_LANE = Lane([])


class Structure:
    """Marks by kind, `metadata` and `losses` of one document."""

    __slots__ = ("_lanes", "metadata", "losses", "__weakref__")

    def __init__(self, data=None):
        data = data or {"marks": [], "metadata": {}, "losses": []}
        by_kind = {}
        for row in data["marks"]:
            own = by_kind.setdefault(row["kind"], [])
            own.append(Mark(row, len(own) + 1))
        self._lanes = {kind: Lane(marks) for kind, marks in by_kind.items()}
        self.metadata, self.losses = data["metadata"], {loss["what"]: loss["count"] for loss in data["losses"]}

    def lane(self, kind):
        return self._lanes.get(kind, _NO_LANE)

    def marks(self, kind):
        return self.lane(kind).marks

    def kinds(self):
        """How many there are of each kind."""
        return {kind: len(lane.marks) for kind, lane in self._lanes.items()}

    def place(self, start, end, text=None):
        """The most telling place of a span in words, or "". With the text, a place in a sheet is its cells' address."""
        for kind in _TELLING:
            lane = self._lanes.get(kind)
            first = lane and lane.first(start, end)
            if first is None:
                continue
            if kind == "sheet" and text is not None:
                cells = self._cells(start, end, text)
                if cells:
                    return f"{_sheet_name(first.label)}!{cells}"
            return _words(kind, first, lane.last(start, end) or first)
        return ""

    def _cells(self, start, end, text):
        """`B3`, `B3:C4`; "" where cells have no addresses."""
        table = self.lane("table").around(start)
        origin = table and table.table and table.table["layout"] == "tabs" and table.table["origin"]
        if not origin:
            return ""
        first = _address(table, origin, start, text)
        last = _address(table, origin, max(start, min(end, table.end) - 1), text)
        return first if first == last else f"{first}:{last}"


def _address(table, origin, at, text):
    row = text.count("\n", table.start, at)
    line = max(table.start, text.rfind("\n", table.start, at) + 1)
    return f"{column_name(origin[1] + text.count(chr(9), line, at))}{origin[0] + row + 1}"


def column_name(column):
    """`A`, `Z`, `AA`: a 0-based column as spreadsheets name it."""
    name = ""
    while column >= 0:
        name = chr(65 + column % 26) + name
        column = column // 26 - 1
    return name


def _words(kind, first, last):
    label = _short(first.label)
    reach = label if first is last else f"{label}–{_short(last.label)}"
    match kind:
        case "page":
            return f"{'p.' if first is last else 'pp.'} {reach}"
        case "slide":
            return f"{'slide' if first is last else 'slides'} {reach}"
        case "cue":
            return reach
        case "sheet":
            return f"sheet {label}"
        case "message":
            return f"message: {label}"
        case "chapter":
            return label if _CHAPTER.match(label) else f"ch. {label}"
        case "section":
            return label if label.startswith("§") else f"§ {label}"
        case _:
            return f"cell [{label}]"


def _short(label):
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def _sheet_name(label):
    """As formulas name a sheet."""
    return label if _PLAIN_SHEET.fullmatch(label) else "'" + label.replace("'", "''") + "'"
