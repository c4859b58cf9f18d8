"""Modules that cannot be had: one line that says so and what to use instead."""

import sys

_INSTEAD = {
    "numpy": "use lists with math and statistics",
    "pandas": "use csv, json, collections and statistics",
    "scipy": "use math and statistics",
    "sklearn": "use the standard library, or llm_query to classify",
    "nltk": "use re and str methods",
    "spacy": "use re, or llm_query to analyse text",
    "tiktoken": "estimate tokens as len(text) // 4",
    "transformers": "use llm_query",
    "openai": "use llm_query",
    "anthropic": "use llm_query",
    "langchain": "use llm_query",
    "requests": "there is no network; everything to read is in context",
    "httpx": "there is no network; everything to read is in context",
    "aiohttp": "there is no network; everything to read is in context",
    "micropip": "nothing can be installed; use the standard library",
    "pip": "nothing can be installed; use the standard library",
    "nest_asyncio": "asyncio.run and top-level await work without it",
    "tqdm": "loop without it",
    "regex": "use re",
    "rapidfuzz": "use difflib",
    "fuzzywuzzy": "use difflib",
    "thefuzz": "use difflib",
    "Levenshtein": "use difflib",
    "rank_bm25": "use search(query)",
    "bs4": "use html.parser or re",
    "lxml": "use xml.etree.ElementTree",
    "yaml": "parse it with re or str methods",
    "dateutil": "use datetime",
    "pytz": "use zoneinfo or datetime",
    "tabulate": "use str.format",
    "networkx": "use dicts and collections.deque",
    "sympy": "use fractions and math",
    "matplotlib": "print tables instead",
    "seaborn": "print tables instead",
    "PyPDF2": "documents are already text in context",
    "pypdf": "documents are already text in context",
    "fitz": "documents are already text in context",
    "docx": "documents are already text in context",
    "openpyxl": "documents are already text in context",
    "torch": "use the standard library",
    "tensorflow": "use the standard library",
    "polars": "use csv, json, collections and statistics",
    "pydantic": "use dataclasses",
    "js": "Python here has no access to the browser",
    "pyodide_js": "Python here has no access to the browser",
    "_ssl": "there is no network",
    "_multiprocessing": "there are no processes; use concurrent.futures.ThreadPoolExecutor",
    "_posixsubprocess": "there are no processes",
}


class Unavailable:
    """The last finder of all: it is asked when no other one has the module."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        instead = _INSTEAD.get(name)
        if instead is not None:
            message = f"No module named {name!r} (not available here: {instead})"
            raise ModuleNotFoundError(message, name=name)
        return None


def install():
    sys.meta_path.append(Unavailable)


def forget_javascript():
    """Takes the modules that lead to JavaScript away. The sandbox is the boundary; this is only tidiness."""
    from _pyodide import _importhook

    _importhook.jsfinder.jsproxies.clear()
    for name in [name for name in sys.modules if name.partition(".")[0] in ("js", "pyodide_js")]:
        del sys.modules[name]
