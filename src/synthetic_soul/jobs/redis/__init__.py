"""What travels over Redis: the chunks of replies."""
