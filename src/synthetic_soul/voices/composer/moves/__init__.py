"""Reply moves: functions of a situation and a selector that return phrases."""
