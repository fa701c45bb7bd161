"""The equation that a student types, read and worked out."""
