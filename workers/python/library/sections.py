"""`split_sections`: a text by its headings, whatever kind they are."""

import re

from sonde.parts import Part
from sonde.spans import Spans

_MAX_TITLE = 120
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)[^\n]*$", re.M)
_MARKDOWN = re.compile(r"^ {0,3}(#{1,6})[ \t]+(\S[^\n]*?)[ \t]*#*[ \t]*$", re.M)
_SETEXT = re.compile(r"(?:\A|(?<=\n\n)|(?<=\n\r\n))[ ]{0,3}(\S[^\n|]{0,119})\n[ ]{0,3}(={3,}|-{3,})[ \t\r]*$", re.M)

_NUMBER = r"(?:\d{1,4}(?:\.\d{1,4})*[A-Za-z]?|[IVXLCDM]{1,8}|[A-Z](?:-\d+)?|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN)"
_RANKS = {
    "volume": 1, "book": 2, "part": 2, "teil": 2, "livre": 2, "title": 3, "titre": 3, "schedule": 2, "annex": 2,
    "appendix": 2, "exhibit": 2, "anhang": 2, "annexe": 2, "chapter": 4, "kapitel": 4, "chapitre": 4, "capítulo": 4,
    "item": 5, "section": 6, "article": 6, "artikel": 6, "artículo": 6, "clause": 6, "abschnitt": 5, "act": 3, "scene": 4,
    "canto": 4, "letter": 4, "art.": 6, "sec.": 6, "ch.": 4,
}  # fmt: skip
_WORDS = "|".join(sorted(map(re.escape, _RANKS), key=len, reverse=True))
_LEGAL = re.compile(
    rf"^[ \t]*(?:(?P<word>(?i:{_WORDS}))[ \t\xa0]+(?P<number>{_NUMBER})(?![\w])|(?P<sign>§§?)[ \t]*\d[\d.]*[a-z]?)"
    r"(?P<rest>[^\n]{0,120})$",
    re.M,
)
_ALONE = re.compile(
    r"^[ \t]*(?i:preface|foreword|introduction|prologue|epilogue|conclusion|preamble|recitals|abstract|contents"
    r"|table of contents|references|bibliography|acknowledge?ments|glossary|index)[ \t]*[.:]?[ \t\r]*$",
    re.M,
)
_NUMBERED = re.compile(r"^[ \t]{0,8}(?P<number>\d{1,3}(?:\.\d{1,3}){0,5})(?P<dot>[.)]?)[ \t]+(?P<title>\S[^\n]{0,100})$", re.M)
_CAPITALS = re.compile(r"^[ \t]*[^\na-z]{4,100}$", re.M)
_ALONE_RANK, _SIGN_RANK, _CAPITALS_RANK, _NUMBERED_RANK = 4, 7, 8, 9
_CONTENTS_CHARS = 200  # a line of a table of contents, and what is wrapped of it, is no longer


def split(source):
    """The sections of one source, as parts with `title`, `level` from 1 (0: before the first heading) and `path` of titles.

    Together they are the whole of it. Where headings are marked in the document, those count."""
    text, sections = source.text, Spans()
    headings = _of_marks(source) or _without_contents(text, _ranked(_headings(text)))
    if not headings or text[: headings[0][0]].strip():
        headings.insert(0, (0, 0, ""))
    else:
        headings[0] = (0, *headings[0][1:])  # blank lines before the first heading are part of it
    path = []
    for (start, level, title), following in zip(headings, headings[1:] + [(len(text), 0, "")]):
        path = [*path[: max(0, level - 1)], title] if level else []
        piece, place = text[start : following[0]], source.offset + start
        of = source.document, source.name, place, "section", title, len(sections) + 1, level, tuple(path)
        sections.append(Part(piece, *of))
    return sections


def _of_marks(source):
    """(start, level, title) of each heading that is marked; chapters stand above sections."""
    marks = [*source.marks("chapter"), *source.marks("section")]
    first = {}
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.kind, mark.level or 0)):
        first.setdefault(mark.start, (mark.start - source.offset, (mark.kind == "section", mark.level or 1), mark.label))
    return _ranked(first.values())


def _headings(text):
    """(start, rank, title) of each heading. Where marks of Markdown are used, they alone count."""
    marked = _marked(text)
    if len(marked) >= 2:
        return marked
    found = {}
    for finder in (_capitals, _numbered, _alone, _legal):  # a later finder knows better
        for start, rank, title in finder(text):
            found[start] = (start, rank, title)
    for start, rank, title in marked:
        found[start] = (start, rank, title)
    return [found[start] for start in sorted(found)]


def _marked(text):
    fences = [match.start() for match in _FENCE.finditer(text)]
    code = list(zip(fences[::2], fences[1::2]))
    found = [(match.start(), len(match[1]), match[2].strip()) for match in _MARKDOWN.finditer(text)]
    found += [(match.start(), 1 if match[2][0] == "=" else 2, match[1].strip()) for match in _SETEXT.finditer(text)]
    return sorted(entry for entry in found if not any(start < entry[0] < end for start, end in code))


def _legal(text):
    for match in _LEGAL.finditer(text):
        rest = match["rest"].strip()
        if not _blank_before(text, match.start()) or not _title_like(rest):
            continue
        word = match["word"]
        if word and not word[0].isupper():
            continue
        rank = _SIGN_RANK if match["sign"] else _RANKS[word.lower()]
        yield match.start(), rank, " ".join(match[0].split())


def _title_like(rest):
    """What may follow "Chapter 5": nothing, a mark and a title, or a title; not the rest of a sentence."""
    if not rest:
        return True
    if rest[0] in ",;" or rest.endswith((",", ";")):
        return False
    words = rest.lstrip(".:-–—) \t")
    return not words or words[0] != words[0].lower() or not words[0].isalpha() and len(rest) < 80


def _alone(text):
    for match in _ALONE.finditer(text):
        if _blank_before(text, match.start()) and _blank_after(text, match.end()):
            yield match.start(), _ALONE_RANK, match[0].strip()


def _numbered(text):
    for match in _NUMBERED.finditer(text):
        title = match["title"].strip()
        depth = match["number"].count(".") + 1
        if not title[0].isupper() or title.endswith((".", ",", ";", "?", "!")) or "  " in title:
            continue
        if len(title.split()) > 14 or not _blank_before(text, match.start()):
            continue
        # "1. Buy milk" is an item of a list as often as a heading: a heading has room around it.
        if depth == 1 and (not match["dot"] or not _blank_after(text, match.end())):
            continue
        yield match.start(), _NUMBERED_RANK + depth, " ".join(match[0].split())


def _capitals(text):
    for match in _CAPITALS.finditer(text):
        title = match[0].strip()
        letters = sum(map(str.isalpha, title))
        if letters < 4 or letters < 0.6 * len(title.replace(" ", "")) or not title.isupper():
            continue
        if title.endswith((",", ";")) or "|" in title:
            continue
        if _blank_before(text, match.start()) and _blank_after(text, match.end()):
            yield match.start(), _CAPITALS_RANK, " ".join(title.split())


def _blank_before(text, start):
    """Whether the line that begins at `start` is the first one, or has an empty one above it."""
    return start == 0 or not text[text.rfind("\n", 0, start - 1) + 1 : start].strip()


def _blank_after(text, end):
    """Whether the line that ends at `end` is the last one, or has an empty one below it."""
    below = text.find("\n", end + 1)
    return not text[end : len(text) if below < 0 else below].strip()


def _ranked(headings):
    """Ranks as levels without gaps: 1, 2, 3, …"""
    headings = list(headings)
    ranks = sorted({rank for _, rank, _ in headings})
    return [(start, ranks.index(rank) + 1, title[:_MAX_TITLE]) for start, rank, title in headings]


def _without_contents(text, headings):
    """Leaves out lines of a table of contents: headings with next to nothing below them that come again later."""
    last = {title.casefold(): index for index, (_, _, title) in enumerate(headings)}
    kept = []
    for index, (start, level, title) in enumerate(headings):
        end = headings[index + 1][0] if index + 1 < len(headings) else len(text)
        line = text.find("\n", start)
        body = "" if line < 0 else text[line:end].strip()
        if last[title.casefold()] == index or len(body) > _CONTENTS_CHARS:
            kept.append((start, level, title))
    return kept
