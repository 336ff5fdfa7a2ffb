"""A synthetic practice that looks like life and is marked as synthetic.

conditions.py says what is treated how and names.py who; courses.py simulates one patient with the
help of injections.py, progress.py, scores.py and diaries.py; build.py makes the practice, fill.py
stores it. Everything but fill.py is pure: the same seed and day give the same values.
"""
