"""Pieces of documents that know their place: what `peek`, `grep` and `search` return, and `cite` takes."""

from sonde import documents


class Span(str):
    """A piece of a document: its text, and where it is. Prints as `[name @ start-end] (p. 12) text`.

    `start` and `end` count characters from the beginning of the document; `score` is the rank of a search hit.
    """

    def __new__(cls, text, document, name, start, score=None):
        span = super().__new__(cls, text)
        span.document, span.name, span.start, span.end = document, name, start, start + len(text)
        span.score = score
        return span

    @property
    def text(self):
        return str.__str__(self)

    @property
    def cite(self):
        return f"[{self.name} @ {self.start}-{self.end}]"

    @property
    def full_cite(self):
        """The same with the place in words, where marks in the document tell one: `[name @ start-end, p. 12]`."""
        marked = self._marked()
        return f"{self.cite[:-1]}, {marked}]" if marked else self.cite

    @property
    def where(self):
        """The place in words: `p. 12`, `slide 3`, `Sheet1!B3`, `§ 2.1 Terms`, else `line 40`; "" where nobody knows."""
        origin = self._origin()
        return "" if origin is None else self._marked() or f"line {origin.line(self.start)}"

    def cut(self, start, end):
        """A piece of it, by positions in it, that keeps its place."""
        start, end, _ = slice(start, end).indices(len(self))
        return Span(self.text[start:end], self.document, self.name, self.start + start, self.score)

    def _origin(self):
        return documents.find_origin(self.document, self.name, self.start, self.text)

    def _marked(self):
        """The place as marks in the document tell it, or ""."""
        origin = self._origin()
        if origin is None or not origin.has_structure:
            return ""
        structure = origin.structure()
        needs_text = bool(structure.marks("sheet"))
        return structure.place(self.start, self.end, origin.document() if needs_text else None)

    @property
    def _head(self):
        """The place, as it stands before a printed text."""
        marked = self._marked()
        return f"{self.cite} ({marked})" if marked else self.cite

    def __str__(self):
        return f"{self._head} {self.text}"

    def __format__(self, spec):
        return format(str(self), spec)

    def __repr__(self):
        return f"{self._head} {self.text!r}"

    def __reduce__(self):
        return Span, (self.text, self.document, self.name, self.start, self.score)


class Spans(list):
    """A list of spans that prints one to a line."""

    def __repr__(self):
        return "\n".join(map(repr, self)) if self else "[]"
