"""Modules that cannot be had: one line that says so and what to use instead."""

import sys
from importlib.machinery import PathFinder

from sonde import packages

# What to do without a package that cannot be had.
_INSTEAD = {
    "numpy": "use lists with math and statistics",
    "pandas": "use csv, json, collections and statistics",
    "scipy": "use math and statistics",
    "sklearn": "use the standard library, or llm_query to classify",
    "scikit-learn": "use the standard library, or llm_query to classify",
    "nltk": "use re and str methods",
    "spacy": "use re, or llm_query to analyse text",
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
    "plotly": "use matplotlib, or print tables instead",
    "PyPDF2": "documents are already text in context",
    "pypdf": "documents are already text in context",
    "fitz": "documents are already text in context",
    "docx": "documents are already text in context",
    "openpyxl": "documents are already text in context",
    "torch": "use the standard library",
    "tensorflow": "use the standard library",
    "polars": "use csv, json, collections and statistics",
    "pydantic": "use dataclasses",
}

# What would be of no use here, whether or not there is a package.
_NEVER = {
    "tiktoken": "estimate tokens as len(text) // 4",
    "transformers": "use llm_query",
    "openai": "use llm_query",
    "anthropic": "use llm_query",
    "langchain": "use llm_query",
    "requests": "there is no network; everything to read is in context",
    "httpx": "there is no network; everything to read is in context",
    "aiohttp": "there is no network; everything to read is in context",
    "pip": "import packages by their name; those of the built-in list are loaded on import",
    "nest_asyncio": "asyncio.run and top-level await work without it",
    "js": "Python here has no access to the browser",
    "pyodide_js": "Python here has no access to the browser",
    "_ssl": "there is no network",
    "_multiprocessing": "there are no processes; use concurrent.futures.ThreadPoolExecutor",
    "_posixsubprocess": "there are no processes",
}


def explain(name, status=packages.REFUSED, reason=""):
    """One line about a module that cannot be had, with what to use instead."""
    instead = _NEVER.get(name) or _INSTEAD.get(name)
    if status == packages.UNKNOWN and instead is None:
        return f"No module named {name!r}"
    now = " now" if reason else ""
    why = "; ".join(part for part in (reason, instead) if part)
    return f"No module named {name!r} (not available here{now}{': ' if why else ''}{why})"


def _asked_by_cell():
    """Whether the code of a cell imports, rather than a library that tries what else it could use."""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file == "<sonde/saving.py>":
            return True  # a value of an earlier cell, which had the package
        if not file.startswith(("<frozen importlib", "<sonde/")) and "/importlib/" not in file:
            return not frame.f_globals.get("__file__", file).startswith(("/lib/", "<frozen"))
        frame = frame.f_back
    return False


class Unavailable:
    """The last finder of all: it is asked when no other one has the module."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in _NEVER:
            raise ModuleNotFoundError(explain(name), name=name)
        if path is not None or "." in name:
            return None
        status, reason = packages.load("import", name) if _asked_by_cell() else (packages.UNKNOWN, "")
        if status == packages.LOADED:
            return PathFinder.find_spec(name, path, target)
        if status == packages.REFUSED or name in _INSTEAD:
            raise ModuleNotFoundError(explain(name, status, reason), name=name)
        return None


def install():
    sys.meta_path.append(Unavailable)
    sys.modules["micropip"] = packages.micropip()


def forget_javascript():
    """Takes the modules that lead to JavaScript away. The sandbox is the boundary; this is only tidiness."""
    from _pyodide import _importhook

    _importhook.jsfinder.jsproxies.clear()
    for name in [name for name in sys.modules if name.partition(".")[0] in ("js", "pyodide_js")]:
        del sys.modules[name]
