"""The parts of the Stock page: lots, the day's vials, recalls."""
