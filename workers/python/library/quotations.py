"""`cite`: where a quotation stands, word for word, as answers give places."""

import functools
import re

from sonde.spans import Span

# White space, quotation marks, dashes, hyphenation and emphasis may differ, and an ellipsis stands for a gap; no word may.
_ELLIPSIS = re.compile(r"\s*(?:[\[(]\s*(?:…|\.{3,}|\. \. \.)\s*[\])]|…|\.{3,}|\. \. \.)(?:\s*(?:…|\.{3,}|\. \. \.))*\s*")
_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
_DASHES = "\\-\u2010-\u2015\u2212"
_SINGLE = "'`´ʼ‘’‚‛′"
_DOUBLE = '"«»“”„‟″'
_MARKS = "*_`~"
_SPACE = rf"[{_MARKS}{_INVISIBLE}]*(?:\s|(?<=\s)>|[{_INVISIBLE}])+[{_MARKS}{_INVISIBLE}]*"
_ANY_DASH = rf"[\s{_INVISIBLE}]*[{_DASHES}]+[\s{_INVISIBLE}]*"
_JOIN = rf"(?:[{_INVISIBLE}]|[{_DASHES}][^\S\n]*\n\s*)*"  # within a word: nothing, or the end of a line
_LOOSE = rf"[\s{_INVISIBLE}]*"  # in scripts without spaces a line may end anywhere
_GAP = r"[\s\S]{0,4000}?"
_TOKEN = re.compile(r"\w+|\s+|.", re.S)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_OWN_MARKS = re.compile(r"(?<!\w)[*_~`]+|[*_~`]+(?!\w)|\\(?=[^\w\s])")
_FULL_HITS = 20_000  # places of the telling word that are looked at in one text


class Citation(str):
    """The place of a quotation, `[name @ start-end]`; empty when it is nowhere.

    `span`: the passage as it stands there, or None. `nearest`: when it is nowhere, the passage most like it."""

    def __new__(cls, span=None, nearest=None):
        citation = super().__new__(cls, span.cite if span is not None else "")
        citation.span, citation.nearest = span, nearest
        return citation

    def __getattr__(self, name):
        if name in ("text", "name", "start", "end", "document", "cite", "where") and not name.startswith("__"):
            if self.span is None:
                raise AttributeError(f"the quotation was not found, so it has no {name}; see .nearest")
            return getattr(self.span, name)
        raise AttributeError(name)

    def __repr__(self):
        if self.span is not None:
            return repr(self.span)
        return "not found" if self.nearest is None else f"not found; nearest: {self.nearest!r}"

    def __reduce__(self):
        return Citation, (self.span, self.nearest)


def find(text, quote):
    """(start, end) of the first place where a quotation stands in a text, or None."""
    prepared = _prepare(quote)
    if prepared is None:
        return None
    pattern, anchors, reach = prepared
    for word, lead in anchors:
        tried, at, hits = 0, text.find(word), 0
        while at >= 0 and hits < _FULL_HITS:
            match = pattern.search(text, max(tried, at - lead), min(len(text), at + reach))
            # Each start is tried once: those up to this word's place have been.
            if match and match.start() <= at:
                return match.start(), match.end()
            tried, hits = at, hits + 1
            at = text.find(word, at + 1)
    return None


@functools.lru_cache(maxsize=256)
def _prepare(quote):
    """A pattern, the words to look for with how far before them it may begin, and how long it may be."""
    parts = [_OWN_MARKS.sub("", part) for part in _ELLIPSIS.split(quote)]
    parts = [part.strip(" \t\r\n\"'“”„«»‘’‚,;:-–—>") for part in parts]
    parts = [part.rstrip(".!?") for part in parts if re.search(r"\w", part)]
    if not parts:
        return None
    pattern = re.compile(_GAP.join(map(_part, parts)))
    length = sum(map(len, parts))
    words = re.findall(r"[^\W_]+", parts[0])
    words = [word[:4] if _UNSPACED.match(word) else word for word in words]
    # Two words: the first may be hyphenated in the source.
    telling = sorted(dict.fromkeys(words), key=len, reverse=True)[:2]
    anchors = [(word, 3 * parts[0].find(word) + 200) for word in telling]
    return pattern, anchors, 3 * length + 300 + 4000 * (len(parts) - 1)


def _part(part):
    out = []
    for token in _TOKEN.findall(part):
        char = token[0]
        if token.isspace():
            out.append(_SPACE)
        elif char.isalnum() or char == "_":
            out.append(_word(token))
        elif re.match(f"[{_DASHES}]", char):
            out.append(_ANY_DASH)
        elif char in _SINGLE or char in _DOUBLE:
            out.append(f"[{_SINGLE if char in _SINGLE else _DOUBLE}][{_MARKS}]*")
        elif _UNSPACED.match(char):
            out.append(re.escape(char) + _LOOSE)
        elif not re.match(f"[{_INVISIBLE}]", char):
            out.append(f"[{_MARKS}]*{re.escape(char)}[{_MARKS}]*")
    body = "".join(out).replace(_SPACE + _ANY_DASH, _ANY_DASH).replace(_ANY_DASH + _SPACE, _ANY_DASH)
    body = body.removesuffix(_LOOSE)
    first, last = part[0], part[-1]
    before = r"(?<![^\W_])" if first.isalnum() and not _UNSPACED.match(first) else ""
    after = r"(?![^\W_])" if last.isalnum() and not _UNSPACED.match(last) else ""
    return f"{before}{body}{after}"


def _word(word):
    loose = bool(_UNSPACED.search(word))
    inner = (_LOOSE if loose else _JOIN).join(map(re.escape, word))
    return inner + _LOOSE if loose else inner


def cite(explorer, quote, doc):
    """See `Library.cite`."""
    quote = quote.text if isinstance(quote, Span) else str(quote)
    for index, name, text in explorer._chosen(doc):
        place = find(text, quote)
        if place:
            return Citation(Span(text[place[0] : place[1]], index, name, place[0]))
    near = explorer.search(quote, k=1 if doc is None else 50)
    if doc is not None:
        chosen = [index for index, _, _ in explorer._chosen(doc)]
        near = [span for span in near if span.document in chosen]
    return Citation(None, near[0] if near else None)
