"""The command line ``soul``."""
