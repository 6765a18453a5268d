"""`python -m ticketcli` is the same as `ticket`."""

from ticketcli.cli.main import main

if __name__ == "__main__":
    main()
