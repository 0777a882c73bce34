"""Writes the files of the sample clinic. Every person, place and number in them is invented."""
