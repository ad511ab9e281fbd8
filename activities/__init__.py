"""One step with a side effect each; every one of them may run twice."""
