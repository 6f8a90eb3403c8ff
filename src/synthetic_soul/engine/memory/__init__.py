"""What an agent learns: facts from messages, fragments from reflection."""
