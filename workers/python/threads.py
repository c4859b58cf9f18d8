"""Threads without threads: every task has a stack of its own, and every wait suspends it.

WebAssembly gives one thread. JavaScript promise integration gives each call from the event loop its own
stack, which `run_sync` can set aside. That is enough for code that waits: the primitives below replace
those of `_thread`, and everything the standard library builds on them (`threading`, `queue`,
`concurrent.futures`, `asyncio.to_thread`) works unchanged. Tasks switch only where they wait.
"""

import _thread
import asyncio
import collections
import concurrent.futures
import contextvars
import gc
import itertools
import queue
import sys
import threading
import time

from pyodide.ffi import run_sync
from pyodide.webloop import WebLoop

MAIN = 1
_COLLECT_AT = 200_000  # new objects after which a full collection is worth its time
WOKEN, TIMED_OUT, DEADLOCK = 1, 0, 2  # what a wait resolves to; None when interrupted

bridge = None  # the worker's JavaScript side; set by attach()
_loop = None
_due = set()  # callbacks the event loop has yet to run
_suspended = 0  # stacks set aside
_identifiers = itertools.count(MAIN + 1)
_now = MAIN  # the thread whose stack is running; every switch goes through suspend() or call_later()


def get_ident():
    """The identifier of the current thread; 1 is the one the cell runs on."""
    return _now


def suspend(promise):
    """Sets the current stack aside until the promise settles. The bridge stops the clock meanwhile.

    While any stack is set aside there is no automatic garbage collection: the incremental collector walks the
    frames of every thread state, and those of a suspended one may have been moved out of the stack's memory
    (https://github.com/pyodide/pyodide/issues/6464). A full collection does not walk them.
    """
    global _suspended, _now
    thread = _now
    _suspended += 1
    gc.disable()
    try:
        return run_sync(promise)
    finally:
        _suspended -= 1
        _now = thread
        bridge.enter()
        if _suspended == 0:
            gc.enable()
        elif gc.get_count()[0] > _COLLECT_AT:
            gc.collect()


def wait(token, timeout=None, interruptible=False):
    """Waits until `bridge.wake(token)`. False when `timeout` seconds passed first.

    An interrupt reaches the cell's own waits and every sleep; idle pool threads stay for later cells.
    """
    milliseconds = -1 if timeout is None else max(0.0, timeout * 1000)
    outcome = suspend(bridge.wait(token, milliseconds, interruptible or get_ident() == MAIN))
    if outcome is None:
        raise KeyboardInterrupt
    if outcome == DEADLOCK:
        raise RuntimeError("deadlock: the cell waits for something that nothing is left to do")
    return outcome == WOKEN


def sleep(seconds):
    """`time.sleep` that lets other threads run."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    wait(bridge.park(), seconds, interruptible=True)


class Lock:
    """`threading.Lock`. Released to the waiter that came first."""

    def __init__(self):
        self._locked = False
        self._waiters = collections.deque()

    def acquire(self, blocking=True, timeout=-1):
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if not self._locked:
            self._locked = True
            return True
        if not blocking or timeout == 0:
            return False
        token = bridge.park()
        self._waiters.append(token)
        try:
            wait(token, None if timeout < 0 else timeout)
        except BaseException:
            if not self._withdraw(token):
                self.release()
            raise
        return not self._withdraw(token)

    def _withdraw(self, token):
        """True when the token was still waiting; false when the lock had been handed to it."""
        try:
            self._waiters.remove(token)
        except ValueError:
            return False
        return True

    def release(self):
        if not self._locked:
            raise RuntimeError("release unlocked lock")
        if self._waiters:
            bridge.wake(self._waiters.popleft())  # stays locked: handed over
        else:
            self._locked = False

    def locked(self):
        return self._locked

    def _at_fork_reinit(self):
        self.__init__()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def __repr__(self):
        return f"<{'locked' if self._locked else 'unlocked'} Lock object at {id(self):#x}>"

    acquire_lock, release_lock, locked_lock = acquire, release, locked


def _owner():
    """Who holds a reentrant lock: a task of the event loop, for many block at once on one thread here, or a thread."""
    return asyncio.current_task(_loop) or get_ident()


class RLock:
    """`threading.RLock`: the owner may acquire it again."""

    def __init__(self):
        self._block = Lock()
        self._owner = None
        self._count = 0

    def acquire(self, blocking=True, timeout=-1):
        if self._owner == _owner():
            self._count += 1
            return True
        if not self._block.acquire(blocking, timeout):
            return False
        self._owner, self._count = _owner(), 1
        return True

    def release(self):
        if self._owner != _owner():
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if self._count == 0:
            self._owner = None
            self._block.release()

    def locked(self):
        return self._block.locked()

    def _is_owned(self):
        return self._owner == _owner()

    def _recursion_count(self):
        return self._count if self._is_owned() else 0

    def _release_save(self):
        saved = self._count, self._owner
        self._count, self._owner = 0, None
        self._block.release()
        return saved

    def _acquire_restore(self, saved):
        self._block.acquire()
        self._count, self._owner = saved

    def _at_fork_reinit(self):
        self.__init__()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()


class ThreadHandle:
    """What `threading.Thread` holds on to and joins."""

    def __init__(self):
        self.ident = 0
        self._done = False
        self._waiters = []

    def is_done(self):
        return self._done

    def _set_done(self):
        self._done = True
        waiters, self._waiters = self._waiters, []
        for token in waiters:
            bridge.wake(token)

    def join(self, timeout=None):
        if self._done:
            return
        if self.ident == get_ident():
            raise RuntimeError("Cannot join current thread")
        token = bridge.park()
        self._waiters.append(token)
        wait(token, None if timeout is None or timeout < 0 else timeout)


def start_joinable_thread(function, handle=None, daemon=True):
    """Runs `function()` on a stack of its own as soon as the current one waits."""
    handle = handle if handle is not None else ThreadHandle()
    handle.ident = next(_identifiers)

    def run():
        global _now
        _now = handle.ident
        try:
            function()
        except SystemExit:
            pass
        finally:
            handle._set_done()

    asyncio.get_event_loop().call_soon(run, context=contextvars.Context())
    return handle


def start_new_thread(function, args, kwargs=None):
    """`_thread.start_new_thread`: the identifier of the new thread."""
    return start_joinable_thread(lambda: function(*args, **(kwargs or {}))).ident


# ---- the event loop ------------------------------------------------------------------------------------------------

_call_later = WebLoop.call_later
_executor = None


def call_later(self, delay, callback, *args, context=None):
    """`loop.call_later`, known to `idle`, and timed: what a callback computes is the cell's time."""

    def timed(*args):
        global _now
        _due.discard(handle)
        try:
            try:
                _now = MAIN
                bridge.enter()
            except KeyboardInterrupt:
                pass  # the callback may be what resumes the cell, which would wait for ever; it is raised again
            callback(*args)
        finally:
            bridge.leave()

    handle = _call_later(self, delay, timed, *args, context=context)
    _due.add(handle)
    return handle


def run_until_complete(self, future):
    """`loop.run_until_complete`, also from within a running loop."""
    task = asyncio.ensure_future(future, loop=self)
    if not task.done():
        token = bridge.park()
        task.add_done_callback(lambda _: bridge.wake(token))
        try:
            wait(token)
        except BaseException:
            task.cancel()
            raise
    return task.result()


def run(main, *, debug=None, loop_factory=None):
    """`asyncio.run`."""
    if not asyncio.iscoroutine(main):
        raise ValueError(f"a coroutine was expected, got {main!r}")
    return asyncio.get_event_loop().run_until_complete(main)


def run_in_executor(self, executor, function, *args):
    """`loop.run_in_executor`; the default executor is as wide as anyone needs."""
    global _executor
    if executor is None:
        if _executor is None:
            _executor = concurrent.futures.ThreadPoolExecutor(64)
        executor = _executor
    return asyncio.wrap_future(executor.submit(function, *args), loop=self)


def idle():
    """True when no callback is due: whoever waits now waits for ever."""
    _due.difference_update([handle for handle in _due if handle.cancelled()])
    return not _due


def on_main():
    """A new cell begins: what runs now is the main thread."""
    global _now
    _now = MAIN


def _excepthook(args):
    if not issubclass(args.exc_type, KeyboardInterrupt):
        _default_excepthook(args)


_default_excepthook = threading.excepthook


def install():
    """Puts the primitives in place of those that block. Called once, before the snapshot is made."""
    main = threading.main_thread()
    for module in (threading, _thread):
        module.get_ident = module.get_native_id = get_ident
    _thread.allocate_lock = _thread.allocate = _thread.lock = _thread.LockType = Lock
    _thread.RLock = RLock
    _thread.start_new_thread = _thread.start_new = start_new_thread
    _thread.start_joinable_thread = start_joinable_thread
    threading.Lock = threading._allocate_lock = threading._LockType = Lock
    threading.RLock = threading._CRLock = threading._RLock = RLock
    threading._start_joinable_thread = start_joinable_thread
    threading._ThreadHandle = ThreadHandle
    threading._active_limbo_lock = RLock()
    threading.excepthook = _excepthook
    main._ident, threading._active = MAIN, {MAIN: main}
    queue.SimpleQueue = queue._PySimpleQueue
    sys.modules["_queue"].SimpleQueue = queue._PySimpleQueue
    import _threading_local

    threading.local = _thread._local = _threading_local.local
    from concurrent.futures import thread

    thread._global_shutdown_lock = Lock()
    concurrent.futures.ProcessPoolExecutor = concurrent.futures.ThreadPoolExecutor
    WebLoop.call_later = call_later
    WebLoop.run_until_complete = run_until_complete
    WebLoop.run_in_executor = run_in_executor
    asyncio.run = asyncio.runners.run = run
    time.sleep = sleep


def attach(javascript_side):
    """Connects a started interpreter to its worker. Nothing of JavaScript may be held before the snapshot."""
    global bridge, _loop
    bridge = javascript_side
    _loop = asyncio.get_event_loop()
    _loop._keyboard_interrupt_handler = lambda: None
    _loop._system_exit_handler = lambda code: None
