"""`dedupe`: each thing once, also where it is worded almost the same."""

import json
import math
import re
import unicodedata

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SHINGLE_WORDS = 2
_SHINGLE_CHARS = 4
_FEW_WORDS = 8  # texts of fewer are compared by characters,
_FEW_ALIKE = 0.9  # and must be so much alike at least: one other name is much of a short text
_DENIALS = frozenset("no not nor never none without cannot nicht kein keine nie ne pas jamais sin nunca".split())
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


class Deduped(list):
    """What is left, in order: the first of each group. `groups[i]`: places in the input of all that item `i` stands for.

    `merged`: (place of the one left out, place of the one kept, likeness from 0 to 1) of each that was left out.
    """

    def __init__(self, items=(), groups=(), merged=()):
        super().__init__(items)
        self.groups, self.merged = list(groups), list(merged)

    def __reduce__(self):
        return Deduped, (list(self), self.groups, self.merged)


def dedupe(items, key=None, threshold=0.75):
    """Each item once, in order; equal after evening out case, white space and marks, or alike by `threshold` and more.

    `key`: a function, or the name of a field of dicts, that gives the text compared. `threshold` is the share of
    phrases two texts have in common; None or 1 merges equal ones only. Texts with other numbers, or of which one
    denies, are never merged. The result is a list with `.groups` and `.merged`, which say what went together."""
    items = list(items)
    texts = [_normal(_text(item, key)) for item in items]
    near = _Near(threshold) if threshold is not None and threshold < 1 else None
    first, groups, merged = {}, {}, []
    for place, text in enumerate(texts):
        kept, likeness = first.get(text), 1.0
        if kept is None and near is not None:
            kept, likeness = near.find(text, place)
        if kept is None:
            groups[place] = []
            kept = place
        else:
            merged.append((place, kept, round(likeness, 3)))
        first.setdefault(text, kept)
        groups[kept].append(place)
    return Deduped((items[place] for place in groups), groups.values(), merged)


def _text(item, key):
    if callable(key):
        item = key(item)
    elif key is not None:
        item = item[key] if isinstance(item, dict) else getattr(item, key)
    item = getattr(item, "text", item)
    if isinstance(item, str):
        return str.__str__(item)
    return json.dumps(item, ensure_ascii=False, sort_keys=True, default=str)


def _normal(text):
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    return " ".join(text.split()).strip(" .,;:!?\"'*_-()[]")


class _Near:
    """Texts seen so far, found again by shingles: exact Jaccard likeness, looked for only among those that can have it.

    Two sets alike by t share one of the first |s| - ceil(t|s|) + 1 members of either in any one order. Hashes serve
    as the order; it need not be the rarest first to be right.
    """

    def __init__(self, threshold):
        if not 0 < threshold:
            raise ValueError("threshold is above 0, and at most 1")
        self._threshold = threshold
        self._index = {}
        self._seen = {}

    def find(self, text, place):
        """(place, likeness) of the text most alike, or (None, 0); the text is remembered when there is none."""
        shingles, sign = _shingles(text), _sign(text)
        if not shingles:
            return None, 0.0
        threshold = self._threshold if len(text.split()) >= _FEW_WORDS else max(self._threshold, _FEW_ALIKE)
        least = math.ceil(self._threshold * len(shingles))
        telling = [(sign, shingle) for shingle in sorted(shingles)[: len(shingles) - least + 1]]
        best, likeness = None, 0.0
        for other in {found for shingle in telling for found in self._index.get(shingle, ())}:
            theirs = self._seen[other]
            if not least <= len(theirs) <= len(shingles) / self._threshold:
                continue
            shared = len(shingles & theirs)
            alike = shared / (len(shingles) + len(theirs) - shared)
            if alike >= threshold and (alike > likeness or alike == likeness and other < best):
                best, likeness = other, alike
        if best is None:
            self._seen[place] = shingles
            for shingle in telling:
                self._index.setdefault(shingle, []).append(place)
        return best, likeness


def _shingles(text):
    words = _WORD.findall(text)
    if len(words) >= _FEW_WORDS:
        return {hash(tuple(words[at : at + _SHINGLE_WORDS])) for at in range(len(words) - _SHINGLE_WORDS + 1)}
    joined = " ".join(words)
    if len(joined) <= _SHINGLE_CHARS:
        return {hash(joined)} if joined else set()
    return {hash(joined[at : at + _SHINGLE_CHARS]) for at in range(len(joined) - _SHINGLE_CHARS + 1)}


def _sign(text):
    """What must be the same for two texts to say the same: their numbers, and whether they deny."""
    denials = sum(word in _DENIALS for word in _WORD.findall(text)) + text.count("n't")
    return tuple(sorted(_NUMBER.findall(text))), denials
