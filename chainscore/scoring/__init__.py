"""From tables to scores: evidence, points, sums, ranks, and how they are explained."""
