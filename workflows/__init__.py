"""The order of steps, the waiting and the deadlines of a learner's way; no input or output."""
