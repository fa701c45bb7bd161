"""What a submission finds under this name while it is graded: its numbers, and no answers.

Everything it needs is here or in handout.json beside this folder. What the course's own package
has and this one has not, the reference above all, can be imported, and says so when it is called.
"""

import sys

if __name__ == "course_utils":  # not where the grader reads these files itself
    from course_utils.exercises.refusing import RefusingFinder

    sys.meta_path.append(RefusingFinder())
