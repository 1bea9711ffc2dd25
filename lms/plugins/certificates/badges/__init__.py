"""Machine-readable certificates: Open Badges 3.0, status lists, and the compact credential of QR codes."""
