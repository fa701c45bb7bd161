"""Rosters as they come: every encoding, separator and language, odd names, hostile ids."""

import csv
import unicodedata
from collections.abc import Callable
from contextlib import chdir
from io import StringIO

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from nbexaminer.backup import back_ups, restore
from nbexaminer.cli import main
from nbexaminer.course.course_folder import open_course
from nbexaminer.roster import Person, compare, read_roster, write
from nbexaminer.roster.errors import RosterError
from nbexaminer.runs.assignment import GradeRequest, grade_assignment
from tests.grading.course import ASSIGNMENT, Course
from tests.grading.runs.classes import Heard, Here, hand_in, without_kernel

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

HEADER = ["id", "first_name", "last_name", "email", "lms_user_id"]
ODD = [
    Person("o'brien", "Séan", "O'Brien", "sean@example.org", "7"),
    Person("müller.j", "Jürgen", "Müller, Dr.", None, "8"),
    Person("יעל_1", "יעל", "כהן", "y@example.org", None),
    Person("ana@uni.example", 'Ana "Anita"', "López; Díaz", None, None),
    Person("farah", "فرح", "می‌خواهم", None, "9"),  # with the joiner that Persian needs
]
LATIN = [ODD[0], ODD[1], ODD[3]]


def as_csv(people: list[Person], separator: str = ",", header: list[str] | None = None) -> str:
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(header or HEADER)
    for one in people:
        values = (one.id, one.first_name, one.last_name, one.email, one.lms_user_id)
        writer.writerow([value or "" for value in values])
    return out.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_unicode_encoding_and_separator(encoding: str, separator: str) -> None:
    raw = as_csv(ODD, separator).encode(encoding)
    roster = read_roster(raw)
    assert (roster.people, roster.problems) == (ODD, [])
    assert bool(roster.notes) == (encoding == "utf-16-le")  # has no mark of its own


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_western_files_are_read_and_said_to_be(encoding: str) -> None:
    roster = read_roster(as_csv(LATIN, ";").encode(encoding))
    assert roster.people == LATIN
    assert roster.notes == ["It is not in UTF-8; read as Windows-1252. Look at the names."]


def test_a_named_encoding_is_taken_and_others_have_to_be_named() -> None:
    raw = as_csv([Person("ivan", "Иван", "Петров")]).encode("cp1251")
    assert read_roster(raw, "cp1251").people[0].first_name == "Иван"
    with pytest.raises(RosterError, match="name its encoding with --encoding"):
        read_roster(as_csv([Person("a", "Á", "B")]).encode("latin-1") + b"\x81\x8d")
    with pytest.raises(RosterError, match="there is no encoding 'klingon'"):
        read_roster(raw, "klingon")


def test_a_text_saved_wrongly_before_is_noticed() -> None:
    roster = read_roster(as_csv([Person("jm", "J", "MÃ¼ller")]).encode())
    assert "wrong encoding before" in roster.notes[0]


NAMES = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="\u00ad"), min_size=1
).map(lambda text: unicodedata.normalize("NFC", text))
IDS = st.from_regex(r"[a-z0-9][a-z0-9._@'-]{0,20}[a-z0-9]", fullmatch=True)


@given(
    st.lists(st.builds(Person, IDS, NAMES, NAMES), min_size=1, unique_by=lambda one: one.id),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_is_read(people: list[Person], separator: str, encoding: str) -> None:
    people = [one for one in people if one.id != "last"]
    raw = as_csv([*people, Person("last", "L", "L")], separator).encode(encoding)
    roster = read_roster(raw)
    assert not roster.problems
    assert roster.people[:-1] == people


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Vorname;Nachname;Benutzername;E-Mail-Adresse;ID-Nummer", "de"),
        ("Prénom,Nom,Nom d'utilisateur,Adresse de courriel,Numéro d'identification", "fr"),
        ("Nombre,Apellido(s),Nombre de usuario,Dirección de correo,Número de ID", "es"),
        ("First name,Last name,Username,Email address,ID number", "en"),
        ("Nome,Cognome,Nome utente,Indirizzo email,Canvas ID", "it"),
        ("sep=;\nVorname;Nachname;Anmeldename;E-Mail;ID-Nummer", "with Excel's first line"),
    ],
)
def test_headers_in_several_languages(header: str, expected: str) -> None:
    separator = ";" if ";" in header else ","
    raw = f"{header}\n{separator.join(['Ana', 'Díaz', 'ana', 'a@b', '42'])}\n".encode()
    assert read_roster(raw).people == [Person("ana", "Ana", "Díaz", "a@b", "42")]


def test_canvas_own_file_with_its_own_rows() -> None:
    raw = (
        b"Student,ID,SIS User ID,SIS Login ID,Section,Forget gate (12)\n"
        b"    Points Possible,,,,,15\n"
        b'"D\xc3\xadaz, Ana Mar\xc3\xada",101,x,ana,S1,12\n"Student, Test",999,,abc,S1,\n'
    )
    assert read_roster(raw).people == [Person("ana", "Ana María", "Díaz", None, "101")]


def test_columns_can_be_named_and_have_to_be_where_it_is_not_clear() -> None:
    raw = b"Matrikel,Vorname,Nachname,E-Mail\n4711,Ana,D,ana@x\n"
    with pytest.raises(RosterError, match="no column .* id.* the file has 'Matrikel', 'Vorname'"):
        read_roster(raw)
    assert read_roster(raw, given={"id": "Matrikel"}).people[0].id == "4711"
    assert read_roster(raw, given={"id": "e-mail"}).people[0] == Person("ana@x", "Ana", "D")
    with pytest.raises(RosterError, match="there is no column 'Login'"):
        read_roster(raw, given={"id": "Login"})
    with pytest.raises(RosterError, match="it is one of id, first_name"):
        read_roster(raw, given={"nick": "Vorname"})
    two = b"id,Username,Vorname\na,b,Ana\n"
    with pytest.raises(RosterError, match="two columns may be the id: 'id' and 'Username'"):
        read_roster(two)
    assert read_roster(two, given={"id": "Username"}).people == [Person("b", "Ana")]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (b"PK\x03\x04 and so on", "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0 and so on", "an old Excel workbook"),
        (b"<!DOCTYPE html><title>Sign in</title>", "it is a web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"id,email\nana,a\0b\n", "NUL characters"),
        (b"id\n" + b"a" * 10_000_001, "a roster has less than 10"),
        (b"ana,Ana,Diaz\nben,Ben,Lee\n", "no column is known to be the students' id"),
        (b'id,first_name\nana,"' + b"x" * 140_000, "line"),
    ],
)
def test_what_is_no_roster(raw: bytes, said: str) -> None:
    with pytest.raises(RosterError, match=said):
        read_roster(raw)


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("", "is missing"),
        ("../../etc/passwd", "begins with '.'"),
        ("a/b", "holds '/'"),
        ("a\\b", "holds"),
        ("=cmd()", "begins with '='"),
        ("-rf", "begins with '-'"),
        ("ana\u200b", "holds the invisible character U+200B"),
        ("ana\u202egpj", "holds the invisible character U+202E"),
        ("an\u0000a", "NUL"),
        ("a*", "holds '*'"),
        ("a b", "holds ' '"),
        ("ana+gate", "holds '+'"),
        ("a,b", "holds ','"),
        ("1.23457E+11", "a number that a spreadsheet has rounded"),
        ("a" * 129, "more than 128"),
        ("ana.", "ends in a dot"),
        ("{ana}", "holds '{'"),
    ],
)
def test_hostile_and_broken_ids(id: str, said: str) -> None:
    raw = as_csv([Person("ben"), Person(id, "A", "B")]).encode()
    try:
        problems = read_roster(raw).problems
    except RosterError as error:
        problems = [str(error)]
    (problem,) = problems
    assert said in problem


def test_names_lose_what_cannot_be_seen_and_formulas_are_named() -> None:
    raw = as_csv(
        [
            Person("ana", "A\u200bna", "\u202eDíaz\ufeff"),
            Person("bob", "Bob\nthe", "=HYPERLINK(1)"),
            Person("zoe", "Zoe\u0301", "x" * 200),
        ]
    ).encode()
    roster = read_roster(raw)
    assert roster.people[0] == Person("ana", "Ana", "Díaz")
    assert roster.people[1] == Person("bob", "Bob the", "=HYPERLINK(1)")
    assert roster.people[2].first_name == "Zoé"
    assert len([note for note in roster.notes if "invisible" in note]) == 2
    assert len([note for note in roster.notes if "like a formula" in note]) == 1
    assert roster.problems == ["line 5: last_name has more than 128 characters"]


def test_doubles_are_told_apart() -> None:
    raw = (
        b"id,first_name,email,lms_user_id\nana,Ana,a@x,1\nana,Ana,a@x,1\nben,Ben,b@x,2\n"
        b"ben,Benjamin,b@x,2\nAna,Ana,,\ncleo,Cleo,a@x,2\ncleo,Cleo,,2\ndee,,,\ndee,Dee,,\n"
    )
    roster = read_roster(raw)
    assert roster.problems == [
        "line 5: 'ben' is there twice (line 4), with another first_name",
        "line 6: the ids 'Ana' and 'ana' (line 2) differ in capitals or in how letters are "
        "written; many systems take them for one",
        "ben and cleo have the same lms_user_id, '2'",
    ]
    assert "line 3: 'ana' is there twice, alike (line 2)." in roster.notes
    assert "ana and cleo have the same email, 'a@x'; are they one person?" in roster.notes


def test_a_row_with_too_many_cells_is_named_by_its_line() -> None:
    roster = read_roster(b"id,last_name\nana,Diaz\nben,Lee, Jr.\ncleo\n")
    assert roster.problems == [
        "line 3: 3 cells under 2 headers; a name with the separator in it has to stand in quotes"
    ]
    assert [one.id for one in roster.people] == ["ana", "cleo"]


def students(course: Course) -> dict[str, tuple[str | None, ...]]:
    with course.gradebook() as gradebook:
        return {
            s.id: (s.first_name, s.last_name, s.email, s.lms_user_id) for s in gradebook.students
        }


@pytest.fixture
def run(course: Course) -> Callable[..., Result]:
    def _run(raw: bytes, *words: str) -> Result:
        (course.root / "roster.csv").write_bytes(raw)
        with chdir(course.root):
            return CliRunner().invoke(main, ["roster", "roster.csv", *words], env={"COLUMNS": "80"})

    return _run


def test_it_is_shown_first_then_taken_and_can_be_undone(
    course: Course, run: Callable[..., Result]
) -> None:
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student("ana", first_name="Anna", email="old@x")
        gradebook.update_or_create_student("zoe", first_name="Zoe")
        gradebook.update_or_create_student("kim", first_name="Kim")
    course.folder("stranger")
    before = students(course)
    raw = b"id,first_name,email\nana,Ana,\nben,Ben,b@x\nkim,Kim,\n"
    said = run(raw).output
    for part in (
        "1 new",
        "1 changed",
        "Anna",
        "1 as they are",
        "kept: zoe",
        "nobody has: stranger",
    ):
        assert part in said
    assert "Nothing has been changed. To do it: course roster roster.csv --yes" in said
    assert students(course) == before
    done = run(raw, "--yes")
    assert done.exit_code == 0
    assert "Done: 1 added, 1 changed." in done.output
    assert students(course) == before | {
        "ana": ("Ana", None, "old@x", None),  # an empty cell leaves what is known
        "ben": ("Ben", None, "b@x", None),
    }
    assert "has all of it already" in run(raw, "--yes").output
    (saved,) = back_ups(course.root)
    restore(course.api, saved.path)
    assert students(course) == before


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"id,first_name\nben,Ben\n../x,Eve\n", "line 3: the id '../x' begins with '.'"),
        (b"id,first_name\nANA,Ana\n", "the roster has 'ANA', the gradebook 'ana'"),
        (b"Nom;Score\nx;1\n", "no column is known to be the students' id"),
        (b"id,first_name\n", "there is no student below the header"),
    ],
)
def test_one_thing_wrong_and_nothing_is_taken(
    course: Course, run: Callable[..., Result], raw: bytes, said: str
) -> None:
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student("ana")
    before = (course.root / "gradebook.db").read_bytes()
    done = run(raw, "--yes")
    assert done.exit_code == 1
    assert said in " ".join(done.output.split())
    assert "Traceback" not in done.output
    assert (course.root / "gradebook.db").read_bytes() == before
    assert not back_ups(course.root)


def test_a_failure_halfway_leaves_nothing(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = read_roster(b"id,first_name\nana,A\nben,B\n")
    update = Gradebook.update_or_create_student

    def fails_for_ben(self: Gradebook, id: str, **known: str) -> object:
        if id == "ben":
            raise OSError("the disk is full")
        return update(self, id, **known)

    monkeypatch.setattr(Gradebook, "update_or_create_student", fails_for_ben)
    with pytest.raises(OSError, match="disk is full"):
        write(course.api, roster)
    assert students(course) == {}


def test_a_course_without_a_gradebook_gets_one(course: Course) -> None:
    (course.root / "gradebook.db").unlink()
    roster = read_roster(b"id,first_name\nana,Ana\n")
    assert [one.id for one in compare(course.api, roster).new] == ["ana"]
    assert not (course.root / "gradebook.db").exists()
    assert write(course.api, roster) is None
    assert students(course) == {"ana": ("Ana", None, None, None)}
    course.expect_success(course.api.generate_assignment(ASSIGNMENT, force=True))


def test_a_file_that_is_not_there(course: Course, run: Callable[..., Result]) -> None:
    done = run(b"id\nana\n", "--column", "id")
    assert "--column is FIELD=HEADER, not 'id'" in done.output
    with chdir(course.root):
        done = CliRunner().invoke(main, ["roster", "gone.csv"])
    assert done.output == "Error: gone.csv cannot be read: No such file or directory\n"


@pytest.mark.slow
def test_work_of_nobody_is_not_graded_where_students_are_not_to_be_made(course: Course) -> None:
    quick = without_kernel(course)
    path = course.root / "nbgrader_config.py"
    path.write_text(path.read_text(encoding="utf-8") + "\nc.Autograde.create_student = False\n")
    hand_in(quick, 2)
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student("s000")
    heard = Heard()
    grade_assignment(open_course(course.root), GradeRequest(ASSIGNMENT), Here(), heard)
    assert heard.looks == [("s001", "not graded: nobody in the gradebook has the id 's001'")]
    assert list(students(course)) == ["s000"]
    assert not (course.root / "autograded" / "s001").exists()
