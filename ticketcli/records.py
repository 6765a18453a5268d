"""Named tuples whose classes cost next to nothing to make.

`typing.NamedTuple` compiles a constructor and a forward reference for every field: 0.2 ms a class, and a call loads
about a hundred. Here the constructor is compiled when the first value is made, and annotations stay the texts they
are. To the type checker it is `typing.NamedTuple`; at run time it has its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from _collections import _tuplegetter

    class _Shared(tuple):
        """What every record can do; the same as a named tuple of the standard library."""

        __slots__ = ()
        _fields = ()
        _field_defaults = {}

        def __new__(cls, *args, **kwargs):
            cls.__new__ = _constructor(cls)
            return cls(*args, **kwargs)

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"{cls.__name__} wants {len(cls._fields)} values, got {len(made)}")
            return made

        def _replace(self, /, **changes):
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"{type(self).__name__} has no fields {sorted(changes)}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self))

        def __repr__(self):
            values = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self))
            return f"{type(self).__name__}({values})"

        def __getnewargs__(self):
            return tuple(self)

    def _constructor(cls):
        """`__new__` with the fields as its parameters, made as the standard library makes it."""
        names = ", ".join(cls._fields)
        scope = {"_new": tuple.__new__, "__builtins__": {}, "__name__": cls.__module__}
        made = eval(f"lambda _cls, {names}: _new(_cls, ({names},))", scope)
        made.__defaults__ = tuple(cls._field_defaults.values()) or None
        made.__name__ = "__new__"
        return made

    class _RecordType(type):
        def __new__(kind, name, bases, space):
            names = tuple(space.get("__annotations__", ()))
            defaults = {field: space[field] for field in names if field in space}
            if tuple(defaults) != names[len(names) - len(defaults) :]:
                raise TypeError(f"{name}: a field without a default stands behind one with a default")
            for index, field in enumerate(names):
                space[field] = _tuplegetter(index, None)
            space |= {"__slots__": (), "_fields": names, "__match_args__": names, "_field_defaults": defaults}
            return type.__new__(type, name, (_Shared,), space)

    NamedTuple = type.__new__(_RecordType, "NamedTuple", (), {})
