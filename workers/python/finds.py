"""The index of the library, which the page asks: places of passages by number, so that no text crosses."""

import json

from sonde import threads

from pyodide.ffi import can_run_sync

MAX_QUERY = 2_000  # characters
MAX_PASSAGES = 200


class Index:
    """The index over the documents of one context, by its number."""

    def __init__(self, number):
        self._number = number

    def find(self, query, k):
        """`[document, start, end, score]` of the best passages, the best first; None when there is no index to ask.

        Suspends the caller; its clock stands still.
        """
        bridge = threads.bridge
        if bridge is None or not bridge.active() or not can_run_sync():
            return None
        if not 0 < k <= MAX_PASSAGES or len(query) > MAX_QUERY:
            return None
        reply = threads.suspend(bridge.find(self._number, query, k))
        if reply is None:
            raise KeyboardInterrupt
        return json.loads(reply)
