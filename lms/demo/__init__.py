"""The demo: invented people and organisations that show every case of the domain; it never sends a message."""
