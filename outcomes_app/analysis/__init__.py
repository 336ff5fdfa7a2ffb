"""Course in, result out: baselines, windows, responses, doses and group means.

Nothing here draws, stores or asks the time. Values are exact (Fraction); None means not known.
"""
