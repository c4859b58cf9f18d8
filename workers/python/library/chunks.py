"""`chunk_by_tokens`: a text in parts that fit a prompt, cut where a reader would cut."""

import bisect
import re

from sonde.spans import Spans

_BLOCK = 1024  # characters weighed at once
_CHARS_PER_TOKEN = 4
_ASCII = re.compile(r"[\x00-\x7f]+")
_NOT_ACCENTED = re.compile(r"[^\x80-\u024f]+")
_BACK = 0.5  # of a part: how far before its end a good place to cut is looked for

_PARAGRAPH = re.compile(r"\n[ \t\r]*\n\s*")
_LINE_OF_SENTENCE = re.compile(r"""[.!?:…。！？]["'”’»)\]_*]*[ \t\r]*\n""")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"""[.!?…]["'”’»)\]_*]*\s+|[。！？][」』”’）]*""")
_SPACE = re.compile(r"\s+")
_BREAKS = (_PARAGRAPH, _LINE_OF_SENTENCE, _LINE, _SENTENCE, _SPACE)


def weigh(text):
    """Tokens a text is likely to take, as a fraction: four characters of plain text, two accented, one of the rest."""
    if text.isascii():
        return len(text) / _CHARS_PER_TOKEN
    rest = _ASCII.sub("", text)
    accented = len(_NOT_ACCENTED.sub("", rest))
    others = len(rest.encode("utf-16-le", "surrogatepass")) // 2 - accented
    return (len(text) - len(rest)) / _CHARS_PER_TOKEN + accented / 2 + others


class _Scale:
    """Where a text has so many tokens."""

    def __init__(self, text):
        self._text = text
        self._plain = text.isascii()
        self._sums = [0.0]  # weight before each block
        if not self._plain:
            for at in range(0, len(text), _BLOCK):
                self._sums.append(self._sums[-1] + weigh(text[at : at + _BLOCK]))

    def before(self, at):
        """The weight of everything before a position."""
        if self._plain:
            return at / _CHARS_PER_TOKEN
        block = at // _BLOCK
        return self._sums[block] + weigh(self._text[block * _BLOCK : at])

    def reach(self, start, tokens):
        """The furthest end of a part from `start` that takes no more than `tokens`; one character at least."""
        most = self.before(start) + tokens
        if self._plain:
            return min(len(self._text), max(start + 1, int(most * _CHARS_PER_TOKEN)))
        if most >= self._sums[-1]:
            return len(self._text)
        block = max(0, bisect.bisect_right(self._sums, most) - 1)
        low, high = block * _BLOCK, min((block + 1) * _BLOCK, len(self._text))
        base = self._sums[block]
        while low < high:  # the weight of the beginning of a block grows with its length
            middle = (low + high + 1) // 2
            if base + weigh(self._text[block * _BLOCK : middle]) <= most:
                low = middle
            else:
                high = middle - 1
        return max(start + 1, low)


def chunk(source, max_tokens, overlap):
    """Spans of one source that together are the whole of it; neighbours share `overlap` tokens at most."""
    text, spans = source.text, Spans()
    scale, start = _Scale(text), 0
    while start < len(text):
        end = _cut(text, start, scale.reach(start, max_tokens))
        spans.append(source.span(start, end))
        if end >= len(text):
            break
        start = _back(text, start, end, scale, overlap)
    return spans


def _cut(text, start, limit):
    """The best place to end a part that may go on to `limit`: after a paragraph, a line, a sentence, a word."""
    if limit >= len(text):
        return limit
    earliest = start + max(1, int((limit - start) * _BACK))
    for breaks in _BREAKS:
        found = _last(breaks, text, earliest, limit)
        if found:
            return found
    return limit


def _last(breaks, text, low, high):
    """The end of the last break in `[low, high)` that ends by `high`, or 0; looked for from the end."""
    step = 2000
    while high - step > low:
        found = _last_in(breaks, text, high - step, high)
        if found:
            return found
        step *= 4
    return _last_in(breaks, text, low, high)


def _last_in(breaks, text, low, high):
    end = 0
    for match in breaks.finditer(text, low, high):
        # A run of white space that goes on beyond `high` is a break all the same.
        end = match.end()
    return end if end > low else 0


def _back(text, start, end, scale, overlap):
    """Where the next part begins: up to `overlap` tokens before this one's end, at a line, a sentence or a word."""
    if overlap <= 0:
        return end
    low, high = start + 1, end
    least = scale.before(end) - overlap
    while low < high:
        middle = (low + high) // 2
        if scale.before(middle) >= least:
            high = middle
        else:
            low = middle + 1
    for breaks in (_LINE, _SENTENCE, _SPACE):
        match = breaks.search(text, low, end)
        if match and match.end() < end:
            return match.end()
    return low
