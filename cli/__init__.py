"""The command line: one script, one command for everything."""
