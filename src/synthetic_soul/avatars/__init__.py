"""Pictures of characters: decoded and written anew, chosen by expression, kept and found again."""
