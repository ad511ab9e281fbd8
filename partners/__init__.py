"""Partner systems: the port that a case speaks to, its adapters, and the sandbox partner."""
