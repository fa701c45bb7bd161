"""Reading the answer, or anything else that is not the student's."""

from tests.grading.attacks.attack import Attack

SHOW = """
import re
def show(text):
    for found in re.findall(r"CANARY-[-\\w]+", str(text)):
        print("found", found)
"""
WALK = (
    SHOW
    + """
import os
def walk(top, size=2_000_000):
    for folder, folders, files in os.walk(top):
        if folder.startswith(("/proc", "/sys", "/usr")):
            folders.clear()
            continue
        for name in files:
            try:
                show(folder + name)
                with open(os.path.join(folder, name), "rb") as file:
                    show(file.read(size))
            except OSError:
                pass
"""
)
GUESS = """
import numpy as np
def my_forget_gate(W_f, b_f, h_prev, x):
    return {value}
"""

ATTACKS = [
    Attack("reads_every_file", WALK + "walk('/')"),
    Attack("reads_the_course", WALK + "walk('@COURSE@'); walk('@HOME@'); walk('@TMP@')"),
    Attack("reads_upwards", WALK + "walk('..'); walk('../..'); walk('../../..')"),
    Attack(
        "reads_its_own_notebook",
        SHOW
        + "import glob\nfor n in glob.glob('**/*.ipynb', recursive=True): show(open(n).read())",
        {"add": "import json, glob\n(n,) = glob.glob('*.ipynb')\nexec(json.load(open(n))['x'])"},
    ),
    Attack(
        "reads_the_test_from_the_history",
        SHOW,
        {"write": SHOW + "def my_forget_gate(*a):\n    show(In); show(_ih); return eval(In[-1])"},
    ),
    Attack(
        "calls_the_reference",
        answers={
            "hand": "solution = gate.solve(own_data('forget_gate'))\n"
            "z_f, f_t = solution['z_f'], solution['f_t']"
        },
        said="exercise('forget_gate').solve is closed in an assignment",
    ),
    Attack(
        "imports_the_reference",
        answers={
            "hand": "from course_utils.exercises.catalogue import gates\n"
            "one = gates.EXERCISES[0]\nsolution = one.solve(one.draw())\n"
            "z_f, f_t = solution['z_f'], solution['f_t']"
        },
    ),
    Attack(
        "lets_the_library_compute",
        answers={
            "write": "from course_utils.cells import Affine, affine, sigmoid\n"
            "def my_forget_gate(W_f, b_f, h_prev, x):\n"
            "    return sigmoid(affine(Affine(W_f, b_f), np.concatenate([h_prev, x], axis=-1)))"
        },
        said="course_utils.cells.Affine is closed in an assignment",
    ),
    Attack(
        "looks_for_the_installed_course",
        """
import glob, importlib.metadata, importlib.util, sys
for path in sys.path + glob.glob("/usr/lib/python3*/dist-packages") + ["@CHECKOUT@"]:
    for found in glob.glob(path + "/*course_utils*/exercises/catalogue/gates.py"):
        source = open(found).read()
for one in importlib.metadata.distributions():
    if "course" in (one.metadata["Name"] or ""):
        print("CANARY" + "-7f3a-distribution", one.metadata["Name"])
import course_utils
for root in list(course_utils.__path__) + ["@CHECKOUT@/course_utils"]:
    spec = importlib.util.spec_from_file_location("stolen", root + "/exercises/registry.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    gate = module.exercise("forget_gate")
""",
        {"hand": "s = gate.solve(own_data('forget_gate'))\nz_f, f_t = s['z_f'], s['f_t']"},
    ),
    Attack(
        "reads_the_handout",
        SHOW
        + """
import json, pathlib, course_utils
for path in pathlib.Path(course_utils.__file__).parents[1].rglob("*"):
    if path.is_file():
        show(path.read_bytes())
content = json.loads((pathlib.Path(course_utils.__file__).parents[1] / "handout.json").read_text())
draw = content["exercises"]["forget_gate"]["draws"][0]
""",
        {"hand": "z_f = draw['solution']['z_f'][1]\nf_t = draw['solution']['f_t'][1]"},
    ),
    Attack(
        "inspects_its_callers",
        answers={
            "write": SHOW
            + """
import sys
def my_forget_gate(W_f, b_f, h_prev, x):
    frame = sys._getframe()
    while frame:
        for values in (frame.f_locals, frame.f_globals):
            show(values)
            for name in ("right", "expected", "exercise", "answer"):
                if hasattr(values.get(name), "solve"):
                    return values[name].solve(values["data"])["f_t"]
        frame = frame.f_back
"""
        },
    ),
    Attack(
        "searches_the_memory",
        answers={
            "write": SHOW
            + """
import gc
def my_forget_gate(W_f, b_f, h_prev, x):
    for one in gc.get_objects():
        if isinstance(one, (str, dict, list)) and len(one) < 1000:
            try: show(one)
            except Exception: pass
    for one in gc.get_objects():
        if type(one).__name__ in ("Exercise", "Sheet") and hasattr(one, "run"):
            return one.run(one.given(one.draw()))["f_t"]
"""
        },
    ),
    Attack(
        "looks_into_other_processes",
        SHOW
        + """
import os
for pid in filter(str.isdigit, os.listdir("/proc")):
    for name in ("environ", "cmdline", "maps"):
        try:
            show(open(f"/proc/{pid}/{name}", "rb").read())
        except OSError:
            pass
    for what in ("fd", "cwd", "root"):
        try:
            path = f"/proc/{pid}/{what}"
            for found in os.listdir(path):
                show(open(f"{path}/{found}", "rb").read(10000))
        except OSError:
            pass
""",
    ),
    Attack(
        "reads_the_environment",
        SHOW + "import os, subprocess\nshow(os.environ); show(subprocess.getoutput('env; set'))",
    ),
    Attack(
        "hardcodes_what_the_self_check_asks",
        answers={
            "write": """
import json, pathlib
seen = {}
def my_forget_gate(W_f, b_f, h_prev, x):
    path = pathlib.Path.home() / "seen.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known[repr(W_f)] = 1
    path.write_text(json.dumps(known))
    return known.get(repr(W_f) + "answer", [0.5] * len(b_f))
"""
        },
    ),
]
