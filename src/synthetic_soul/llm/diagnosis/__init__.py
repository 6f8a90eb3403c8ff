"""What went wrong in a call of a model: a class, a reason, a mend, and whether to try again."""
