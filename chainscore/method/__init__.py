"""The method of appraisal as data: the rulebook and its periods."""
