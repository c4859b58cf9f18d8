"""The parts of a document as spans: its pages, sections and the like as lists, and one of them by name or number."""

import re

from sonde.lazy import LazyList
from sonde.spans import Span, Spans

_SHOWN = 60  # parts printed of a list
_OPENING = 70  # characters shown of a part's text
_OUTLINED = ("section", "chapter")
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")
_TIME = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3}))?")
_REACH = re.compile(r"\s*(\S+?)\s*[-–—]\s*(\S+)\s*")
_KINDS = ("page", "slide", "sheet", "chapter", "section", "message", "cell", "cue", "note", "comment")


class Part(Span):
    """A span that is a page, a section, …: `kind`, `label` (also `title`), `number` from 1, `level` and `path` of titles."""

    def __new__(cls, text, document, name, start, kind="", label="", number=0, level=None, path=()):
        part = super().__new__(cls, text, document, name, start)
        part.kind, part.label, part.number, part.level, part.path = kind, label, number, level, path
        return part

    @property
    def title(self):
        return self.label

    def __repr__(self):
        size = f"({len(self):,} characters)"
        if self.kind in _OUTLINED:
            title = f"{'#' * self.level} {self.label} " if self.level else ""
            return f"{self._head} {title}{size}"
        opening = " ".join(self.text[: 3 * _OPENING].split())
        opening = opening if len(opening) <= _OPENING else f"{opening[: _OPENING - 1]}…"
        head = self._head
        named = "" if self.label and head.endswith(f"{self.label})") else f"{self.kind} {self.label} "
        return f"{head} {named}{size} {opening}"

    def __reduce__(self):
        of = self.text, self.document, self.name, self.start
        return Part, (*of, self.kind, self.label, self.number, self.level, self.path)


class Parts(LazyList):
    """The parts of one kind, in order. A `list` whose texts are cut out when touched; prints one to a line."""

    __slots__ = ("_document", "_kind")

    def __init__(self, document, kind, marks):
        super().__init__(marks)
        self._document, self._kind = document, kind

    def _read(self, index):
        item = list.__getitem__(self, index)
        return item if isinstance(item, str) else _part(self._document, item)

    def __getitem__(self, index):
        found = super().__getitem__(index)
        return Spans(found) if isinstance(index, slice) else found

    def __repr__(self):
        if not self:
            return f"[] ({self._document.name or 'this text'} has no {self._kind}s)"
        lines = [repr(part) for part in self[:_SHOWN]]
        if len(self) > _SHOWN:
            lines.append(f"… {len(self) - _SHOWN:,} more {self._kind}s")
        return "\n".join(lines)


def of_document(document, kind):
    """The parts of a kind. Sections that are not marked are found by their headings, as `split_sections` does."""
    marks = document._structure.marks(kind)
    if kind == "section" and not marks:
        return Parts(document, kind, _guessed(document))
    return Parts(document, kind, marks)


def _guessed(document):
    from sonde import sections, sources

    whole = sources.Source(document, document.index, document.name)
    return [part for part in sections.split(whole) if part.level]


def _part(document, mark):
    path, around = [], mark
    while around is not None and mark.kind in _OUTLINED:
        path.insert(0, around.label)
        around = around.outer
    level = (mark.level or len(path)) if mark.kind in _OUTLINED else mark.level
    text = document[mark.start : mark.end]
    return Part(text, document.index, document.name, mark.start, mark.kind, mark.label, mark.number, level, tuple(path))


# ---- one of them -----------------------------------------------------------------------------------------------------


def at(document, place):
    """The part that `place` names, e.g. `{"page": 12}`; several are each looked for within the one before."""
    if not place:
        raise TypeError(f"at() takes one of {', '.join(f'{kind}=' for kind in (*_KINDS, 'line', 'time'))}")
    found = _Stretch(0, len(document))
    for kind, wanted in place.items():
        found = _within(document, kind, wanted, found)
    if hasattr(found, "kind"):
        return found if isinstance(found, Part) else _part(document, found)
    return Span(document[found.start : found.end], document.index, document.name, found.start)


class _Stretch:
    def __init__(self, start, end):
        self.start, self.end = start, end


def _within(document, kind, wanted, around):
    if kind == "line":
        return _lines(document, wanted, around)
    if kind == "cell" and isinstance(wanted, str) and _ADDRESS.fullmatch(wanted):
        return _cells(document, wanted, around)
    if kind == "time" or kind == "cue" and _seconds(wanted) is not None and not isinstance(wanted, int):
        return _cue(document, wanted, around)
    if kind not in _KINDS:
        raise TypeError(f"at() knows {', '.join(_KINDS)}, line and time, not {kind!r}")
    every = list.__iter__(of_document(document, kind))
    marks = [mark for mark in every if around.start <= mark.start < around.end]
    found = _choose(marks, kind, wanted)
    if found is None and kind in ("page", "slide"):
        found = _reach(marks, kind, wanted)
    if found is None:
        raise LookupError(_missing(document, kind, wanted, marks))
    return found


def _choose(marks, kind, wanted):
    """By its label as it is, else by its number, else by the beginning of its label, else by a part of it."""
    text = " ".join(str(wanted).split()).casefold()
    labels = [" ".join(mark.label.split()).casefold() for mark in marks]
    if text in labels:
        return marks[labels.index(text)]
    if kind in ("chapter", "section") and text:  # "2.1" is "2.1 Terms", and not "2.10 Notices"
        numbered = re.compile(rf"(?:§\s*|{kind}\s+)?{re.escape(text)}(?![\w]|\.\d)")
        for mark, label in zip(marks, labels):
            if numbered.match(label):
                return mark
    number = int(text) if re.fullmatch(r"-?\d{1,9}", text) else 0
    if number:
        return marks[number - 1 if number > 0 else number] if -len(marks) <= number <= len(marks) else None
    for fits in (str.startswith, str.__contains__):
        for mark, label in zip(marks, labels):
            if text and kind != "page" and fits(label, text):
                return mark
    return None


def _reach(marks, kind, wanted):
    """`12-14`, or `(12, 14)`: from one to the other."""
    pair = _REACH.fullmatch(wanted).groups() if isinstance(wanted, str) and _REACH.fullmatch(wanted) else wanted
    if not isinstance(pair, (tuple, list, range)) or not pair:
        return None
    first, last = _choose(marks, kind, pair[0]), _choose(marks, kind, pair[-1])
    return _Stretch(first.start, max(first.end, last.end)) if first and last else None


def _missing(document, kind, wanted, marks):
    if not marks and document._structure.marks(kind):
        return f"there is no {kind} that begins there"
    if not marks:
        kinds = document._structure.kinds()
        known = ", ".join(f"{count:,} {one}{'' if count == 1 else 's'}" for one, count in kinds.items())
        return f"{document.name or 'this text'} has no {kind}s" + (f"; it has {known}" if known else "")
    labels = [mark.label[:60] for mark in marks]
    labels = labels if len(labels) <= 12 else [*labels[:8], "…", *labels[-3:]]
    return f"there is no {kind} {wanted!r} among {len(marks):,}: {', '.join(labels)}"


def _lines(document, wanted, around):
    pair = _REACH.fullmatch(wanted).groups() if isinstance(wanted, str) and _REACH.fullmatch(wanted) else wanted
    pair = pair if isinstance(pair, (tuple, list, range)) and pair else (pair, pair)
    first, last = int(pair[0]), int(pair[-1])
    if first < 1:
        raise LookupError("lines are counted from 1")
    start = around.start
    for passed in range(first - 1):
        at = document.find("\n", start, around.end)
        if at < 0:
            raise LookupError(f"there is no line {first}; the last one is {passed + 1}")
        start = at + 1
    end = start - 1
    for _ in range(max(first, last) - first + 1):
        at = document.find("\n", end + 1, around.end)
        if at < 0:
            return _Stretch(start, around.end)
        end = at
    return _Stretch(start, end)


def _seconds(wanted):
    if isinstance(wanted, (int, float)):
        return wanted
    match = _TIME.fullmatch(str(wanted).strip())
    if not match:
        return None
    hours, minutes, seconds, fraction = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction or 0}")


def _cue(document, wanted, around):
    """The cue that is shown at a time: the last that has begun by then."""
    seconds, found = _seconds(wanted), None
    for mark in document._structure.marks("cue"):
        begins = _seconds(mark.label)
        if around.start <= mark.start < around.end and begins is not None and seconds is not None and begins <= seconds:
            found = mark
    if found is None:
        raise LookupError(f"nothing has begun by {wanted} in {document.name or 'this text'}")
    return found


def _cells(document, wanted, around):
    from sonde import cells

    left, top, right, bottom = _ADDRESS.fullmatch(wanted).groups()
    first = int(top) - 1, _column(left)
    last = (int(bottom) - 1, _column(right)) if bottom else first
    for mark in document._structure.marks("table"):
        if around.start <= mark.start and mark.end <= around.end:
            start, end = cells.addressed(document, mark, *first), cells.addressed(document, mark, *last)
            if start and end:
                return _Stretch(start[0], max(start[1], end[1]))
    raise LookupError(f"there is no cell {wanted} with anything in it; name its sheet too: at(sheet=…, cell={wanted!r})")


def _column(name):
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
