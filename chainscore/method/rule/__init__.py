"""The language of rules: what is measured, where, against whom, and for how many points (docs/rulebook.md)."""
