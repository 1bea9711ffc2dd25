"""Reliability drills: the real server is killed, blocked, misled and crowded, and nothing acknowledged may be lost."""
