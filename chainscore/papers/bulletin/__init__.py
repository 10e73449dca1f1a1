"""``chainscore bulletin``: the bulletin of a period's results (通报) in the layout of GB/T 9704-2012."""
