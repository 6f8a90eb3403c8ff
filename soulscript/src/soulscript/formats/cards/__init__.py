"""Character cards in every container, and the lorebooks and chats of the same tools."""
