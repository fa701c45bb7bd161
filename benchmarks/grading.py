"""A class graded: `course grade --jobs 2` beside stock `nbgrader autograde`, the same submissions.

Usage: python -m benchmarks.grading [--submissions N] [--assignment NAME] [--jobs N]
       [--scale 10,100,1000] [--kills 50] [--only PART ...]

Parts: `speed` runs ours, stock, ours on the same N submissions, each in a course of its own, and
compares every score. Stock is nbgrader as it comes, without a configuration of ours. `scale` grades
10, 100, 1,000 submissions. `cluster` lets simulated workers of a Dask cluster wait for the one
writer. `kills` ends runs by kill -9 at random moments. The floors: 10 times stock's submissions a
minute with two jobs on two cores, 300 MB, the same scores, nothing lost.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._grading_class import ROOT, hand_in, make_course
from benchmarks._grading_runs import scores, timed
from benchmarks._grading_writer import Recorded, on_cluster, writer_alone

RESULT = ROOT / "build" / "benchmarks" / "grading.json"
STOCK = 'c = get_config()\nc.CourseDirectory.course_id = "recurrent_cells"\n'
_SIMULATED_SECONDS = 0.3
_SIMULATED_WORKERS = (1, 4, 16, 64)


def speed(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Ours, stock, ours: both sides see the same load of the machine."""
    name, count = options.assignment, options.submissions
    apis = {
        side: make_course(folder / side, name, config)
        for side, config in (("ours", None), ("stock", STOCK))
    }
    for api in apis.values():
        hand_in(api, name, count)
    grade = ["course", "grade", name, "--jobs", str(options.jobs)]
    first = timed(grade, folder / "ours")
    stock = timed(["nbgrader", "autograde", name], folder / "stock")
    second = timed(grade, folder / "ours")
    ours = (first.seconds + second.seconds) / 2
    marks = {side: scores(api, name) for side, api in apis.items()}
    differing = [key for key, mark in marks["stock"].items() if marks["ours"].get(key) != mark]
    figures = {
        "submissions": count,
        "stock seconds": stock.seconds,
        "our seconds": [first.seconds, second.seconds],
        "stock a minute": 60 * count / stock.seconds,
        "ours a minute": 60 * count / ours,
        "times faster": stock.seconds / ours,
        "scores": len(marks["stock"]),
        "scores that differ": len(differing),
        "scores above zero": sum(1 for mark in marks["stock"].values() if mark),
    }
    for key in differing[:5]:
        print(f"differs: {key}: stock {marks['stock'][key]}, ours {marks['ours'].get(key)}")
    return figures


def scale(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The cost of one submission more, and the memory, as the class grows."""
    figures: dict[str, Any] = {}
    smallest: tuple[int, float] | None = None
    for count in options.scale:
        root = folder / f"class-{count}"
        hand_in(make_course(root, options.assignment), options.assignment, count)
        words = ["course", "grade", options.assignment, "--jobs", str(options.jobs)]
        run = timed(words, root)
        figures[f"{count} submissions"] = {
            "seconds": run.seconds,
            "megabytes of the grading process": run.megabytes,
        }
        if smallest is not None:
            more = (run.seconds - smallest[1]) / (count - smallest[0])
            figures[f"{count} submissions"]["milliseconds for one more"] = 1000 * more
        smallest = smallest or (count, run.seconds)
    return figures


def cluster(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Submissions a second with more and more workers, up to what the writer writes."""
    api = make_course(folder / "cluster", options.assignment)
    recorded = Recorded(api, options.assignment, hand_in(api, options.assignment, 1)[0])
    alone = writer_alone(recorded, 400)
    figures: dict[str, Any] = {
        f"{workers} simulated workers, a second": on_cluster(
            recorded, workers, _SIMULATED_SECONDS, max(12, 10 * workers)
        )
        for workers in _SIMULATED_WORKERS
    }
    return figures | {
        "writer alone, a second": alone,
        f"workers of {_SIMULATED_SECONDS} s that keep it busy": alone * _SIMULATED_SECONDS,
    }


def kills(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Run the test that kills, with so many kills."""
    tests = "tests/grading/runs/test_faults.py::test_killed_at_random_moments_it_goes_on"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests],
        cwd=ROOT,
        env=os.environ | {"COURSE_KILLS": str(options.kills)},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        print(done.stdout[-3000:])
    return {"kills": options.kills, "nothing lost, nothing double": done.returncode == 0}


PARTS: dict[str, Callable[[argparse.Namespace, Path], dict[str, Any]]] = {
    "speed": speed,
    "scale": scale,
    "cluster": cluster,
    "kills": kills,
}


def main(words: list[str] | None = None) -> None:
    """Measure, print and keep the figures."""
    options = _options(words or [])
    figures: dict[str, Any] = {"load before": os.getloadavg()[0], "jobs": options.jobs}
    with tempfile.TemporaryDirectory(prefix="grading-benchmark-") as folder:
        for part in options.only or PARTS:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # SQLAlchemy's, of nbgrader 0.9.6
                figures[part] = PARTS[part](options, Path(folder))
            print(f"{part}:")
            _print(figures[part], "  ")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=2) + "\n")


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading")
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--assignment", default="2_forget_gate")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--scale", type=lambda text: [int(n) for n in text.split(",")], default=[10, 100, 1000]
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--only", nargs="+", choices=list(PARTS))
    return parser.parse_args(words)


def _print(figures: dict[str, Any], indent: str) -> None:
    for name, value in figures.items():
        if isinstance(value, dict):
            print(f"{indent}{name}:")
            _print(value, indent + "  ")
        else:
            shown = value if isinstance(value, bool | int) else _rounded(value)
            print(f"{indent}{name:<44} {shown}", flush=True)


def _rounded(value: Any) -> str:
    return ", ".join(f"{v:.1f}" for v in (value if isinstance(value, list) else [value]))


if __name__ == "__main__":
    main(sys.argv[1:])
