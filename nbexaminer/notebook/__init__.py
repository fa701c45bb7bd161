"""What a notebook that was given out, handed in or graded says, cell by cell."""
