"""What arrives: from a file to tables, with a finding at its cell for everything that cannot be read as meant."""
