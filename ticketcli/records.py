"""Named tuples whose classes cost next to nothing to make.

`typing.NamedTuple` compiles a constructor and a forward reference for every field: 0.2 ms a class, and a call loads
about a hundred. Here annotations stay the texts they are, and a constructor is compiled for a class of which many
values are made. To the type checker it is `typing.NamedTuple`; at run time it has its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from _collections import _tuplegetter

    _MANY = 50
    """Values of one class after which compiling its constructor (0.1 ms) pays."""

    class _Shared(tuple):
        """What every record can do; the same as a named tuple of the standard library."""

        __slots__ = ()
        _fields = ()
        _field_defaults = {}

        def __new__(cls, *args, **kwargs):
            cls._made += 1
            if cls._made == _MANY:
                cls.__new__ = _constructor(cls)
            if kwargs or len(args) != len(cls._fields):
                args = _arranged(cls, args, kwargs)
            return tuple.__new__(cls, args)

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"{cls.__name__} wants {len(cls._fields)} values, got {len(made)}")
            return made

        def _replace(self, /, **changes):
            values, places = list(self), self._places
            for name, value in changes.items():
                if name not in places:
                    raise ValueError(f"{type(self).__name__} has no field {name!r}")
                values[places[name]] = value
            return tuple.__new__(type(self), values)

        def _asdict(self):
            return dict(zip(self._fields, self))

        def __repr__(self):
            values = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self))
            return f"{type(self).__name__}({values})"

        def __getnewargs__(self):
            return tuple(self)

    def _arranged(cls, args, kwargs):
        """The values in the order of the fields, defaults filled in. Raises `TypeError` as any call would."""
        names, defaults = cls._fields, cls._field_defaults
        rest = names[len(args) :]
        missing = [name for name in rest if name not in kwargs and name not in defaults]
        extra = [name for name in kwargs if name not in rest]
        if missing or extra or len(args) > len(names):
            raise TypeError(f"{cls.__name__}: {len(args)} values; missing {missing}, unexpected {extra}")
        return (*args, *[kwargs[name] if name in kwargs else defaults[name] for name in rest])

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
            space |= {"__slots__": (), "_fields": names, "__match_args__": names}
            space |= {"_field_defaults": defaults, "_made": 0, "_places": {name: n for n, name in enumerate(names)}}
            return type.__new__(type, name, (_Shared,), space)

    NamedTuple = type.__new__(_RecordType, "NamedTuple", (), {})
