"""Whether a results workbook is what its inputs give."""
