"""Looking around in a corpus: `peek`, `grep` and `search`, which return spans that know their place."""

import json
import re

from sonde import documents, ranking
from sonde.documents import Document
from sonde.spans import Span, Spans


class Explorer:
    """The helpers over one context. `document` in a span is the index of the document."""

    def __init__(self, context, name, index=None):
        self._context = context
        self._name = name
        self._index = index
        self._size = self._count()

    def _count(self):
        return list.__len__(self._context) if isinstance(self._context, list) else None

    def _listed(self):
        """(name, id) of each document of a list, of which none is read for this; None when there is no such list."""
        context = self._context
        if not isinstance(context, list):
            return None
        items = list(list.__iter__(context))
        if not all(isinstance(item, (str, documents.Origin)) for item in items):
            return None
        return [(getattr(item, "name", f"context[{at}]"), getattr(item, "id", None)) for at, item in enumerate(items)]

    def _documents(self):
        """(index, name, text) of everything there is to read, one at a time."""
        context, listed = self._context, self._listed()
        if isinstance(context, str):
            yield 0, getattr(context, "name", self._name), context
        elif listed is not None:
            for index, (name, _) in enumerate(listed):
                yield index, name, context[index]
        elif context is not None:
            yield 0, self._name, json.dumps(context, ensure_ascii=False, indent=1, default=str)

    def _chosen(self, doc):
        """The documents meant by `doc`, one at a time: None for all, an index, a name, an id, or a text itself."""
        if doc is None:
            return self._documents()
        if isinstance(doc, Document):
            return [(doc.index, doc.name, doc)]
        listed = self._listed()
        if listed is None:
            found = list(self._documents())
            listed = [(name, getattr(text, "id", None)) for _, name, text in found]
        else:
            found = None
        if isinstance(doc, int):
            places = [range(len(listed))[doc]]
        else:
            places = [at for at, known in enumerate(listed) if doc in known]
        if places:
            return (found[at] if found else (at, listed[at][0], self._context[at]) for at in places)
        if isinstance(doc, str) and len(doc) > 200:
            return [(0, "text", doc)]
        raise ValueError(f"no document named {doc!r}; there are: {', '.join(name for name, _ in listed[:20])}")

    def peek(self, n=1000, doc=None, at=0):
        """`n` characters of a document (the first one unless `doc` is an index or a name) from position `at`."""
        index, name, text = next(iter(self._chosen(doc)), (0, "", ""))
        at = max(0, at + len(text)) if at < 0 else at
        return Span(text[at : at + n], index, name, at)

    def grep(self, pattern, doc=None, ignore_case=True, max=50, around=100):
        """Places that match a regular expression, each with `around` characters on both sides; at most `max`."""
        if isinstance(pattern, str):
            try:
                pattern = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
            except re.error:
                pattern = re.compile(re.escape(pattern), re.IGNORECASE if ignore_case else 0)
        spans = Spans()
        for index, name, text in self._chosen(doc):
            shown = -1
            for match in pattern.finditer(text):
                if match.start() < shown:
                    continue  # already inside the span before
                if len(spans) >= max:
                    return spans
                start = match.start() - around if match.start() > around else 0  # `max` is a parameter here
                shown = match.end() + around
                spans.append(Span(text[start:shown], index, name, start))
        return spans

    def search(self, query, k=10):
        """The `k` passages that fit the words of `query` best (BM25), the best first."""
        query, k = str(query), int(k)
        places = self._index.find(query, k) if self._index and self._size == self._count() else None
        return self._scan(query, k) if places is None else self._spans(places)

    def _spans(self, places):
        """Passages the index has found, each cut out of its document."""
        context, spans = self._context, {}
        for document in dict.fromkeys(place[0] for place in places):  # each is read once, however many there are
            text = context if isinstance(context, str) else context[document]
            name = getattr(text, "name", self._name)
            for rank, (found_in, start, end, score) in enumerate(places):
                if found_in == document:
                    spans[rank] = Span(text[start:end], document, name, start, score)
        return Spans(spans[rank] for rank in sorted(spans))

    def _scan(self, query, k):
        """The same without an index: over texts that are in no library."""
        found = list(self._documents())
        spans = Spans()
        for at, start, end, score in ranking.best_passages([text for _, _, text in found], query, k):
            index, name, text = found[at]
            spans.append(Span(text[start:end], index, name, start, score))
        return spans
