"""What strict chat templates (Gemma, Mistral, Llama 2, Qwen) accept of a list of messages."""

from collections.abc import Sequence

from synthetic_soul.llm.base import Message


def template_fault(messages: Sequence[Message]) -> str:
    """Return why a strict template would refuse the messages, or ""."""
    roles = [message.role for message in messages]
    turns = roles[1:] if roles[:1] == ["system"] else roles
    if "system" in turns:
        return "the system message must be at the beginning"
    if any(role != ("user", "assistant")[place % 2] for place, role in enumerate(turns)):
        return f"roles must alternate user/assistant: {turns}"
    if turns[-1:] != ["user"]:
        return "the last message must be the user's"
    if not all(message.content.strip() for message in messages):
        return "a message is empty"
    return ""
