"""Figures a cell drew with matplotlib: saved as PNG where it shows them or at its end, and closed."""

import io
import os
import sys
import warnings
from importlib.machinery import PathFinder

from sonde import threads

_MAX_FIGURES = 10  # of one cell
_MAX_BYTES = 4_000_000  # of all of them
_MAX_SIDE = 8_000  # pixels
_MAX_ALT = 300  # characters
_DPI, _SIDE = 144, 2_000  # resolution, and pixels of the longer side from which it is lowered

_saved = _bytes = _dropped = 0


class _Pyplot:
    """The first finder of all: gives pyplot a `show` that keeps the figure, whichever backend is chosen."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "matplotlib.pyplot":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            module.show = show

        spec.loader.exec_module = exec_module
        return spec


def install():
    """Called once, before the snapshot is made."""
    sys.meta_path.insert(0, _Pyplot)
    warnings.filterwarnings("ignore", message=r".*is non-interactive, and thus cannot be shown")


def start():
    """The backend that needs no screen; read when matplotlib is imported."""
    os.environ["MPLBACKEND"] = "Agg"


def show(*_, **__):
    """`plt.show`: what was drawn so far is kept, and the next figure begins."""
    collect()


def reset():
    """A new cell begins."""
    global _saved, _bytes, _dropped
    _saved = _bytes = _dropped = 0


def collect():
    """Saves every open figure, in order, and closes it. What cannot be kept is told as a warning."""
    global _dropped
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        try:
            _keep(pyplot.figure(number), number)
        except Exception as error:  # whatever drawing it raises
            print(f"figure {number} could not be drawn: {type(error).__name__}: {error}", file=sys.stderr)
        finally:
            pyplot.close(number)


def finish():
    """The end of a cell: the figures still open, and a word about those there was no room for."""
    collect()
    if _dropped:
        print(
            f"{_saved} figures were kept, {_dropped} were not: at most {_MAX_FIGURES} figures and "
            f"{_MAX_BYTES // 1_000_000} MB a cell",
            file=sys.stderr,
        )


def _keep(figure, number):
    global _saved, _bytes, _dropped
    if _saved >= _MAX_FIGURES:
        _dropped += 1
        return
    room = _MAX_BYTES - _bytes
    width, height = figure.get_size_inches()
    dpi = min(_DPI, _SIDE / max(width, height))
    png = None
    for options in ({"dpi": dpi, "bbox_inches": "tight"}, {"dpi": dpi / 2}):
        data = _png(figure, options)
        if len(data) <= room and max(_size(data)) <= _MAX_SIDE:
            png = data
            break
    if png is None:
        _dropped += 1
        return
    _saved += 1
    _bytes += len(png)
    threads.bridge.figure(png, _alt(figure, number))


def _png(figure, options):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", **options)
    return buffer.getvalue()


def _size(png):
    """Width and height in pixels, from the header."""
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def _alt(figure, number):
    """What the figure shows, in its own words: its titles, else its axes."""
    titles = [getattr(getattr(figure, "_suptitle", None), "get_text", str)()]
    labels = []
    for axes in figure.get_axes():
        titles.append(axes.get_title())
        labels.append(" against ".join(label for label in (axes.get_ylabel(), axes.get_xlabel()) if label))
    words = [word.strip() for word in titles if word.strip()] or [word.strip() for word in labels if word.strip()]
    return ("; ".join(words) or f"Figure {number}")[:_MAX_ALT]
