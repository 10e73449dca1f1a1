"""What is sent out and sent back: blank workbooks, carried figures, annotated copies."""
