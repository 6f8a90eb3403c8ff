"""Other formats, in and out, always with a report."""
