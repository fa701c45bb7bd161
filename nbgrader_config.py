"""Values for nbgrader; what they switch on is in nbexaminer. See docs/ for how to use it.

`nbgrader autograde`, the button in formgrader and `course grade` all read this file.
"""

from nbexaminer.course.nbgrader_mended import mend
from nbexaminer.pipeline import MARK, PUT_RIGHT, RECORD

mend()  # paths are no patterns, and a gradebook of another nbgrader is not touched

c = get_config()

c.CourseDirectory.course_id = "recurrent_cells"

# Everybody works on the class's numbers; True gives each student their own, drawn from their id.
c.PersonalData.personal = False
c.GenerateAssignment.preprocessors.insert(0, "nbexaminer.steps.InsertSignIn")
# In what is given out the course's cells and solutions are closed, as where it is marked.
c.GenerateAssignment.preprocessors.insert(1, "nbexaminer.steps.CloseTheBook")
# Rubrics in source/ are read and added up before anything is given out.
c.GenerateAssignment.preprocessors.insert(0, "nbexaminer.steps.CheckRubrics")
# Tests are tried on the solution, the blank and wrong answers: those that outside the student's
# process would not mark as nbgrader does are judged inside. "outside" or "inside" forces either.
c.GenerateAssignment.exporter_class = "nbexaminer.runs.generating.AssignmentExporter"
c.Execute.judge_tests = "as_found"
# So are tests with a magic that is not run where they are judged.
c.GenerateAssignment.preprocessors.insert(0, "nbexaminer.steps.CheckTests")

# Through the exchange: what one student's folder holds does not stop the others.
c.ExchangeFactory.collect = "nbexaminer.submission.exchange.Collect"
c.ExchangeFactory.release_feedback = "nbexaminer.submission.exchange.ReleaseFeedback"

# Handing in by zip: downloaded/ASSIGNMENT/archive/ holds STUDENT_YYYY-MM-DD-hh-mm-ss.zip (UTC) with
# the notebooks inside, or STUDENT_YYYY-MM-DD-hh-mm-ss_NOTEBOOK.ipynb.
c.ZipCollectApp.extractor_plugin = "nbexaminer.submission.collecting.ExtractEachArchive"
c.ZipCollectApp.collector_plugin = "nbexaminer.submission.collecting.StudentAndTime"
c.StudentAndTime.named_regexp = (
    r".*/(?P<student_id>[^/]+?)_(?P<timestamp>\d{4}(-\d\d){5})(_|/(.*/)?)(?P<file_id>[^/]+)"
)

# Reading: a broken, renamed or missing file is graded as far as it goes, with a reason.
c.Autograde.exporter_class = "nbexaminer.pipeline.exporter.SubmissionExporter"
c.Autograde.pre_convert_hook = "nbexaminer.submission.expected.add_missing_notebooks"
c.SubmissionExporter.max_megabytes = 50

# What a submission goes through, step by step: see nbexaminer/pipeline/. A step of your
# own is put in between, as in [*MARK, "our_steps.Ours", *RECORD].
c.Autograde.sanitize_preprocessors = [*PUT_RIGHT]
c.Autograde.autograde_preprocessors = [*MARK, *RECORD]

c.Execute.timeout = 10  # seconds for one cell; an exercise's cells need milliseconds
c.Execute.notebook_timeout = 60
c.Execute.max_restarts = 3
c.Execute.shutdown_kernel = "immediate"  # for Validate; grading ends its own at once
# Warnings are ordinary output, for Validate in JupyterLab as for grading.
c.Execute.extra_arguments = [
    "--IPKernelApp.exec_lines=import sys; sys.stderr = sys.stdout",
    "--IPKernelApp.log_level=40",
]
c.LimitOutput.max_lines = 1000

# Where submissions run. "course-unprotected" gives them all rights of the user who grades.
c.Sandbox.provisioner = "course-sandbox"
c.SandboxProvisioner.warm = True
# For one submission: all its processes together, or, where it says so, each.
c.SandboxLimits.cpu_seconds = 120
c.SandboxLimits.wall_seconds = 600
c.SandboxLimits.memory_megabytes = 2048
c.SandboxLimits.address_space_megabytes = 4096  # each process
c.SandboxLimits.processes = 64
c.SandboxLimits.open_files = 256  # each process
c.SandboxLimits.files = 10_000
c.SandboxLimits.file_megabytes = 64  # each file
c.SandboxLimits.home_megabytes = 64
c.SandboxLimits.tmp_megabytes = 64

# Late: full marks, and marked as late. Set percent_per_day to take points off.
c.AssignLatePenalties.plugin_class = "nbexaminer.late.LatePolicy"
c.LatePolicy.percent_per_day = 0
c.LatePolicy.grace_minutes = 5

# The feedback page: scores, comments and worked solutions, but not the hidden tests.
c.GenerateFeedback.exporter_class = "nbexaminer.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = [
    "nbexaminer.steps.GetMarks",
    "nbexaminer.steps.HideHiddenTests",
]
c.FeedbackExporter.worked_solutions = True

# `nbgrader export` writes rounded marks, and none where a person has still to mark.
c.ExportApp.plugin_class = "nbexaminer.platforms.TableExport"

# formgrader: what students wrote is text there, and the rubric stands beside their words.
c.HTMLExporter.preprocessors = ["nbexaminer.formgrader.ShowForMarking"]
c.HTMLExporter.filters = {
    "markdown2html": "nbexaminer.formgrader.markdown_html",
    "highlight_code": "nbexaminer.formgrader.code_html",
}
