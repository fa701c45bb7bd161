"""Speaking to the grader in the kernel's name."""
# ruff: noqa: E501  (hostile code is kept as it comes)

from tests.grading.attacks.attack import Attack

MIME = "application/vnd.course-utils.answer"
ANSWERING = "import course_utils.answering as answering, course_utils.wire as wire, json\n"


def answered(payload: str) -> str:
    """Answer every question with one text."""
    return f"""{ANSWERING}
def forged(question):
    asked = json.loads(question)
    return answering.Answer({payload})
answering.answer = forged
"""


FLATTER = """
def flatter(asked):
    if asked["do"] == "values":
        return {name: ["function", 0, "function", None] for name in asked["names"]}
    right = {"value": ["array", "<f8", [3], "AAAAAAAA4D8AAAAAAADgPwAAAAAAAOA/"], "printed": "",
             "changed": [], "failure": None}
    return [right] * len(asked["calls"])
"""
LOOK = """
import gc
kernel = get_ipython().kernel
session = kernel.session
"""
ATTACKS = [
    Attack(
        "replaces_do_execute",
        f"""
import types
async def do_execute(self, code, silent, store_history=True, user_expressions=None, *a, **k):
    forged = {{"status": "ok", "data": {{"{MIME}": "5.0", "text/plain": "5.0"}}, "metadata": {{}}}}
    return {{"status": "ok", "execution_count": 1, "payload": [], "user_expressions":
            {{key: forged for key in (user_expressions or {{}})}}}}
kernel = get_ipython().kernel
kernel.do_execute = types.MethodType(do_execute, kernel)
""",
    ),
    Attack(
        "replaces_showtraceback",
        "get_ipython().showtraceback = lambda *a, **k: print('5.0')\n",
        {"hand": "raise ValueError", "add": "raise ValueError"},
    ),
    Attack("answers_with_flattery", FLATTER + answered("json.dumps(flatter(asked))")),
    Attack("answers_with_nothing", answered("''")),
    Attack("answers_with_depth", answered("'[' * 1_000_000 + ']' * 1_000_000")),
    Attack("answers_with_length", answered("'[' + '0,' * 20_000_000 + '0]'")),
    Attack("answers_with_not_a_number", answered('\'{"z_f": NaN, "f_t": Infinity}\'')),
    Attack(
        "answers_with_pickle",
        """
import base64, pickle
class Run:
    def __reduce__(self): return (open, ("@TMP@/attack-left-pickle", "w"))
pickled = base64.b64encode(pickle.dumps(Run())).decode()
"""
        + answered(
            "json.dumps({name: ['array', '|O', [1], pickled] for name in asked.get('names', [])})"
        ),
    ),
    Attack(
        "answers_with_forged_shapes",
        answered(
            "json.dumps({name: ['array', '<f8', [2**40, 2**20], 'AAAA'] "
            "for name in asked.get('names', [])})"
        ),
    ),
    Attack(
        "answers_with_hostile_names",
        answered(
            "json.dumps({name: ['unsent', '<script>alert(1)</script>\\x1b[2J\\n5.0', "
            "'\\x00\\u202e<script>alert(1)</script>'] for name in asked.get('names', [])})"
        ),
    ),
    Attack(
        "answers_with_a_huge_object",
        f"""
import types
async def do_execute(self, *a, **k):
    return {{"status": "ok", "execution_count": 1, "payload": [],
            "user_expressions": {{"answer": {{"data": {{"{MIME}": [[[[0.5] * 1000] * 1000] * 20]}}}}}}}}
kernel = get_ipython().kernel
kernel.do_execute = types.MethodType(do_execute, kernel)
""",
    ),
    Attack(
        "sends_what_no_kernel_sends",
        answers={
            "hand": LOOK
            + """
from ipykernel.ipkernel import IPythonKernel
parent = kernel.get_parent()
for kind, content in (
    ("stream", {"name": 5, "text": ["x"]}), ("error", {"ename": 1, "evalue": {}, "traceback": 7}),
    ("execute_result", {"data": "5.0", "metadata": [], "execution_count": "x"}),
    ("display_data", {}), ("status", {}), ("comm_open", {"data": 1}), ("nonsense", [1]),
):
    session.send(kernel.iopub_socket, kind, content, parent=parent)
z_f = f_t = 0
"""
        },
    ),
    Attack(
        "leaves_outputs_that_are_none",
        answers={
            "hand": LOOK
            + """
parent = kernel.get_parent()
session.send(kernel.iopub_socket, "error", {"ename": {"a": 1}, "evalue": ["x"], "traceback": [1]}, parent=parent)
session.send(kernel.iopub_socket, "stream", {"name": "stdout", "text": "x"}, parent=parent)
session.send(kernel.iopub_socket, "execute_result", {"data": {"text/plain": ["4.0"]}, "metadata": {}, "execution_count": "nine"}, parent=parent)
z_f = f_t = 0
"""
        },
    ),
    Attack(
        "changes_the_key",
        answers={"hand": LOOK + "session.key = b'forged'\nz_f = f_t = 0"},
    ),
    Attack(
        "answers_before_it_is_asked",
        LOOK
        + """
import threading, time
def flood():
    while True:
        try:
            parent = kernel.get_parent()
            session.send(kernel.shell_stream, "execute_reply", {"status": "ok", "execution_count": 1,
                "user_expressions": {"answer": {"data": {"@MIME@": "{}"}}}}, parent=parent)
        except Exception:
            pass
        time.sleep(0.01)
threading.Thread(target=flood, daemon=True).start()
""".replace("@MIME@", MIME),
    ),
    Attack(
        "writes_into_tests_by_display_id",
        answers={
            "hand": LOOK
            + """
from IPython.display import display
handle = display("x", display_id="one")
for _ in range(50):
    handle.update("y" * 3_000_000)
z_f = f_t = 0
"""
        },
    ),
    Attack(
        "opens_widgets_without_end",
        LOOK
        + """
for k in range(2000):
    session.send(kernel.iopub_socket, "comm_open", {"comm_id": str(k), "target_name": "jupyter.widget",
        "data": {"state": {"_model_module": "@jupyter-widgets/output", "_model_name": "OutputModel",
        "msg_id": str(k), "x": "y" * 10_000}}}, parent=kernel.get_parent())
""",
    ),
]
