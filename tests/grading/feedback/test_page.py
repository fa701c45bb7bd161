"""The feedback page: what a student reads there, and what can never stand there."""

import base64
import re
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from course_utils.exercises import exercise, exercises
from course_utils.exercises.latex import number
from course_utils.mathml import as_mathml
from nbexaminer.feedback.code import highlighted
from nbexaminer.feedback.markup import as_html
from nbexaminer.notebook.judgements import Judgement, Said
from tests.grading.feedback.pages import (
    FORGED,
    answer_cell,
    checked_cell,
    page,
    read,
    stdout,
    words_cell,
)

SAFE_TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "section", "div", "span",
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "em", "strong", "code", "pre", "br", "hr", "ul", "ol",
    "li", "blockquote", "table", "caption", "thead", "tbody", "tr", "th", "td", "a", "img",
    "details", "summary",
    "math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "msub", "msup", "msubsup", "mover",
    "munder", "munderover", "mfrac", "msqrt", "mroot", "mtable", "mtr", "mtd", "mstyle", "mpadded",
    "menclose", "mphantom", "mmultiscripts", "mprescripts", "none",
}  # fmt: skip


def assert_harmless(html: str) -> None:
    for tag, attributes in read(html).tags:
        assert tag in SAFE_TAGS, tag
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name == "href":
                scheme = re.match(r"\s*([^/?#]*):", str(value))
                assert scheme is None or scheme[1] in ("http", "https", "mailto"), value
            if name == "src":
                assert str(value).startswith(("data:image/png;", "data:image/jpeg;")), value


@pytest.mark.parametrize(
    "cell",
    [
        new_markdown_cell(FORGED),
        new_markdown_cell(f"$\\text{{{FORGED}}}$ and $$\\text{{{FORGED}}}$$"),
        new_markdown_cell(r"$\href{javascript:alert(1)}{x}$ $\style{position:fixed}{x}$"),
        new_markdown_cell("[x](javascript:alert(1)) ![x](http://elsewhere/x.png) <svg onload=x>"),
        new_markdown_cell(f"```\n{FORGED}\n```\n\n| a |\n|---|\n| {FORGED} |"),
        answer_cell("a", f"# {FORGED}"),
        answer_cell("a", "1", comment=FORGED),
        words_cell("w", FORGED, 0, 1),
        new_markdown_cell(f"## {FORGED}"),
        new_code_cell("x", outputs=[stdout(FORGED)]),
        new_code_cell("x", outputs=[new_output("display_data", {"text/html": FORGED})]),
        new_code_cell("x", outputs=[new_output("display_data", {"text/markdown": FORGED})]),
        new_code_cell("x", outputs=[new_output("display_data", {"text/latex": f"${FORGED}$"})]),
        new_code_cell("x", outputs=[new_output("display_data", {"image/svg+xml": FORGED})]),
        new_code_cell("x", outputs=[new_output("display_data", {"image/png": FORGED})]),
        new_code_cell("x", outputs=[new_output("display_data", {"image/png": 'x" onerror="y'})]),
        new_code_cell(
            "x",
            outputs=[new_output("display_data", {"application/javascript": "alert(1)"})],
        ),
        new_code_cell(
            "x", outputs=[new_output("error", ename=FORGED, evalue=FORGED, traceback=[FORGED])]
        ),
        checked_cell("t", "assert x", 0, 1),
    ],
)
def test_nothing_of_a_student_becomes_more_than_text(cell) -> None:
    html = page(cell, student=FORGED, remarks=({"text": FORGED, "cell": "t", "marks": None},))
    assert_harmless(html)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<", ">", "&", '"', "'", "$", "$$", "\\", "{", "}", "\\text{", "<script>", "</pre>",
             "\\begin{aligned}", "\\end{aligned}", "&=", "]]>", "<!--", "`", "\n", "[", "](", ")",
             "\\unicode{x3c}", "&lt;script&gt;", "&#60;b&#62;", "x", "^", "_", "|"]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_whatever_is_put_together_stays_harmless(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert_harmless(page(new_markdown_cell(text), new_code_cell(text, outputs=[stdout(text)])))


def test_the_page_forbids_scripts_and_fetches_nothing() -> None:
    tags = read(page(new_markdown_cell("# Sums"))).tags
    policy = next(a["content"] for tag, a in tags if tag == "meta" and "http-equiv" in a)
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in tags}


def test_a_tag_in_an_answer_is_readable() -> None:
    assert "x <b> y" in read(page(new_markdown_cell("x <b> y"))).text


def test_the_marks_stand_first_question_by_question_with_the_reason() -> None:
    remark = {"text": "This is what softmax gives.", "cell": "t2", "marks": "0/2"}
    html = page(
        new_markdown_cell("## 1. By hand"),
        checked_cell("t1", 'check("forget_gate", {}, points=1)', 1, 1),
        new_markdown_cell("## 2. As code"),
        checked_cell("t2", "assert f", 0, 2),
        remarks=(remark, {"text": "The file was renamed.", "cell": None, "marks": None}),
    )
    head = " ".join(read(html).text.split("Part")[0].split())
    assert "1. By hand 1 / 1 right 2. As code 0 / 2 This is what softmax gives." in head
    assert "The file was renamed." in head


def test_two_questions_under_one_heading_can_be_told_apart() -> None:
    html = page(
        new_markdown_cell("## Gates"), checked_cell("a", "1", 1, 1), checked_cell("b", "1", 1, 1)
    )
    assert "Gates (1)" in html
    assert "Gates (2)" in html


def test_what_a_person_has_to_mark_is_said_to_be_open_and_not_lost() -> None:
    html = page(words_cell("w", "Because.", 0, 3, open=True))
    assert "still to be marked, 3 points" in " ".join(read(html).text.split())
    assert "0 of 3" not in html


def test_a_question_that_is_out_of_the_total_is_neither_right_nor_lost() -> None:
    left_out = {"text": "This question does not count.", "cell": "b", "marks": None}
    html = page(
        new_markdown_cell("## Bonus"),
        checked_cell("a", "1", 3, 0),
        new_markdown_cell("## Left out"),
        checked_cell("b", "1", 0, 0),
        remarks=(left_out,),
    )
    text = " ".join(read(html).text.split())
    assert "why Bonus +3 Left out not counted This question does not count." in text
    assert "Bonus: 3 on top of the total" in text
    assert "Left out: out of the total" in text
    classes = {a["class"] for tag, a in read(html).tags if tag == "tr" and "class" in a}
    assert classes == {"extra"}


def test_a_comment_stands_under_the_answer_it_is_about() -> None:
    text = read(page(answer_cell("a", "x = 1", comment="See *chapter 2*."))).text
    assert "Your instructor" in text
    assert "See chapter 2." in text


def test_a_verdict_is_said_once_the_last_one() -> None:
    cell = checked_cell("t", "check_function()", 0, 5)
    points = new_output("execute_result", {"text/plain": "0.123"}, execution_count=1)
    cell.outputs = [stdout("forget_gate: 5 of 5 points\n  f_t: Right.\n..."), points]
    said = (
        Said("  f_t: Right.\n", "forget_gate"),
        Said("Look at the shapes.\n"),
        Said("  f_t: The function raised ValueError.\n", "forget_gate"),
    )
    text = read(page(cell, judgement=Judgement(0.0, said=said))).text
    assert "Look at the shapes.\nf_t: The function raised ValueError." in text
    assert "f_t: Right." not in text
    assert "5 of 5" not in text
    assert "0.123" not in text


def test_a_result_that_is_no_number_is_shown() -> None:
    cell = checked_cell("t", "'well done'", 5, 5)
    result = new_output("execute_result", {"text/plain": "'well done'"}, execution_count=1)
    cell.outputs = [stdout("Almost.\n"), result]
    text = read(page(cell, judgement=Judgement(said=(Said("Almost.\n"),)))).text
    assert text.index("Almost.") < text.index("'well done'")


def test_an_equation_stands_above_its_mark_as_it_was_read_typeset() -> None:
    line = "  C_t: Right. It was read as C_t = f_t ∘ C_{t-1} + i_t ∘ C~_t.\n"
    cell = checked_cell("t", "check('equations', answers)", 1, 1)
    shown = page(cell, judgement=Judgement(1.0, said=(Said(line, "equations"),)))
    assert shown.index("<math") < shown.index("It was read as")
    printed = page(cell, judgement=Judgement(1.0, said=(Said(line),)))  # by whoever handed it in
    assert printed.count("<math") == shown.count("<math") - 1


def test_of_a_notebook_graded_before_judgements_were_kept_all_is_shown_as_it_was_printed() -> None:
    cell = checked_cell("t", "check_function()", 0, 5)
    points = new_output("execute_result", {"text/plain": "0.0"}, execution_count=1)
    said = "forget_gate: 0 of 5 points\n  f_t: The function raised ValueError.\n"
    cell.outputs = [stdout(said), points]
    text = read(page(cell)).text
    assert said in text
    assert "0.0" in text


def test_an_error_of_a_test_shows_no_line_of_the_test() -> None:
    cell = checked_cell("t", "assert visible", 0, 1)
    trace = ["line 3, in secret", "assert add(20, 3) == 23"]
    cell.outputs = [new_output("error", ename="AssertionError", evalue="", traceback=trace)]
    html = page(cell)
    assert "AssertionError" in html
    assert "add(20, 3)" not in html


def test_an_error_of_the_students_own_shows_where_it_came_from() -> None:
    cell = new_code_cell("1/0")
    trace = ["\x1b[31mline 1\x1b[39m", "1/0"]
    cell.outputs = [new_output("error", ename="ZeroDivisionError", evalue="", traceback=trace)]
    assert "line 1" in page(cell)
    assert "\x1b" not in page(cell)


def test_the_worked_solution_has_the_numbers_of_the_exercise() -> None:
    html = page(checked_cell("t", 'check("lstm_states", {"i_t": i}, attempt=1, points=6)', 0, 6))
    text = read(html).text
    drawn = exercise("lstm_states")
    for name, values in drawn.solve(drawn.draw("class", 1)).items():
        for value in values.ravel():
            digits = number(value)
            assert digits.removeprefix("-") in text, (name, digits)


def test_a_test_without_an_exercise_has_no_worked_solution() -> None:
    for source in ("assert x == 3", 'check("no_such", {})', "check(name, {})", "def broken("):
        assert "Worked with your numbers" not in page(checked_cell("t", source, 0, 1))


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00\x80")
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def test_a_picture_is_inside_the_page_with_its_lines_joined() -> None:
    encoded = base64.encodebytes(_png()).decode()
    html = page(new_code_cell("x", outputs=[new_output("display_data", {"image/png": encoded})]))
    source = next(a["src"] for tag, a in read(html).tags if tag == "img")
    assert base64.b64decode(source.partition(",")[2]) == _png()


def test_a_picture_that_is_too_large_is_named_and_left_out() -> None:
    huge = base64.b64encode(_png() + bytes(4_000_000)).decode()
    html = page(new_code_cell("x", outputs=[new_output("display_data", {"image/png": huge})]))
    assert "MB is not shown" in html
    assert len(html) < 100_000


def test_a_very_long_text_is_cut_and_says_so() -> None:
    html = page(new_code_cell("x", outputs=[stdout("y" * 1_000_000)]))
    assert "cut off here" in html
    assert len(html) < 100_000


def test_every_formula_of_every_exercise_can_be_shown() -> None:
    for one in exercises().values():
        data = one.draw("s001")
        for html in (as_mathml(one.steps(data), display=True), as_html(one.statement(data))):
            assert not [sign for sign in ("<pre>", "\\begin", "\\\\") if sign in html], one.id


def test_a_formula_that_cannot_be_read_is_shown_as_it_was_written() -> None:
    assert "<code>\\frac{</code>" in page(new_markdown_cell("$\\frac{$"))


def criterion(text: str, points: float, met: bool) -> dict[str, object]:
    return {"text": text, "points": points, "met": met}


def test_a_mark_by_hand_says_which_criteria_were_met() -> None:
    weighed = [criterion("the *sign*", 1, True), criterion(f"$h_t$ {FORGED}", 2, False)]
    html = page(words_cell("w", "Because.", 1.0, 3, criteria=weighed, by_hand=1.0))
    assert_harmless(html)
    words = " ".join(read(html).text.split())
    assert "✓ the sign: 1 of 1" in words
    assert ": 0 of 2" in words
    assert "Beside these" not in words


def test_points_that_no_criterion_gives_are_said() -> None:
    weighed = [criterion("the sign", 1, True)]
    words = read(page(words_cell("w", "x", 1.5, 3, criteria=weighed, by_hand=1.5))).text
    assert "Beside these: +0.5" in " ".join(words.split())
    words = read(page(words_cell("w", "x", 0.5, 3, criteria=weighed, by_hand=0.5))).text
    assert "Beside these: -0.5" in " ".join(words.split())


@pytest.mark.parametrize(
    ("score", "convention", "shown"),
    [
        (0, "bonus", "+0"),
        (1.5, "bonus", "+1.5"),
        (0, "left_out", "not counted"),
        (0, None, "not counted"),
    ],
)
def test_a_bonus_on_which_nothing_was_earned_counts(
    score: float, convention: str | None, shown: str
) -> None:
    text = read(page(checked_cell("t", "assert x", score, 0, convention=convention))).text
    assert shown in text
    assert ("not counted" in text) is (shown == "not counted")
    assert ("on top of the total" in text) is (convention == "bonus")


def test_a_reason_for_lost_marks_goes_where_a_person_has_given_them() -> None:
    remark = {"text": "not answered", "cell": "t", "marks": "0/3"}
    lost = page(checked_cell("t", "assert x", 1, 3), remarks=(remark,))
    given = page(checked_cell("t", "assert x", 3, 3), remarks=(remark,))
    assert "not answered" in lost
    assert "not answered" not in given


@pytest.mark.parametrize("signs", ["![", "[", "$", "*_", "|a|\n|-|\n", "`", "<"])
def test_text_made_of_signs_is_shown_as_it_was_written(signs: str) -> None:
    html = page(new_markdown_cell(f"{signs * 100_000} end"), words_cell("w", "A **word**.", 1, 1))
    assert_harmless(html)
    assert "<strong>word</strong>" in html
    assert str(as_html(signs * 10_000)).startswith("<pre>")


@pytest.mark.parametrize("line", ["", " ", "\t", "\f \u2003"])
def test_blank_lines_in_code_are_left_bare(line: str) -> None:
    html = page(answer_cell("a", f"a = 1\n{line}" * 12_000 + "\nb = 2"))
    assert_harmless(html)
    assert highlighted(f"a{line}\n{line}\nb") == highlighted("a\n\nb")


def test_what_comes_after_very_much_is_plain_but_there() -> None:
    cells = [new_markdown_cell(f"**{k}** " + "word " * 3_000) for k in range(20)]
    code = answer_cell("a", "last = 1 < 2")
    code.outputs = [new_output("display_data", {"text/markdown": "**x**", "text/plain": "plain x"})]
    html = page(*cells, code, words_cell("w", "**My** words", 1, 2))
    assert_harmless(html)
    assert "<strong>0</strong>" in html
    assert "**19**" in html
    assert "last = 1 &lt; 2" in html
    assert "plain x" in html
    assert "**My** words" in html
