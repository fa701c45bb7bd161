"""What a class really hands in, through nbgrader's zip_collect: nobody's under another's name."""

import io
import os
import tarfile
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from nbexaminer.names import student_id
from nbexaminer.runs.handing_in import collect_downloads
from nbexaminer.submission.collecting import ExtractEachArchive
from nbexaminer.submission.intake import NO_NOTEBOOK
from nbexaminer.submission.unpacking import ArchiveError, Room, unpack
from tests.grading.course import ASSIGNMENT, RIGHT, Course, filled, written

T = "2026-11-20-12-00-00"
LATER = "2099-01-01-00-00-00"


def packed(members: Mapping[str, bytes], kind: int = zipfile.ZIP_STORED) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", kind) as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name), content, kind)
    return raw.getvalue()


def tarred(members: Mapping[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as file:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return raw.getvalue()


def notebook(course: Course, **answers: str) -> bytes:
    return written(filled(course.released(), **answers))


def collected(course: Course, files: Mapping[str, bytes], collector: str = "") -> dict[str, bytes]:
    """Run zip_collect over `files` in archive/; returns what is in submitted/, by path."""
    archive = course.root / "downloaded" / ASSIGNMENT / "archive"
    for name, raw in files.items():
        (archive / name).parent.mkdir(parents=True, exist_ok=True)
        (archive / name).write_bytes(raw)
    if collector:
        config = course.root / "nbgrader_config.py"
        with config.open("a") as file:
            file.write(f"\nc.ZipCollectApp.collector_plugin = {collector!r}\n")
    before = {path for path in course.root.rglob("*") if path.is_file()}
    collect_downloads(course.api, ASSIGNMENT)
    after = {path for path in course.root.rglob("*") if path.is_file()}
    new = {path.relative_to(course.root) for path in after - before}
    assert {path.parts[0] for path in new} <= {"submitted", "downloaded"}
    submitted = course.root / "submitted"
    found = (path for path in submitted.rglob("*") if path.is_file())
    return {path.relative_to(submitted).as_posix(): path.read_bytes() for path in found}


def of(student: str, name: str = "sums.ipynb") -> str:
    return f"{student}/{ASSIGNMENT}/{name}"


def test_nobodys_work_comes_in_under_anothers_name(course: Course) -> None:
    honest, mine = notebook(course, **RIGHT), notebook(course, total="total = 0")
    forged = {
        f"alice_{LATER}_sums.ipynb": mine,
        f"alice_{LATER}/sums.ipynb": mine,
        f"deep/nobody_{LATER}_sums.ipynb": mine,
        "timestamp.txt": b"2000-01-01 00:00:00 UTC",
        "sums.ipynb": mine,
    }
    files = {
        f"alice_{T}_sums.ipynb": honest,
        f"zoe_{T}.zip": packed({"2_sums/sums.ipynb": honest, "2_sums/photo.png": b"PNG"}),
        f"mallory_{T}.zip": packed(forged),
        f"mark_{T}.tar.gz": tarred(forged),
        f"maud_{T}.zip": packed({"inner.zip": packed(forged)}),
        f"homework {T}.zip": packed(forged),
        f".._{LATER}_sums.ipynb": mine,
        f"._{LATER}_sums.ipynb": mine,
        f"alice._{LATER}_sums.ipynb": mine,
        f"alice _{LATER}_sums.ipynb": mine,
        f"alice+x_{LATER}_sums.ipynb": mine,
        f"*_{LATER}_sums.ipynb": mine,
        f"al\nice_{LATER}_sums.ipynb": mine,
    }
    found = collected(course, files)
    assert {name.split("/")[0] for name in found} == {"alice", "zoe", "mallory", "mark", "maud"}
    assert {name for name in found if name.startswith(("alice", "zoe"))} == {
        of("alice"), of("alice", "timestamp.txt"),
        of("zoe"), of("zoe", "photo.png"), of("zoe", "timestamp.txt"),
    }  # fmt: skip
    assert found[of("alice")] == found[of("zoe")] == honest
    for name in ("mallory", "mark", "maud"):
        assert found[of(name, "timestamp.txt")] == b"2026-11-20 12:00:00"


def test_what_people_really_send_is_taken_in(
    course: Course, capfd: pytest.CaptureFixture[str]
) -> None:
    honest, blank = notebook(course, **RIGHT), notebook(course)
    apart = unicodedata.normalize("NFD", "jürgen")
    files = {
        f"windows_{T}.zip": packed({"2_sums\\sums.ipynb": honest, "2_sums\\a\\b.csv": b"1"}),
        f"{apart}_{T}_sums.ipynb": honest,
        f"both_{T}.ZIP": packed({"new/sums.ipynb": honest, "old/sums.ipynb": blank}),
        f"twice_{T}.zip": packed({"sums.ipynb": blank}),
        f"twice_{LATER}.zip": packed({"final.ipynb": honest}),
        f"ending_{T}_sums.ipynb.txt": honest,
        f"macos_{T}.zip": packed(
            {"sums.ipynb": honest, "__MACOSX/._sums.ipynb": b"\0", ".DS": b""}
        ),
        f"rar_{T}.rar": b"Rar!",
        f"seven_{T}.zip": packed({"homework.7z": b"7z"}),
    }
    found = collected(course, files)
    said = capfd.readouterr().err
    names = {name for name in found if not name.endswith("timestamp.txt")}
    assert names == {
        of("windows"), of("windows", "a/b.csv"), of("jürgen"), of("both"),
        of("both", "old/sums.ipynb"),
        of("twice", "final.ipynb"), of("ending", "sums.ipynb.txt"), of("macos"),
        of("rar", f"rar_{T}.rar"), of("rar", NO_NOTEBOOK),
        of("seven", "homework.7z"), of("seven", NO_NOTEBOOK),
    }  # fmt: skip
    assert all(found[name] == honest for name in (of("windows"), of("jürgen"), of("both")))
    for name in (f"rar_{T}/rar_{T}.rar", f"seven_{T}/homework.7z"):
        assert f"{name} cannot be opened here" in said


def test_a_download_of_canvas_is_whole_and_its_students_archives_say_nothing_of_who_they_are(
    course: Course,
) -> None:
    honest, mine = notebook(course, **RIGHT), notebook(course, total="total = 0")
    with course.gradebook() as gradebook:
        for k, name in enumerate(("alice", "mallory", "anonymous")):
            gradebook.update_or_create_student(name, lms_user_id=str(101 + k))
    (course.root / "people.csv").write_text("anon_xY9,anonymous\n", encoding="utf-8")
    forged = packed({"alice_101_9009_sums.ipynb": mine, "x/alice_LATE_101_9_sums.ipynb": mine})
    members = {
        "alice_LATE_101_9001_sums-1.ipynb": honest,
        "alice_LATE_101_9001_photo.png": b"PNG",
        "mallory_102_9002_homework.zip": forged,
        "anon_xY9_9003_sums.ipynb": honest,
        "homework.zip": forged,
    }
    archive = {"submissions.zip": packed({f"submissions/{n}": raw for n, raw in members.items()})}
    kind = "nbexaminer.platforms.CanvasDownload"
    found = collected(course, archive, kind)
    assert {name for name in found if name.startswith("alice")} == {
        of("alice"), of("alice", "photo.png"), of("alice", "late according to Canvas.txt")
    }  # fmt: skip
    assert found[of("alice")] == found[of("anonymous")] == honest
    assert {name.split("/")[0] for name in found} == {"alice", "mallory", "anonymous"}


def test_moodles_names_and_a_table_of_those_that_say_nothing(course: Course) -> None:
    honest, mine = notebook(course, **RIGHT), notebook(course, total="total = 0")
    with course.gradebook() as gradebook:
        for id, last in (("alice", "O'Hara"), ("bob", "Smith_Jones"), ("carl", "Müller")):
            gradebook.update_or_create_student(id, first_name=id.title(), last_name=last)
        gradebook.update_or_create_student("dee")
    table = "Participant_4711,dee\r\nTeam B-Someone Else,bob\r\n"
    (course.root / "downloaded" / ASSIGNMENT).mkdir(parents=True)
    (course.root / "downloaded" / ASSIGNMENT / "people.csv").write_text(table, encoding="utf-8")
    forged = {"Alice O'Hara_1_assignsubmission_file_sums.ipynb": mine, "sums.ipynb": mine}
    members = {
        "Alice O_Hara_1_assignsubmission_file/sums.ipynb": honest,
        "Team B-Someone Else_2_assignsubmission_file/sums.ipynb": honest,
        unicodedata.normalize("NFD", "Carl Müller_3_assignsubmission_file_/work.zip"): packed(
            forged
        ),
        "Participant_4711_assignsubmission_file/sums.ipynb": honest,
        "Alice O\u2019Hara_1_assignsubmission_onlinetext/onlinetext.html": b"words",
        "Alice O'Hara_6_assignsubmission_file__7_assignsubmission_file_sums.ipynb": mine,
        f"Eve Nobody_5_assignsubmission_onlinetext/{next(iter(forged))}": mine,
    }
    kind = "nbexaminer.platforms.MoodleDownload"
    archive = {"all.zip": packed(members), ".DS_Store": b"", "marks.csv": b"1"}
    found = collected(course, archive, kind)
    assert {name.split("/")[0] for name in found} == {"alice", "bob", "carl", "dee"}
    assert found[of("alice")] == found[of("bob")] == found[of("dee")] == honest
    assert found[of("alice", "onlinetext.html")] == b"words"


BOMBS = {
    "one file of zeros": {"a.bin": b"\0" * 3_000_000},
    "many files": {f"{k}.txt": b"" for k in range(60)},
    "zeros in a zip in a zip": {
        "b.zip": packed({"a.bin": b"\0" * 3_000_000}, zipfile.ZIP_DEFLATED)
    },
    "a path without end": {"/".join(["d"] * 2047) + "/x": b"x"},
    "a name without end": {"x" * 3000: b"x"},
    "a file that is a folder": {"a": b"x", "a/b": b"y"},
    "control characters": {"a\x01b": b"x"},
}


@pytest.mark.parametrize("make", ["zip", "tar.gz"])
@pytest.mark.parametrize("name", list(BOMBS))
def test_an_archive_is_laid_out_within_bounds_and_its_notebook_with_it(
    tmp_path: Path, name: str, make: str
) -> None:
    members = {"sums.ipynb": b"{}", **BOMBS[name]}
    archive = tmp_path / f"x.{make}"
    deflated = zipfile.ZIP_DEFLATED
    archive.write_bytes(packed(members, deflated) if make == "zip" else tarred(members))
    room = Room(megabytes=1, files=50)
    unpack(archive, tmp_path / "out", room)
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert (tmp_path / "out" / "sums.ipynb").read_bytes() == b"{}"
    assert len(files) <= 50
    assert sum(path.stat().st_size for path in files) <= 1_000_000
    assert room.left_out


def test_a_locked_file_and_one_too_deep_are_named_with_the_reason(tmp_path: Path) -> None:
    locked = bytearray(packed({"sums.ipynb": b"{}"}))
    locked[locked.find(b"PK\3\4") + 6] |= 1
    locked[locked.find(b"PK\1\2") + 8] |= 1
    deep = packed({"3.zip": packed({"sums.ipynb": b"{}"})})
    inner = {"locked.zip": bytes(locked), "1.zip": packed({"2.zip": deep})}
    (tmp_path / "x.zip").write_bytes(packed(inner))
    room = Room()
    unpack(tmp_path / "x.zip", tmp_path / "out", room)
    assert room.left_out == {
        "sums.ipynb": "it is locked with a password",
        "3.zip": "it is an archive in an archive in an archive",
    }


def test_a_zip_that_is_called_a_notebook_is_opened(tmp_path: Path) -> None:
    archive, extracted = tmp_path / "archive", tmp_path / "extracted"
    archive.mkdir()
    zipped = packed({"work/sums.ipynb": b"{}"})
    (archive / "ana.ipynb").write_bytes(zipped)
    (archive / "bo.zip").write_bytes(packed({"sums.ipynb": zipped}))
    (archive / "cem.ipynb").write_bytes(b"{}")
    ExtractEachArchive().extract(str(archive), str(extracted))
    assert sorted(p.relative_to(extracted).as_posix() for p in extracted.rglob("*.ipynb")) == [
        "ana/work/sums.ipynb",
        "bo/sums/work/sums.ipynb",
        "cem.ipynb",
    ]


def test_a_link_among_what_came_in_is_not_followed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive, extracted = tmp_path / "archive", tmp_path / "extracted"
    (archive / "ana").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("of the instructor")
    (archive / "ana" / "a.ipynb").symlink_to(tmp_path / "secret.txt")
    (archive / "ana" / "folder").symlink_to(tmp_path)
    (archive / "ana" / "gone").symlink_to(tmp_path / "nowhere")
    (archive / "ana" / "sums.ipynb").write_text("{}")
    os.mkfifo(archive / "ana" / "waits")
    ExtractEachArchive().extract(str(archive), str(extracted))
    assert [path.name for path in extracted.rglob("*") if path.is_file()] == ["sums.ipynb"]
    for name in ("a.ipynb", "folder", "gone", "waits"):
        assert f"{name} is left out: it is a link, or no file" in caplog.text


def test_a_link_in_an_archive_is_left_out(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
        file.writestr("sums.ipynb", "{}")
    unpack(tmp_path / "x.zip", tmp_path / "out", Room())
    assert os.listdir(tmp_path / "out") == ["sums.ipynb"]


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "C:/x"])
def test_an_archive_with_members_that_lead_out_of_it_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.zip").write_bytes(packed({name: b"x", "sums.ipynb": b"{}"}))
    with pytest.raises(ArchiveError, match="leads out of the archive"):
        unpack(tmp_path / "x.zip", tmp_path / "out", Room())
    assert os.listdir(tmp_path) == ["x.zip"]


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "...", " ", "a.", "a ", ".a", "a/b", "a\\b", "a+b", "a\n", "a\u202eb", "*"],
)
def test_what_names_no_folder_is_no_student(name: str) -> None:
    with pytest.raises(ValueError, match="is no student's id"):
        student_id(name)


def test_an_id_is_normalised() -> None:
    assert student_id("ju\u0308rgen.o'hara@x-y_z") == "jürgen.o'hara@x-y_z"
