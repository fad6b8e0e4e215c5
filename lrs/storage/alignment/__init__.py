"""Alignments as analysts give them: CSV and 1EdTech CASE in, one table of skills out."""
