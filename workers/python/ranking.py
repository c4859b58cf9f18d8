"""BM25 over texts that have no index: passages of two neighbouring buckets of characters, the best first."""

import heapq
import math
import re

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


def best_passages(texts, query, k):
    """(index of the text, start, end, score) of the `k` passages that fit the words of `query` best."""
    terms = _query_terms(query)
    found = {}  # term → {(text, bucket): count}
    total = 0
    for at, text in enumerate(texts):
        total += len(text) // _WINDOW + 1
        folded = _fold(text)
        for term in terms:
            _count(folded, term, at, found.setdefault(term, {}))
    rarity = {term: _rarity(len(places), total) for term, places in found.items()}
    scores = _score(found, rarity)
    _reward_nearness(texts, scores, terms, rarity, max(_RESCORED, 5 * k))
    return _apart(texts, scores, k)


def _apart(texts, scores, k):
    """The best passages that do not overlap."""
    best, taken = [], set()
    for (at, bucket), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if len(best) >= k:
            break
        if (at, bucket) in taken:
            continue
        taken.update((at, near) for near in (bucket - 1, bucket, bucket + 1))
        start, end = _tidy(texts[at], bucket * _WINDOW, (bucket + 2) * _WINDOW)
        best.append((at, start, end, round(score, 4)))
    return best


def _query_terms(query):
    """(stem, whole-word start needed) of each word that says something; pairs of characters where no spaces are."""
    terms = {}
    for word in _WORD.findall(_fold(query)):
        if _WIDE.search(word):
            for at in range(max(1, len(word) - 1)):
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


def _count(folded, term, text, places):
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
            place = text, at // _WINDOW
            places[place] = places.get(place, 0.0) + weight
        at = folded.find(stem, at + len(stem))


def _rarity(having, total):
    return math.log(1 + (total - having + 0.5) / (having + 0.5))


def _score(found, rarity):
    """BM25 of every passage of two neighbouring buckets. All are of one length, so length does not matter."""
    scores = {}
    for term, places in found.items():
        passages = {}
        for (text, bucket), count in places.items():
            passages[text, bucket] = passages.get((text, bucket), 0) + count
            if bucket:
                before = text, bucket - 1
                passages[before] = passages.get(before, 0) + count
        for passage, count in passages.items():
            scores[passage] = scores.get(passage, 0) + rarity[term] * count * (_K1 + 1) / (count + _K1)
    return scores


def _reward_nearness(texts, scores, terms, rarity, most):
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
        text = _fold(texts[at][bucket * _WINDOW : (bucket + 2) * _WINDOW])
        scores[place] += sum(weight for pattern, weight in pairs if pattern.search(text))


def _tidy(text, start, end):
    """Moves both ends of a passage outwards to the nearest end of a sentence, or else of a line, if one is near."""
    end = min(end, len(text))
    for breaks, reach in ((_SENTENCE_END, _WINDOW), (_LINE_END, _WINDOW // 2)):
        before = [match.end() for match in breaks.finditer(text, max(0, start - reach), start)]
        if start == 0 or before:
            start = before[-1] if before else 0
            break
    for breaks, reach in ((_SENTENCE_END, _WINDOW), (_LINE_END, _WINDOW // 2)):
        after = breaks.search(text, max(start, end - 1), min(end + reach, len(text)))
        if end == len(text) or after:
            end = after.end() if after else end
            break
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
