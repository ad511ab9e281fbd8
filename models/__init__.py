"""The vocabulary: pydantic models and enums, with no logic beyond validation."""
