"""Whether a bulletin is what its inputs give: it is written again, and every text and figure that is shown is compared."""
