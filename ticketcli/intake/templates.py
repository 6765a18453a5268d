"""Examples of files that `ticket import` takes."""

from __future__ import annotations

_CSV = """\
id,subject,description,status,priority,category,labels,requester.name,requester.email,assignee,created_at,\
first_responded_at,resolved_at,closed_at,fields.region
OLD-1,Printer on fire,"Smoke, and a smell
of burnt toner",closed,high,hardware,"printer,floor-3",Eve Example,eve@example.com,,2026-01-05T09:00:00Z,\
2026-01-05T09:20:00Z,2026-01-05T16:00:00Z,2026-01-07T16:00:00Z,north
OLD-2,VPN is slow,,new,normal,network,,Uma Example,uma@example.com,,2026-01-06T10:30:00Z,,,,south
"""
_JSONL = """\
{"id": "OLD-1", "subject": "Printer on fire", "priority": "high", "labels": ["printer", "floor-3"], \
"requester": {"name": "Eve Example", "email": "eve@example.com"}, "created_at": "2026-01-05T09:00:00Z", \
"comments": [{"at": "2026-01-05T09:20:00Z", "author": "ann", "text": "On my way."}], \
"resolved_at": "2026-01-05T16:00:00Z", "fields": {"region": "north"}}
{"id": "OLD-2", "subject": "VPN is slow", "requester": {"email": "uma@example.com"}, \
"created_at": "2026-01-06T10:30:00Z"}
"""
_MAPPING = """\
# yaml-language-server: $schema=mapping.schema.json   (ticket rules schema mapping > mapping.schema.json)
source: old-desk                  # with the key: which row is here already
key: Ticket ID                    # one column, or several: [Project, Number]
encoding: gb18030                 # without it: told from the bytes
zone: Asia/Shanghai               # of times that name none; without it the desk's
format: "%Y/%m/%d %H:%M"          # of times; without it ISO 8601; also epoch, epoch-ms
columns:
  Title: subject
  Details: description
  Reporter: requester.name
  Urgency:
    key: priority
    values: {P1: urgent, P2: high, P3: normal, "*": low}     # "*": every other word
    empty: normal                 # for empty cells
  Opened: created_at
  Done: {key: resolved_at, format: "%d.%m.%Y", zone: Europe/Berlin}
  Tags: {key: labels, split: ";"}
  Score: {key: fields.score, type: number}      # text number bool time list json
  Ref: [external_ids.erp, fields.ref]           # one column, two keys
set:
  category: migrated
  fields.origin: "{{ Project }}/{{ Ticket ID }}"
"""
TEMPLATES = {"csv": _CSV, "jsonl": _JSONL, "mapping": _MAPPING}
