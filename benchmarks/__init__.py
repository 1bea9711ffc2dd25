"""Load and cost measurements of a real server with a full hall; `python -m benchmarks`."""
