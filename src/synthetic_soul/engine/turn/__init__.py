"""From a message to a reply: accept it, take the turn, commit one entry."""
