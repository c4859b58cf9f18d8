"""The library of the REPL: what parts, reads, tidies and cites texts, beside the helpers that look into them."""

from sonde import chunks, duplicates, quotations, sections, tables
from sonde.spans import Spans
from sonde.sources import Sources


class Library:
    """The functions over one context."""

    def __init__(self, context, name, explorer):
        self._sources = Sources(context, name)
        self._explorer = explorer

    def names(self):
        """The names a REPL is opened with, and what they are."""
        functions = (self.chunk_by_tokens, self.split_sections, self.table, duplicates.dedupe, self.cite)
        return {function.__name__: function for function in functions}

    def chunk_by_tokens(self, text=None, max_tokens=2000, overlap=0):
        """A text, a span, a document, or all of the context, as spans of at most `max_tokens` tokens (estimated).

        Parts end after a paragraph, a line, a sentence or a word. Together they are the whole text; with `overlap`,
        each begins up to so many tokens before the end of the one before. `part.text`, `part.cite`."""
        max_tokens, overlap = int(max_tokens), int(overlap)
        if max_tokens < 1:
            raise ValueError("max_tokens must be 1 or more")
        if not 0 <= overlap <= max_tokens // 2:
            raise ValueError(f"overlap must be from 0 to half of max_tokens, here {max_tokens // 2}")
        parts = Spans()
        for source in self._sources.of(text):
            parts += chunks.chunk(source, max_tokens, overlap)
        return parts

    def split_sections(self, text=None):
        """A text by its headings, as spans with `.title`, `.level` (1 is the highest) and `.path`, the titles above it.

        Headings: Markdown; else "Chapter 1", "Article 5", "§ 3", "2.1 Scope", lines in capitals. Together the sections
        are the whole text; one without headings is one section of level 0."""
        parts = Spans()
        for source in self._sources.of(text):
            parts += sections.split(source)
        return parts

    def table(self, text=None, nth=0):
        """A table in a text as a list of dicts, one a row, its values as texts; `nth` chooses among several.

        Reads CSV and its like, Markdown's bars, and columns lined up with spaces; the first row names the columns.
        Rows that are given (dicts, or lists with the names first) are taken as they are. Prints lined up."""
        if isinstance(text, (list, tuple)) and not all(isinstance(item, str) for item in text):
            return tables.from_rows(text)
        if text is not None and not isinstance(text, (str, list, tuple)):
            return tables.from_rows(text)  # an iterator of rows
        found = [source for source in self._sources.of(text)]
        if len(found) == 1:
            return tables.from_text(found[0], nth)
        raise ValueError("table() reads one text; call it for each document, e.g. table(context[0])")

    def cite(self, quote, doc=None):
        """The place of a quotation in the documents, `[name @ start-end]`, ready to be written after it.

        No word may differ; white space, line breaks, quotation marks, dashes and emphasis may, and "…" stands for a
        gap. Empty when it is nowhere: then `.nearest` is the passage most like it. `doc`: an index or a name."""
        return quotations.cite(self._explorer, quote, doc)
