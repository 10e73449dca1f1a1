"""What the office hands out: documents for readers without the program."""
