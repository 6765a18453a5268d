"""A ticket desk for the shell: tickets, YAML rules that decide, and a sweep for cron."""

__version__ = "0.1.0"
