"""What a submission's kernel has in place of `course_utils`; ../offered.py says which files."""
