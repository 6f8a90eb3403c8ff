"""Job runners and event buses: in-process, RQ, Redis."""
