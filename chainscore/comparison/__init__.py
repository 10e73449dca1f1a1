"""What moved between periods, and why."""
