"""Signatures in PDF files: keys, signers, and reading back what a file says. Knows no database and no web."""
