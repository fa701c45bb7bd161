"""What runs in Jupyter's server, not in a kernel: it imports neither Matplotlib nor a cell."""
