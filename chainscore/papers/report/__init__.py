"""The report: one HTML file that opens every score down to its cells, with nothing fetched from elsewhere."""
