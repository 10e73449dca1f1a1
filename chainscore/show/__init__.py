"""What is shown on the console, as JSON, and how files are written whole."""
