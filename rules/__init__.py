"""The regulations as pure functions from models to decisions with reason codes."""
