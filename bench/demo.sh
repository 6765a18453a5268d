#!/bin/sh
# A week of a desk, told by the real `ticket` commands: `make run` installs them and calls this.
# Every command is printed as a person would type it, then run as printed. A step that fails, or an event that the story
# speaks of and that did not happen, ends it with exit code 1. Time is set by TICKETCLI_NOW, which sandbox desks allow.
set -eu

command -v ticket >/dev/null || { echo 'demo: there is no ticket command; make run installs one' >&2; exit 1; }
# Nothing outside decides how the story goes; a pager would wait for keys in the middle of it.
unset CI PAGER TICKETCLI_DESK TICKETCLI_OUTPUT TICKETCLI_AS TICKETCLI_CLASS TICKETCLI_LOCK_TIMEOUT TICKETCLI_NOW TICKETCLI_TRUST
folder=$(mktemp -d "${TMPDIR:-/tmp}/ticketcli-demo.XXXXXX")
cd "$folder"

section() { printf '\n\n=== %s\n' "$*"; }

say() { printf '\n%s\n' "$*"; }

# at DATE TIME WORDS: from here on it is that time on the desk's clock.
at() {
    TICKETCLI_NOW="$1T$2:00+08:00"
    export TICKETCLI_NOW
    printf '\n# %s\n' "$3"
}

# step <<'END' … END: prints the command and runs it as it stands there.
step() {
    typed=$(cat)
    printf '$ %s\n' "$typed"
    eval "$typed" 2>&1 </dev/null || { echo "demo: that step failed with exit code $?" >&2; exit 1; }
}

# happened ID KIND…: the story goes on only if the ticket has an event of each of these kinds.
happened() {
    id=$1
    shift
    for kind in "$@"; do
        ticket log "$id" -o jsonl | grep -q "\"kind\": *\"$kind\"" ||
            { echo "demo: ticket $id was not $kind, though the story says so" >&2; exit 1; }
    done
}

section 'A desk'
say 'A desk is a folder: settings, rules and tickets. The rules that come with it work as they are.'
step <<'END'
ticket init --sandbox --timezone Asia/Shanghai desk
END
step <<'END'
cd desk
END
step <<'END'
ticket rules check
END

section 'Monday morning: tickets come in'
at 2026-03-02 09:00 'Monday 09:00'
step <<'END'
ticket create 'Checkout is down' --category server --label production --requester eve@shop.example
END
step <<'END'
ticket create 'How do I get a new VPN token?' --category question --requester tom@shop.example
END
step <<'END'
ticket create 'Printer on floor 3 jams' --requester uma@shop.example
END
step <<'END'
ticket create 'Monthly report is empty' --requester kim@bank.example --tier vip
END
say 'A CI job opens its tickets as JSON, one a line. The key says which broken thing each is about …'
step <<'END'
printf '%s\n' '{"subject": "Nightly build broken", "dedup_key": "build/main"}' \
              '{"subject": "Deploy of api failed", "category": "deploy", "dedup_key": "deploy/api"}' |
    ticket create --from - --source ci
END
say '… so that the next red build opens no second ticket:'
step <<'END'
ticket create 'Nightly build broken' --source ci --dedup-key build/main
END
happened 5 occurred
say 'Rules have set the priorities, chosen teams and people, and started the clocks:'
step <<'END'
ticket list
END
happened 1 prioritised routed
happened 4 prioritised routed

section 'People work'
at 2026-03-02 09:10 'Monday 09:10'
step <<'END'
ticket take 3 --as cai
END
step <<'END'
ticket comment 3 'I cleaned the rollers. Does it print now?' --as cai
END
step <<'END'
ticket resolve 3 --as cai
END
step <<'END'
ticket comment 2 'Which telephone do you have?' --as bob
END
step <<'END'
ticket wait 2 --as bob
END
step <<'END'
ticket comment 4 'The import had stopped; the report is full again.' --as bob
END
step <<'END'
ticket close 4 6 --as bob
END
say 'The build is green again, and the job says so:'
step <<'END'
CI=true ticket resolve --dedup-key build/main --if-exists
END

section 'Nobody answers Eve: the clock moves, and cron sweeps'
say 'First answers to urgent tickets are due in 30 minutes. Ten minutes before, the assignee is warned:'
at 2026-03-02 09:20 'Monday 09:20'
step <<'END'
ticket sweep -v
END
happened 1 sla_warned
at 2026-03-02 09:30 'Monday 09:30: too late, which is recorded and told to the manager'
step <<'END'
ticket sweep -v
END
happened 1 sla_breached
at 2026-03-02 10:00 'Monday 10:00: an hour without an answer, so it goes to the manager'
step <<'END'
ticket sweep -v
END
happened 1 escalated assigned
step <<'END'
ticket show 1
END
at 2026-03-02 10:10 'Monday 10:10: Dee answers, and asks for confirmation'
step <<'END'
ticket comment 1 'We run on the second server now. Please try again.' --as dee
END
step <<'END'
ticket resolve 1 --as dee
END

section 'Silence: reminders first, then rules close'
at 2026-03-03 06:10 'Tuesday 06:10: what would a sweep do?'
step <<'END'
ticket sweep --dry-run
END
say 'Nothing was changed by that. Now it is done:'
step <<'END'
ticket sweep
END
happened 1 reminded
at 2026-03-03 10:10 'Tuesday 10:10: a day of silence on the urgent one, one day left for the printer'
step <<'END'
ticket sweep -v
END
happened 1 closed
happened 3 reminded
at 2026-03-03 11:00 'Tuesday 11:00: Eve comes back, and her reply reopens it'
step <<'END'
ticket comment 1 'Checkout fails again for cards of one bank' --as eve@shop.example --class requester
END
happened 1 reopened
step <<'END'
ticket comment 1 'That bank has an outage. I wait for them.' --as dee
END
step <<'END'
ticket hold 1 --until 7d --reason 'outage of the bank' --as dee
END
say 'A hold stops auto-close, reminders and escalation. The SLA goes on, for Eve still waits:'
at 2026-03-04 09:10 'Wednesday 09:10'
step <<'END'
ticket sweep
END
at 2026-03-04 10:10 'Wednesday 10:10: two days of silence on the printer'
step <<'END'
ticket sweep -v
END
happened 3 closed
at 2026-03-05 10:10 'Thursday 10:10: nothing is due, so a sweep says nothing'
step <<'END'
ticket sweep
END
at 2026-03-06 10:10 'Friday 10:10: Tom has not told us his telephone since Monday'
step <<'END'
ticket sweep -v
END
happened 2 reminded labelled
at 2026-03-06 15:00 'Friday 15:00: he does, so it is open again, and nothing will close it'
step <<'END'
ticket comment 2 'It is an old one with keys' --as tom@shop.example --class requester
END
step <<'END'
ticket list
END

section 'Who did what, and by which rule'
step <<'END'
ticket log 3
END
step <<'END'
ticket log 1
END

section 'Now you'
cat <<END

The desk of this story is in $folder/desk; remove the folder when you are done with it. Go on with:

  export PATH="$(dirname "$(command -v ticket)"):\$PATH"
  cd $folder/desk
  export TICKETCLI_NOW=$TICKETCLI_NOW      # the story's clock: Friday afternoon

  ticket show 2                       whose turn it is, the clocks, and what happens next
  ticket list status:closed           what is over
  ticket list requester:eve@shop.example -o json
  ticket rules list                   every rule, and what it does
  ticket sweep --dry-run --now 2026-03-09T15:00:00+08:00
                                      what a sweep on Monday would do
  \${EDITOR:-vi} rules/autoclose.yaml   then: ticket rules check

Without TICKETCLI_NOW it is today: everything the story left open is due at once.
For a desk of your own: ticket init ~/desk. README.md tells the rest.
END
