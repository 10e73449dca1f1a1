"""How firm a ranking is: under every combination of readings, and against every single input."""
