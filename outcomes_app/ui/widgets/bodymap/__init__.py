"""The body map: pictures, points on them, and the one model that map, table and totals share."""
