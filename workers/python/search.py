"""Looking around in a corpus: `peek`, `grep` and `search`, which return spans that know their place."""

import heapq
import json
import math
import re

from sonde import documents
from sonde.documents import Document

_WINDOW = 300  # characters of a bucket; a passage is two neighbouring ones
_K1 = 1.2
_RESCORED = 400  # passages looked at for words that stand together
_WORD = re.compile(r"\w+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts written without spaces
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]_*]*(?=\s)|[。！？]+[」』”’）]*|\n\s*\n")
_LINE_END = re.compile(r"\n")
_STOP = frozenset(
    "a an and are as at be but by did do does for from had has have he her his how i if in into is it its me my no not "
    "of on or our she so some such than that the their them then there these they this to was we were what when where "
    "which who whom whose why will with would you your".split()
)


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
                start, shown = builtin_max(0, match.start() - around), match.end() + around
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
        terms = query_terms(query)
        documents = list(self._documents())
        found = {}  # term → {(document, bucket): count}
        total = 0
        for at, (_, _, text) in enumerate(documents):
            total += len(text) // _WINDOW + 1
            folded = _fold(text)
            for term in terms:
                _count(folded, term, at, found.setdefault(term, {}))
        rarity = {term: _rarity(len(places), total) for term, places in found.items()}
        scores = _score(found, rarity)
        _reward_nearness(documents, scores, terms, rarity, builtin_max(_RESCORED, 5 * k))
        return self._best(documents, scores, k)

    def _best(self, documents, scores, k):
        spans, taken = Spans(), set()
        for (at, bucket), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
            if len(spans) >= k:
                break
            if (at, bucket) in taken:
                continue
            taken.update((at, near) for near in (bucket - 1, bucket, bucket + 1))
            index, name, text = documents[at]
            start, end = _tidy(text, bucket * _WINDOW, (bucket + 2) * _WINDOW)
            spans.append(Span(text[start:end], index, name, start, round(score, 4)))
        return spans


builtin_max = max


def query_terms(query):
    """(stem, whole-word start needed) of each word that says something; pairs of characters where no spaces are."""
    terms = {}
    for word in _WORD.findall(_fold(query)):
        if _WIDE.search(word):
            for at in range(builtin_max(1, len(word) - 1)):
                terms[word[at : at + 2], False] = None
        elif word not in _STOP:
            terms[_stem(word), True] = None
    if not terms:
        terms = {(word, True): None for word in _WORD.findall(_fold(query))}
    return list(terms)


def _stem(word):
    """The beginning that inflected forms share; crude, for prefixes only."""
    for ending in ("ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _fold(text):
    """Lower case of the same length, so that positions stay true; only İ would grow."""
    return text.replace("İ", "i").lower()


def _count(folded, term, document, places):
    """Counts a term in each bucket of one folded text."""
    stem, at_word_start = term
    at = folded.find(stem)
    while at >= 0:
        if not at_word_start or at == 0 or not (folded[at - 1].isalnum() or folded[at - 1] == "_"):
            weight = 1.0
            if at_word_start:
                end = at + len(stem)
                while end < len(folded) and folded[end].isalnum():
                    end += 1
                weight = 1.0 if end - at <= len(stem) + 4 else 0.4  # another, longer word
            place = document, at // _WINDOW
            places[place] = places.get(place, 0.0) + weight
        at = folded.find(stem, at + len(stem))


def _rarity(having, total):
    return math.log(1 + (total - having + 0.5) / (having + 0.5))


def _score(found, rarity):
    """BM25 of every passage of two neighbouring buckets. All are of one length, so length does not matter."""
    scores = {}
    for term, places in found.items():
        passages = {}
        for (document, bucket), count in places.items():
            passages[document, bucket] = passages.get((document, bucket), 0) + count
            if bucket:
                before = document, bucket - 1
                passages[before] = passages.get(before, 0) + count
        for passage, count in passages.items():
            scores[passage] = scores.get(passage, 0) + rarity[term] * count * (_K1 + 1) / (count + _K1)
    return scores


def _reward_nearness(documents, scores, terms, rarity, most):
    """Adds to the best passages for each pair of neighbouring words of the query that stand together in them too."""
    pairs = []
    for first, second in zip(terms, terms[1:]):
        if first[1] and second[1]:  # whole words; pairs of characters are near each other by themselves
            pattern = rf"\b{re.escape(first[0])}\w*\W+(?:\w+\W+){{0,2}}{re.escape(second[0])}"
            pairs.append((re.compile(pattern), min(rarity.get(first, 0), rarity.get(second, 0))))
    if not pairs:
        return
    for place in heapq.nlargest(most, scores, key=scores.get):
        at, bucket = place
        text = _fold(documents[at][2][bucket * _WINDOW : (bucket + 2) * _WINDOW])
        scores[place] += sum(weight for pattern, weight in pairs if pattern.search(text))


def _tidy(text, start, end):
    """Moves both ends of a passage outwards to the nearest end of a sentence, or else of a line, if one is near."""
    end = min(end, len(text))
    for breaks, reach in ((_SENTENCE_END, _WINDOW), (_LINE_END, _WINDOW // 2)):
        before = [match.end() for match in breaks.finditer(text, builtin_max(0, start - reach), start)]
        if start == 0 or before:
            start = before[-1] if before else 0
            break
    for breaks, reach in ((_SENTENCE_END, _WINDOW), (_LINE_END, _WINDOW // 2)):
        after = breaks.search(text, builtin_max(start, end - 1), min(end + reach, len(text)))
        if end == len(text) or after:
            end = after.end() if after else end
            break
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
