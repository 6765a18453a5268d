"""Times as people write them, and the zone in which they are read and shown."""

from __future__ import annotations

from datetime import timezone, tzinfo

from ticketcli.app import App
from ticketcli.cli.moments import Moments
from ticketcli.domain.instants import Instant
from ticketcli.errors import Invalid, UsageError


def zone_of(app: App) -> tzinfo:
    """The zone of the desk's settings."""
    name = app.settings.timezone
    if name == "UTC":
        return timezone.utc
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def moments_of(app: App) -> Moments:
    """How this call shows times."""
    return Moments(zone_of(app), app.session.now)


def ending(app: App, text: str) -> dict[str, Instant]:
    """When a person wants something to end: `lasting` seconds for a duration, else `until` a date (its first second),
    a time or an instant. A duration stays one, so that the same call later is still the same call.

    Raises `UsageError`.
    """
    from ticketcli.domain.durations import parse_duration
    from ticketcli.services.query.dates import parse_span

    if text[:1].isdigit() and text[-1:] in "smhdw":
        try:
            return {"lasting": parse_duration(text).plain}
        except Invalid as error:
            raise UsageError(error.message, error.hint) from None
    return {"until": parse_span(text, zone_of(app)).first}


def span_of(text: str) -> int:
    """The seconds of a duration such as 90d. Raises `UsageError`."""
    from ticketcli.domain.durations import parse_duration

    try:
        return parse_duration(text).plain
    except Invalid as error:
        raise UsageError(error.message, error.hint) from None
