"""Copies to send back: a filled workbook with every finding marked at its cell, and a first sheet that lists them."""

from chainscore.paperwork.annotate.copy import annotated, to_send_back

__all__ = ["annotated", "to_send_back"]
