"""Where journals, words, snapshots and accounts are kept: one protocol, several stores."""
