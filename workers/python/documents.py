"""The corpus as the model sees it: texts that are read when first touched, and never held twice."""

import json

_CHUNK_BYTES = 32_000_000  # of the file read at once: larger ones are hardly faster


class Document(str):
    """The text of a document: a `str` that knows its `name`, `id` and `index`."""

    name: str
    id: str
    index: int

    def __new__(cls, text="", name="", id="", index=0):
        document = super().__new__(cls, text)
        document.name, document.id, document.index = name, id, index
        return document


class _Unread:
    """A place in the list whose text has not been asked for."""

    __slots__ = ("name", "id", "index", "start", "end")

    def __init__(self, name, id, index, start, end):
        self.name, self.id, self.index, self.start, self.end = name, id, index, start, end


class Source:
    """Bytes that the worker's JavaScript side holds, by their number."""

    def __init__(self, bridge, number):
        self._bridge = bridge
        self._number = number

    def read(self, start, end):
        """The bytes [start, end), without a JavaScript string in between."""
        data = bytearray(end - start)
        for at in range(start, end, _CHUNK_BYTES):
            upto = min(at + _CHUNK_BYTES, end)
            with memoryview(data) as view, view[at - start : upto - start] as part:
                self._bridge.read(self._number, at, upto, part)
        return data

    def text(self, start, end):
        return self.read(start, end).decode("utf-8", "replace")


class Documents(list):
    """The documents of the corpus, in order. A `list`; a text is read when its place is first touched.

    CPython's C code may look into a list's storage directly, so every method that would is overridden.
    """

    __slots__ = ("_source",)

    def __init__(self, items=(), source=None):
        super().__init__(items)
        self._source = source

    def _read(self, index):
        item = list.__getitem__(self, index)
        if type(item) is _Unread:
            text = self._source.text(item.start, item.end)
            item = Document(text, item.name, item.id, item.index)
            list.__setitem__(self, index, item)
        return item

    def _all(self):
        return [self._read(index) for index in range(len(self))]

    def _labels(self):
        """(name, characters or None when unread) of each item, without reading any."""
        for item in list.__iter__(self):
            yield getattr(item, "name", "?"), None if type(item) is _Unread else len(item)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self._read(at) for at in range(*index.indices(len(self)))]
        index = index.__index__()
        return self._read(index)

    def __iter__(self):
        index = 0
        while index < len(self):
            yield self._read(index)
            index += 1

    def __reversed__(self):
        for index in range(len(self) - 1, -1, -1):
            yield self._read(index)

    def __contains__(self, value):
        return any(item is value or item == value for item in self)

    def __eq__(self, other):
        return self is other or (isinstance(other, list) and self._all() == list(other))

    def __ne__(self, other):
        return not self == other

    def __lt__(self, other):
        return self._all() < list(other) if isinstance(other, list) else NotImplemented

    def __le__(self, other):
        return self._all() <= list(other) if isinstance(other, list) else NotImplemented

    def __gt__(self, other):
        return self._all() > list(other) if isinstance(other, list) else NotImplemented

    def __ge__(self, other):
        return self._all() >= list(other) if isinstance(other, list) else NotImplemented

    __hash__ = None

    def __add__(self, other):
        return self._all() + list(other) if isinstance(other, list) else NotImplemented

    def __radd__(self, other):
        return list(other) + self._all() if isinstance(other, list) else NotImplemented

    def __mul__(self, count):
        return self._all() * count

    __rmul__ = __mul__

    def __imul__(self, count):
        self[:] = self._all() * count
        return self

    def __repr__(self):
        return repr(self._all())

    def __reduce_ex__(self, protocol):
        return list, (self._all(),)

    def __copy__(self):
        return self._all()

    def copy(self):
        return self._all()

    def index(self, value, *bounds):
        return self._all().index(value, *bounds)

    def count(self, value):
        return self._all().count(value)

    def pop(self, index=-1):
        item = self._read(index)
        list.pop(self, index)
        return item

    def remove(self, value):
        list.pop(self, self.index(value))

    def sort(self, *, key=None, reverse=False):
        self[:] = sorted(self._all(), key=key, reverse=reverse)


def open_context(source, kind, slices):
    """The value of a context. `slices` is `[name, id, byte start, byte end]` per document, as JSON."""
    rows = json.loads(slices)
    if kind == "documents":
        unread = [_Unread(name, id, index, start, end) for index, (name, id, start, end) in enumerate(rows)]
        return Documents(unread, source)
    _, _, start, end = rows[0]
    text = source.text(start, end)
    return json.loads(text) if kind == "json" else text
