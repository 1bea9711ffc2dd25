"""Certificates for programs: Open Badges, status lists, and the statement inside the QR code. No database, no web."""
