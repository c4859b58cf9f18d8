"""The corpus as the model sees it: texts that are read when first touched, let go of when there are too many, never held twice."""

import collections
import json
import sys
import weakref

from sonde.lazy import LazyList
from sonde.structure import Structure

_CHUNK_BYTES = 32_000_000  # of the file read at once: larger ones are hardly faster
_LINE_BLOCK = 65_536  # characters whose line breaks are counted at once
_STRUCTURES = 64  # kept besides those of documents that somebody holds
_NOTHING = Structure()


class Document(str):
    """The text of a document: a `str` that knows its `name`, `id` and `index`, and what it is made of.

    `pages`, `slides`, `sheets`, `chapters`, `sections`, `messages`, `cells`, `cues`, `notes`, `comments`: lists of
    spans. `tables`: a list of tables. `at(page=12)`: one of them. `where(start)`: a position in words. `meta`: what the
    document says of itself. `lost`: what could not be turned into text.
    """

    name: str
    id: str
    index: int

    def __new__(cls, text="", name="", id="", index=0, origin=None):
        document = super().__new__(cls, text)
        document.name, document.id, document.index, document._origin = name, id, index, origin
        return document

    @property
    def _structure(self):
        structure = self.__dict__.get("_known")
        if structure is None:
            structure = self._known = _NOTHING if self._origin is None else self._origin.structure()
        return structure

    @property
    def meta(self):
        return {_META.get(key, key): value for key, value in self._structure.metadata.items()}

    @property
    def lost(self):
        return dict(self._structure.losses)

    def where(self, start, end=None):
        """The place of a position, or of a span, in words: `p. 12`, `slide 3`, `line 40`."""
        end = start + 1 if end is None else end
        return self._structure.place(start, end, self) or f"line {self._line(start)}"

    def _line(self, at):
        if self._origin is None:
            return self.count("\n", 0, at) + 1
        return self._origin.line(at, self)

    def at(self, **place):
        """The page, slide, sheet, chapter, section, message, cue, cell or line of that name or number, as a span."""
        from sonde import parts

        return parts.at(self, place)

    @property
    def tables(self):
        tables = self.__dict__.get("_tables")
        if tables is None:
            from sonde import tables as reading

            tables = self._tables = reading.of_document(self)
        return tables

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return Document, (str.__str__(self), self.name, self.id, self.index, self._origin)


_META = {"createdAt": "created", "modifiedAt": "modified"}
_PARTS = "pages slides sheets chapters sections messages cells cues notes comments"


def _parts_of(kind):
    def read(document):
        from sonde import parts

        return parts.of_document(document, kind)

    return property(read)


for _plural in _PARTS.split():
    setattr(Document, _plural, _parts_of(_plural[:-1]))


class Source:
    """Bytes that the worker's JavaScript side holds, by their number."""

    def __init__(self, bridge, number):
        self._bridge = bridge
        self.number = number

    def read(self, start, end):
        """The bytes [start, end), without a JavaScript string in between."""
        data = bytearray(end - start)
        for at in range(start, end, _CHUNK_BYTES):
            upto = min(at + _CHUNK_BYTES, end)
            with memoryview(data) as view, view[at - start : upto - start] as part:
                self._bridge.read(self.number, at, upto, part)
        return data

    def text(self, start, end):
        return self.read(start, end).decode("utf-8", "replace")


class Origin:
    """Where a document comes from: its place in the bytes of a context. Holds it no longer than others do."""

    __slots__ = ("name", "id", "index", "_source", "_bytes", "_held", "_known", "_breaks", "_plain")

    def __init__(self, source, index, name, id, start, end, structure_start=0, structure_end=0):
        self.name, self.id, self.index = name, id, index
        self._source, self._bytes = source, (start, end, structure_start, structure_end)
        self._held = self._known = self._plain = None
        self._breaks = [0]

    @property
    def number(self):
        """The number of the context it is in."""
        return self._source.number

    @property
    def has_structure(self):
        return self._bytes[3] > self._bytes[2]

    def document(self):
        """The document: the same object for as long as anybody holds it."""
        if self._plain is not None:
            return self._plain
        document = self.loaded()
        if document is None:
            start, end, *_ = self._bytes
            shelf.make_room(end - start)
            document = Document(self._source.text(start, end), self.name, self.id, self.index, self)
            self._held = weakref.ref(document)
        shelf.keep(document)
        return document

    def loaded(self):
        """The document if it is there, without reading it."""
        return self._plain if self._held is None else self._held()

    def plain(self):
        """The text as a plain `str`, which a context of one text without structure is."""
        if self._plain is None:
            self._plain = self._source.text(*self._bytes[:2])
        return self._plain

    def structure(self):
        if not self.has_structure:
            return _NOTHING
        structure = None if self._known is None else self._known()
        if structure is None:
            structure = Structure(json.loads(self._source.text(*self._bytes[2:])))
            self._known = weakref.ref(structure)
            _structures.append(structure)
        return structure

    def line(self, at, text=None):
        """The number of the line a position is in, from 1. Counts no stretch of the text twice."""
        text = self.document() if text is None else text
        block = min(at, len(text)) // _LINE_BLOCK
        while len(self._breaks) <= block:
            upto = len(self._breaks) * _LINE_BLOCK
            self._breaks.append(self._breaks[-1] + text.count("\n", upto - _LINE_BLOCK, upto))
        return self._breaks[block] + text.count("\n", block * _LINE_BLOCK, at) + 1

    def __reduce__(self):
        return origin_at, (self.number, self.index)


def text_of(known):
    """The document of an origin; a document itself as it is."""
    return known.document() if isinstance(known, Origin) else known


def structure_of(known):
    return known.structure() if isinstance(known, Origin) else known._structure


class _Shelf:
    """The texts touched last, up to a bound. Others live for as long as somebody else holds them."""

    def __init__(self):
        self.room_bytes = 512_000_000
        self._kept = collections.OrderedDict()  # id() → document; what is in it cannot lose its id
        self._bytes = 0

    def make_room(self, size):
        """Lets go of texts, the longest untouched first, so that one of `size` bytes fits beside the others."""
        while self._kept and self._bytes + size > self.room_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= sys.getsizeof(oldest)

    def keep(self, document):
        if id(document) in self._kept:
            self._kept.move_to_end(id(document))
            return
        size = sys.getsizeof(document)
        self.make_room(size)
        self._kept[id(document)] = document
        self._bytes += size


shelf = _Shelf()
_structures = collections.deque(maxlen=_STRUCTURES)
_origins = {}  # number of a context → its origins


def origin_at(number, index):
    """The origin of a document of a context, or None."""
    origins = _origins.get(number, ())
    return origins[index] if index < len(origins) else None


def find_origin(index, name, start, text):
    """Where the document is that a span is from, or None: by its index and name, and by its text where that is there
    or where two contexts have such a document."""
    every = [origins[index] for origins in _origins.values() if isinstance(index, int) and index < len(origins)]
    found = [origin for origin in every if origin.name == name]
    for origin in reversed(found):
        whole = origin.loaded() if len(found) == 1 else origin.document()
        if whole is None or whole.startswith(text, start):
            return origin
    return None


class Documents(LazyList):
    """The documents of the corpus, in order. A `list`; a text is read when its place is first touched."""

    __slots__ = ()

    def _read(self, index):
        item = list.__getitem__(self, index)
        return item.document() if type(item) is Origin else item


def open_context(source, kind, slices):
    """The value of a context. `slices` is, as JSON, `[name, id, byte start, byte end]` per document, and where its
    structure begins and ends if it has one."""
    rows = json.loads(slices)
    if kind == "json":
        return json.loads(source.text(*rows[0][2:4]))
    origins = [Origin(source, index, *row) for index, row in enumerate(rows)]
    _origins[source.number] = origins
    if kind == "documents":
        return Documents(origins)
    return origins[0].document() if origins[0].has_structure else origins[0].plain()
