"""The diary on the screen: month grid, the focused day, what the days add up to, pasting."""
