"""Where the texts given to the library come from, so that what is cut out of them keeps its place."""

from sonde import documents
from sonde.documents import Document, Origin
from sonde.spans import Span

_UNKNOWN = "text"


class Source:
    """A text, the document it stands in, and where it begins there. `whole`: that document, or its origin, if known."""

    __slots__ = ("text", "document", "name", "offset", "whole")

    def __init__(self, text, document, name, offset=0, whole=None):
        self.text, self.document, self.name, self.offset = text, document, name, offset
        self.whole = text if whole is None and isinstance(text, Document) else whole

    def span(self, start, end):
        return Span(self.text[start:end], self.document, self.name, self.offset + start)

    def marks(self, kind):
        """The marks of a kind that lie in this text; offsets are the document's."""
        if self.whole is None:
            return []
        end = self.offset + len(self.text)
        marks = documents.structure_of(self.whole).marks(kind)
        return [mark for mark in marks if self.offset <= mark.start and mark.end <= end]


class Sources:
    """Finds out what a value given to the library is: the context, a document, a span, a piece of one, or anything."""

    def __init__(self, context, name):
        self._context, self._name = context, name

    def of(self, value=None):
        """The sources of a value; None is the whole context."""
        if value is None:
            value = self._context
        if isinstance(value, Span):
            return [Source(value.text, value.document, value.name, value.start, value._origin())]
        if isinstance(value, Document):
            return [Source(value, value.index, value.name)]
        if isinstance(value, str):
            return [self._place(value)]
        if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
            return [self._item(item, index, value is self._context) for index, item in enumerate(value)]
        raise TypeError(f"a text, a span, a document or a list of them is needed, not {type(value).__name__}")

    def _item(self, item, index, is_context):
        if isinstance(item, (Span, Document)) or not is_context:
            return self.of(item)[0]
        return Source(item, index, f"context[{index}]")

    def _place(self, text):
        """A piece cut from the context has its place there; what is nowhere in it counts from its own beginning."""
        for document, name, whole in self._read():
            if text is whole:
                return Source(text, document, name)
            at = whole.find(text) if len(text) >= 40 else -1
            if at >= 0:
                return Source(text, document, name, at, whole if isinstance(whole, Document) else None)
        return Source(text, None, _UNKNOWN)

    def _read(self):
        """(index, name, text) of what has been read of the context: nothing more is read for this."""
        context = self._context
        if isinstance(context, str):
            yield 0, getattr(context, "name", self._name), context
        elif isinstance(context, list):
            for index, item in enumerate(list.__iter__(context)):
                item = item.loaded() if isinstance(item, Origin) else item
                if isinstance(item, str):
                    yield index, getattr(item, "name", f"context[{index}]"), item
