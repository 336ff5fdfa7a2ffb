"""Instrument forms made from their definitions: inputs, pages of questions, live scores."""
