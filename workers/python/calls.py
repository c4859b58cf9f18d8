"""Questions to models: `llm_query` and its kin, which block the code that asks and nothing else."""

import json

from sonde import schemas, threads

from pyodide.ffi import to_js

MAX_PROMPT = 16_000_000  # characters
MAX_REQUEST = 60_000_000
MAX_BATCH = 10_000


def as_text(value):
    """A prompt as text: chat messages become their contents, other values JSON or `str`."""
    if isinstance(value, str):
        return str.__str__(value) if type(value).__str__ is str.__str__ else str(value)
    if isinstance(value, dict) and isinstance(value.get("content"), str):
        value = [value]
    if isinstance(value, (list, tuple)) and value and all(_is_message(item) for item in value):
        if len(value) == 1:
            return value[0]["content"]
        return "\n\n".join(f"{item.get('role', 'user')}: {item['content']}" for item in value)
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    if value is None:
        raise TypeError("the prompt is None; pass a text")
    return str(value)


def _is_message(item):
    return isinstance(item, dict) and isinstance(item.get("content"), str)


def _ask(kind, prompts, contexts, model, form=None):
    """One request of at most MAX_BATCH prompts, answered in order. Suspends the caller."""
    for text in (*prompts, *(contexts or ())):
        if len(text) > MAX_PROMPT:
            raise ValueError(f"a prompt of {len(text):,} characters is too large to send; split it")
    if sum(map(len, prompts)) + sum(map(len, contexts or ())) > MAX_REQUEST:
        raise ValueError("this batch is too large to send at once; send fewer prompts at a time")
    bridge = threads.bridge
    if not bridge.active():
        raise RuntimeError("the cell that started this thread has ended")
    texts = None if contexts is None else to_js(contexts)
    name = None if model is None else str(model)
    promise = bridge.call(kind, to_js(prompts), texts, name, None if form is None else form.text)
    replies = threads.suspend(promise)
    if replies is None:
        raise KeyboardInterrupt
    values = replies.to_py()
    return values if form is None else [form.read(value) for value in values]


def _ask_all(kind, prompts, model, form=None):
    if isinstance(prompts, (str, dict)):
        prompts = [prompts]
    texts = [as_text(prompt) for prompt in prompts]
    replies = []
    for at in range(0, len(texts), MAX_BATCH):
        replies += _ask(kind, texts[at : at + MAX_BATCH], None, model, form)
    return replies


def llm_query(prompt, model=None, schema=None):
    """One plain completion of a prompt. Returns the reply, or a text that begins with "Error: ".

    With `schema`, a JSON Schema or a type such as `list[str]`, the reply is parsed JSON that matches it."""
    form = None if schema is None else schemas.Form(schema)
    return _ask("llm", [as_text(prompt)], None, model, form)[0]


def llm_query_batched(prompts, model=None, schema=None):
    """Completions of many prompts side by side; replies in the order of the prompts. `schema` as for `llm_query`."""
    form = None if schema is None else schemas.Form(schema)
    return _ask_all("llm", prompts, model, form)


def rlm_query(prompt, model=None):
    """A child run with an interpreter of its own, whose `context` is the prompt. Returns its answer."""
    return _ask("rlm", [as_text(prompt)], None, model)[0]


def rlm_query_batched(prompts, model=None):
    """Child runs side by side; answers in the order of the prompts."""
    return _ask_all("rlm", prompts, model)


def recursive_llm(query, text=None, model=None):
    """A child run that answers `query` with `text` as its `context`."""
    if text is None:
        return rlm_query(query, model)
    return _ask("rlm", [as_text(query)], [as_text(text)], model)[0]
