"""What the program says: findings, texts, and how names and cell references are written."""
