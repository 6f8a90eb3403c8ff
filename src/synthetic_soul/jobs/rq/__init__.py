"""Notifications as RQ jobs."""
