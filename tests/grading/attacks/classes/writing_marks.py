"""Writing one's own marks."""
# ruff: noqa: E501  (hostile code is kept as it comes)

from tests.grading.attacks.attack import Attack

ATTACKS = [
    Attack(
        "writes_the_gradebook",
        """
import glob, os, sqlite3
for path in ["@COURSE@/gradebook.db", "gradebook.db", "../gradebook.db", *glob.glob("/*/gradebook.db")]:
    try:
        db = sqlite3.connect(f"file:{path}?mode=rw", uri=True)
        db.execute("update grade set extra_credit = 100, auto_score = 100")
        db.commit()
    except Exception as error:
        print(type(error).__name__)
""",
    ),
    Attack(
        "uses_nbgraders_api",
        """
from nbgrader.api import Gradebook
with Gradebook("sqlite:///@COURSE@/gradebook.db") as gradebook:
    for submission in gradebook.submissions:
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.extra_credit = grade.manual_score = 100
    gradebook.db.commit()
""",
    ),
    Attack(
        "writes_into_the_course",
        """
import os
for folder in ("autograded", "submitted", "source", "release", "feedback", "."):
    for student in os.listdir("@COURSE@/" + folder) if os.path.exists("@COURSE@/" + folder) else []:
        open(f"@COURSE@/{folder}/{student}/attack-left", "w").write("x")
os.makedirs("@COURSE@/autograded/attack-left", exist_ok=True)
""",
    ),
]
