"""chainscore: scores the quarterly appraisal of industry chains from departments' workbooks."""

__version__ = "0.1.0"
