"""Designs of certificates: what a design is, how it is checked, how it becomes a PDF. Knows no database and no web."""
