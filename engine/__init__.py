"""The engine adapter: the only package, beside workflows and activities, that knows Temporal."""
