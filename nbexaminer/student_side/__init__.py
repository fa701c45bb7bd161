"""What a submission's kernel has in place of this package. See `course_utils/` in here."""
