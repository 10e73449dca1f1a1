"""The results workbook and its parts."""
