"""How an agent is: pure values and pure functions, without I/O, clock or chance."""
