"""The answer of a run: the `answer` dict, `FINAL` and `FINAL_VAR`, and what is refused."""


class Answer(dict):
    """`{"content": "", "ready": False}`; whichever way `ready` becomes true, the answer is taken.

    The content counts as it stands when `ready` is set, as in the reference implementation; a content that
    was still empty then may be filled in until the end of the cell.
    """

    def __init__(self, values=(), on_ready=None):
        super().__init__({"content": "", "ready": False})
        self._on_ready = None
        super().update(values)
        self._on_ready = on_ready

    def _changed(self):
        if self.get("ready") and self._on_ready is not None:
            self._on_ready(self.get("content"))

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        if key == "ready":
            self._changed()

    def update(self, *args, **kwargs):
        super().update(*args, **kwargs)
        if "ready" in dict(*args, **kwargs):
            self._changed()

    def __ior__(self, other):
        other = dict(other)
        super().update(other)
        if "ready" in other:
            self._changed()
        return self

    def setdefault(self, key, default=None):
        missing = key not in self
        value = super().setdefault(key, default)
        if missing and key == "ready":
            self._changed()
        return value

    def __reduce_ex__(self, protocol):
        return dict, (dict(self),)

    def __deepcopy__(self, memo):
        return dict(self)


def is_empty(content):
    return content is None or (isinstance(content, str) and not content.strip())


class Verdict:
    """What one cell did about the answer."""

    EMPTY = (
        'answer["ready"] was set, but answer["content"] is empty. Put the answer into answer["content"] first, '
        'then set answer["ready"] = True.'
    )

    def __init__(self):
        self.reset()

    def reset(self):
        self.final = None
        self.refusal = None
        self._ready = False

    def ready(self, content):
        """The content is made a text at once: later changes to a list in it do not count."""
        self._ready = True
        if not is_empty(content):
            self.final = str(content)

    def given(self, value):
        """`FINAL(value)`."""
        text = str(value)
        if text.strip():
            self.final = text
        else:
            self.refusal = "FINAL was called with an empty answer. Call it with the answer itself."
        return text

    def rebound(self, value):
        """`answer` was bound to something that is no dict, and has been put back."""
        self.refusal = (
            f"`answer` was bound to a {type(value).__name__} and has been put back: `answer` is a dict. To finish, set "
            'answer["content"] and then answer["ready"] = True.'
        )

    def settle(self, answer):
        """At the end of the cell: the final answer, or why there is none."""
        content = dict.get(answer, "content")
        if self.final is None and (self._ready or dict.get(answer, "ready")):
            if is_empty(content):
                self.refusal = self.EMPTY
                dict.__setitem__(answer, "ready", False)
            else:
                self.final = str(content)
        if self.final is not None:
            self.refusal = None
