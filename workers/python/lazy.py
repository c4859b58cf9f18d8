"""Lists whose items are made when they are touched."""


class LazyList(list):
    """A `list` that holds what its items are made of; `_read` makes one.

    CPython's C code may look into a list's storage directly, so every method that would is overridden.
    """

    __slots__ = ()

    def _read(self, index):
        """The item at an index, whatever is stored there."""
        raise NotImplementedError

    def _all(self):
        return [self._read(index) for index in range(len(self))]

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self._read(at) for at in range(*index.indices(len(self)))]
        index = index.__index__()
        return self._read(index)

    def __iter__(self):
        index = 0
        while index < len(self):
            yield self._read(index)
            index += 1

    def __reversed__(self):
        for index in range(len(self) - 1, -1, -1):
            yield self._read(index)

    def __contains__(self, value):
        return any(item is value or item == value for item in self)

    def __eq__(self, other):
        if self is other:
            return True
        return isinstance(other, list) and len(self) == len(other) and all(a == b for a, b in zip(self, other))

    def __ne__(self, other):
        return not self == other

    def __lt__(self, other):
        return self._all() < list(other) if isinstance(other, list) else NotImplemented

    def __le__(self, other):
        return self._all() <= list(other) if isinstance(other, list) else NotImplemented

    def __gt__(self, other):
        return self._all() > list(other) if isinstance(other, list) else NotImplemented

    def __ge__(self, other):
        return self._all() >= list(other) if isinstance(other, list) else NotImplemented

    __hash__ = None

    def __add__(self, other):
        return self._all() + list(other) if isinstance(other, list) else NotImplemented

    def __radd__(self, other):
        return list(other) + self._all() if isinstance(other, list) else NotImplemented

    def __mul__(self, count):
        return self._all() * count

    __rmul__ = __mul__

    def __imul__(self, count):
        self[:] = self._all() * count
        return self

    def __repr__(self):
        return repr(self._all())

    def __reduce_ex__(self, protocol):
        return list, (self._all(),)

    def __copy__(self):
        return self._all()

    def copy(self):
        return self._all()

    def index(self, value, start=0, stop=None):
        for at in range(len(self))[start:stop]:
            item = self._read(at)
            if item is value or item == value:
                return at
        raise ValueError(f"{value!r} is not in list")

    def count(self, value):
        return sum(item is value or item == value for item in self)

    def pop(self, index=-1):
        item = self._read(index)
        list.pop(self, index)
        return item

    def remove(self, value):
        list.pop(self, self.index(value))

    def sort(self, *, key=None, reverse=False):
        self[:] = sorted(self._all(), key=key, reverse=reverse)
