"""What runs inside a sandbox: single files that stand alone."""
