"""Runs the command line: `python -m cli`, which `./collegium` calls."""

from cli.root import main

if __name__ == "__main__":
    main()
