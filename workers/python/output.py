"""What a cell prints: kept within a bound, head and tail, and passed on in pieces while it runs."""

import collections
import io
import time

_LIMIT = 2_000_000  # characters kept of one cell
_PIECE = 20_000  # characters shown of one piece; the result holds the rest
_PIECES = 20  # pieces at once, and a second


class Output(io.TextIOBase):
    """A text stream that keeps the beginning and the end, and counts everything."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, limit=_LIMIT, send=None):
        super().__init__()
        self._half = limit // 2
        self._send = send
        self.reset()

    def reset(self):
        self.chars = 0
        self._head, self._head_chars = [], 0
        self._tail, self._tail_chars = collections.deque(), 0
        self._pending, self._pending_chars = [], 0
        self._tokens, self._filled_at = float(_PIECES), time.monotonic()

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if type(text) is not str:
            text = "".join(text)
        self.chars += len(text)
        self._keep(text)
        if self._send is not None:
            self._offer(text)
        return len(text)

    def _keep(self, text):
        room = self._half - self._head_chars
        if room > 0:
            self._head.append(text[:room])
            self._head_chars += min(room, len(text))
            text = text[room:]
        if not text:
            return
        self._tail.append(text[-self._half :])
        self._tail_chars += min(len(text), self._half)
        while self._tail_chars - len(self._tail[0]) >= self._half:
            self._tail_chars -= len(self._tail.popleft())

    def _offer(self, text):
        if self._pending_chars < _PIECE:
            self._pending.append(text[: _PIECE - self._pending_chars])
            self._pending_chars += len(self._pending[-1])
        if text.endswith("\n"):
            now = time.monotonic()
            self._tokens = min(_PIECES, self._tokens + (now - self._filled_at) * _PIECES)
            self._filled_at = now
            if self._tokens >= 1:
                self._tokens -= 1
                self.flush()

    def flush(self):
        if self._pending and self._send is not None:
            piece = "".join(self._pending)
            self._pending, self._pending_chars = [], 0
            self._send(piece)

    def text(self):
        """Everything, or its beginning and end with the cut stated."""
        head, tail = "".join(self._head), "".join(self._tail)[-self._half :]
        missing = self.chars - len(head) - len(tail)
        if missing > 0:
            return f"{head}\n… {missing:,} of {self.chars:,} characters not kept …\n{tail}"
        return head + tail

    def isatty(self):
        return False
