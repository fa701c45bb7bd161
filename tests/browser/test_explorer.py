"""The cell explorer as a person meets it: in JupyterLab, in a real browser."""

from collections.abc import Iterator

import pytest
from browser.lab_page import LabPage, lab_page, write_notebook
from browser.lab_server import LabServer
from playwright.sync_api import Browser, Locator, expect

START = "from course_utils.widgets import CellExplorer\nexplorer = CellExplorer({})\nexplorer"


@pytest.fixture(scope="module")
def lab(browser: Browser, server: LabServer) -> Iterator[LabPage]:
    """One window with one explorer for all the tests that only use it."""
    with lab_page(browser, server, height=1000) as window:
        yield show_explorer(window, server, "shared.ipynb", "'lstm', preset='exam_2'", "", "1 + 1")
        assert window.problems == []


@pytest.fixture
def exam_2(lab: LabPage) -> Locator:
    """The explorer of that window, back on exam 2 and on its first tab."""
    return back_to(lab, "exam_2")


def show_explorer(
    lab: LabPage, server: LabServer, notebook: str, arguments: str, *more: str
) -> LabPage:
    """Write a notebook that shows an explorer, open it and run it."""
    write_notebook(server.root / notebook, START.format(arguments), *more)
    lab.open(notebook)
    lab.hide_side_bar()
    lab.run_all()
    assert lab.error_outputs() == []
    return lab


def back_to(lab: LabPage, preset: str) -> Locator:
    explorer = lab.explorer()
    explorer.get_by_label("Preset").select_option(preset)
    explorer.get_by_role("button", name="Reset all").click()
    explorer.get_by_role("tab", name="forget").click()
    return explorer


def slider(explorer: Locator, field: str) -> Locator:
    return explorer.locator(f"[data-field='{field}']")


def box(explorer: Locator, field: str) -> Locator:
    return slider(explorer, field).locator("xpath=preceding-sibling::input")


def node(explorer: Locator, name: str) -> Locator:
    return explorer.locator(f"[data-node='{name}'].node")


def values(explorer: Locator, name: str) -> list[str]:
    return node(explorer, name).locator(".value").all_text_contents()


def test_a_slider_moved_by_keyboard_moves_the_whole_picture(lab: LabPage, exam_2: Locator) -> None:
    explorer = exam_2
    assert values(explorer, "f") == ["0.9773", "0.4291"]
    wire = explorer.locator("path.role-forget").nth(2)
    bar = explorer.locator("rect.bar.role-forget").nth(1)
    before = wire.get_attribute("style"), bar.get_attribute("width")

    slider(explorer, "forget.b/1").focus()
    for _ in range(10):
        lab.page.keyboard.press("ArrowRight")

    # b_f of unit 2 went from 0 to 1: z_f from -0.2857 to 0.7143
    expect(node(explorer, "z_f").locator(".value").nth(1)).to_have_text("0.7143")
    assert values(explorer, "f") == ["0.9773", "0.6713"]
    assert values(explorer, "c") == ["1.4297", "2.3124"]
    assert (wire.get_attribute("style"), bar.get_attribute("width")) != before
    lab.screenshot("explorer_exam_2_1400", explorer)


def test_a_number_alone_in_parentheses_gets_no_second_pair(lab: LabPage) -> None:
    explorer = back_to(lab, "one_weight")
    explorer.get_by_role("tab", name="candidate").click()
    slider(explorer, "candidate.b/0").press("Home")
    equation = explorer.locator(".equation")
    for name, text in [("c_tilde", "tanh(−"), ("tanh_c", "tanh(−"), ("h", "0.5 · (−")]:
        node(explorer, name).focus()
        expect(equation).to_contain_text(text)
        assert "((" not in equation.inner_text()
    back_to(lab, "one_weight")


def test_every_intermediate_value_moves(lab: LabPage) -> None:
    explorer = back_to(lab, "one_weight")
    expect(node(explorer, "z_c").locator(".value")).to_have_text("1.0000")
    names = ["z_f", "f", "z_i", "i", "z_c", "c_tilde", "kept", "written", "c", "z_o", "o"]
    names += ["tanh_c", "h"]
    before = {name: values(explorer, name) for name in names}
    for block in ("forget", "input", "candidate", "output"):
        explorer.get_by_role("tab", name=block).click()
        slider(explorer, f"{block}.b/0").press("PageUp")
        expect(box(explorer, f"{block}.b/0")).to_have_value("2")
    expect(node(explorer, "z_o").locator(".value")).to_have_text("2.0000")
    assert [name for name in names if values(explorer, name) == before[name]] == []


def test_the_lit_equation_has_the_numbers_filled_in(lab: LabPage, exam_2: Locator) -> None:
    explorer = exam_2
    equation = explorer.locator(".equation")
    node(explorer, "c").focus()
    assert "unit 2: 0.4291 · 2 + 0.9697 · 1 = 1.8278" in equation.inner_text()

    node(explorer, "z_f").hover()
    assert "2·0.4166 + 6·0.3213 + 0·0 + 0·2 + 1 = 3.7612" in equation.inner_text()

    node(explorer, "c").focus()
    lab.page.keyboard.press("ArrowRight")
    assert "tanh(1.4297) = 0.8916" in equation.inner_text()
    lab.page.keyboard.press("End")
    assert "0.9989 · 0.9496 = 0.9486" in equation.inner_text()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("99", "99 is outside −10 to 10. It stays at 2."),
        ("", "the box is empty, expected a number. It stays at 2."),
        ("two", "“two” is not a number. It stays at 2."),
        ("nan", "“nan” is not a number. It stays at 2."),
    ],
)
def test_what_cannot_be_set_is_said_and_changes_nothing(
    lab: LabPage, exam_2: Locator, typed: str, answer: str
) -> None:
    explorer = exam_2
    before = values(explorer, "h")
    field = box(explorer, "forget.W/0,0")
    field.fill(typed)
    field.press("Enter")
    expect(explorer.get_by_role("status")).to_contain_text(answer)
    expect(field).to_have_value("2")
    assert values(explorer, "h") == before
    assert lab.error_outputs() == []


def test_a_number_typed_is_taken_and_reset_takes_it_back(lab: LabPage, exam_2: Locator) -> None:
    explorer = exam_2
    field = box(explorer, "forget.W/0,0")
    field.fill("-2,5")
    field.press("Enter")
    expect(node(explorer, "z_f").locator(".value").first).to_have_text("1.8866")
    # the view waits for nobody; Python hears when it has answered the move before
    for _ in range(10):
        lab.run_cell(1, "explorer.params.forget.W[0, 0]")
        heard = lab.cells()[1]["outputs"][0]["data"]["text/plain"]
        if "-2.5" in heard:
            break
    assert "-2.5" in heard

    explorer.get_by_role("button", name="Reset forget").click()
    expect(field).to_have_value("2")
    expect(node(explorer, "z_f").locator(".value").first).to_have_text("3.7612")


def test_python_and_view_stay_together(lab: LabPage, exam_2: Locator) -> None:
    explorer = exam_2
    lab.run_cell(1, "explorer.x = [1, -1]")
    # z_i of unit 1 was 5.5711 with x = [0, 2]: 2·1 + 2·(-1) instead of 2·0 + 2·2
    expect(node(explorer, "z_i").locator(".value").first).to_have_text("1.5711")
    explorer.get_by_text("Copy or save").click()
    explorer.get_by_role("button", name="Copy as Python").click()
    code = explorer.locator("pre.code")
    expect(code).to_contain_text("xs = np.array([[1.0, -1.0]])")
    slider(explorer, "forget.b/0").press("ArrowRight")
    expect(code).to_be_hidden()


def test_presets_and_units(lab: LabPage) -> None:
    explorer = back_to(lab, "remember")
    explorer.get_by_label("Preset").select_option("exam_1")
    expect(node(explorer, "z_i").locator(".value")).to_have_text("48.640")
    explorer.locator(".toolbar label", has_text="Unit").locator("select").select_option(label="4")
    expect(node(explorer, "z_i").locator(".value")).to_have_text("30.200")
    assert values(explorer, "c") == ["1.9900"]

    explorer.get_by_text("All numbers as a table").click()
    row = explorer.locator(".numbers tr", has=lab.page.locator("th", has_text="Ct").first)
    expect(row.last.locator("td").nth(3)).to_have_text("0.9633")


def test_plain_keys_stay_in_the_explorer(lab: LabPage, exam_2: Locator) -> None:
    """In command mode JupyterLab would cut, move and delete cells on plain keys."""
    explorer = exam_2
    count = len(lab.cells())
    slider(explorer, "forget.b/0").focus()
    for key in ("x", "d", "d", "b", "ArrowDown", "ArrowDown"):
        lab.page.keyboard.press(key)
    assert len(lab.cells()) == count
    expect(slider(explorer, "forget.b/0")).to_be_focused()


def test_the_dark_theme_keeps_contrast(lab: LabPage, exam_2: Locator) -> None:
    lab.dark_theme()
    lab.screenshot("explorer_exam_2_dark", exam_2)
    colours = node(exam_2, "c").evaluate(
        "(n) => [getComputedStyle(n.querySelector('.value')).fill,"
        " getComputedStyle(n.querySelector('rect')).fill]"
    )
    lab.dark_theme(on=False)
    assert contrast(*colours) >= 4.5


def test_it_fits_800_pixels(browser: Browser, server: LabServer) -> None:
    with lab_page(browser, server, width=800, height=1000) as lab:
        show_explorer(lab, server, "narrow.ipynb", "'lstm', preset='exam_2'")
        for preset in ("exam_2", "exam_1", "remember"):
            explorer = back_to(lab, preset)
            lab.screenshot(f"explorer_{preset}_800", explorer)
            widths = explorer.evaluate(
                "(e) => [e.scrollWidth, e.clientWidth, e.parentElement.clientWidth]"
            )
            assert widths == sorted(widths)
            for grid in explorer.locator(".grid").all():
                assert grid.evaluate("(e) => e.scrollWidth <= e.clientWidth")


def test_a_second_window_shows_the_same_living_cell(browser: Browser, server: LabServer) -> None:
    """As after a reload or a lost connection: the kernel still holds the state."""
    with lab_page(browser, server) as lab, lab_page(browser, server) as again:
        show_explorer(lab, server, "twice.ipynb", "'lstm', preset='exam_2'")
        explorer = lab.explorer()
        slider(explorer, "forget.b/0").press("PageUp")
        expect(box(explorer, "forget.b/0")).to_have_value("3")
        lab.save()

        again.open("twice.ipynb")
        other = again.explorer()
        expect(box(other, "forget.b/0")).to_have_value("3")
        slider(other, "forget.b/1").press("PageUp")
        for shown in (explorer, other):  # each hears of it when its own message comes
            expect(node(shown, "z_f").locator(".value").nth(1)).to_have_text("1.7143")
        assert values(other, "h") == values(explorer, "h")
        assert lab.problems + again.problems == []


def test_a_kernel_that_is_gone_is_said_and_the_figure_goes_on(
    browser: Browser, server: LabServer
) -> None:
    with lab_page(browser, server) as lab:
        show_explorer(lab, server, "gone.ipynb", "'lstm', preset='exam_2'")
        explorer = lab.explorer()
        lab.shut_kernel_down()
        slider(explorer, "forget.b/0").press("ArrowRight")
        expect(box(explorer, "forget.b/0")).to_have_value("1.1")
        assert values(explorer, "f") == ["0.9794", "0.4291"]  # σ(3.8612), without a kernel
        expect(explorer.get_by_role("status")).to_contain_text("kernel does not answer")
        explorer.get_by_label("Preset").select_option("exam_1")
        expect(node(explorer, "z_i").locator(".value")).to_have_text("48.640")
        explorer.get_by_text("Copy or save").click()
        explorer.get_by_role("button", name="Copy as Python").click()
        expect(explorer.locator("pre.code")).to_contain_text("lstm_step(params, x, state)")


def test_a_restarted_kernel_is_said_and_the_cell_brings_it_back(
    browser: Browser, server: LabServer
) -> None:
    with lab_page(browser, server) as lab:
        show_explorer(lab, server, "restart.ipynb", "'lstm', preset='exam_2'")
        explorer = lab.explorer()
        slider(explorer, "forget.b/0").press("ArrowRight")
        expect(box(explorer, "forget.b/0")).to_have_value("1.1")
        lab.restart_kernel()
        slider(explorer, "forget.b/0").press("ArrowRight")
        expect(explorer.get_by_role("status")).to_contain_text("run the cell again")
        expect(box(explorer, "forget.b/0")).to_have_value("1.2")
        expect(node(explorer, "z_f").locator(".value").first).to_have_text("3.9612")
        lab.run_all()
        fresh = lab.explorer()
        expect(box(fresh, "forget.b/0")).to_have_value("1")
        slider(fresh, "forget.b/0").press("ArrowRight")
        expect(node(fresh, "z_f").locator(".value").first).to_have_text("3.8612")


def test_a_closed_connection_is_said_and_what_was_set_arrives_later(
    browser: Browser, server: LabServer
) -> None:
    with lab_page(browser, server) as lab:
        show_explorer(lab, server, "offline.ipynb", "'lstm', preset='exam_2'", "0")
        explorer = lab.explorer()
        lab.cut_connection()
        slider(explorer, "forget.b/1").press("PageUp")
        expect(node(explorer, "z_f").locator(".value").nth(1)).to_have_text("1.7143")
        expect(explorer.get_by_role("status")).to_contain_text("kernel does not answer")
        lab.mend_connection()  # it is sent again by itself
        expect(explorer.get_by_role("status")).not_to_contain_text(
            "does not answer", timeout=60_000
        )
        lab.run_cell(1, "explorer.params.forget.b[1]")
        assert "2.0" in lab.cells()[1]["outputs"][0]["data"]["text/plain"]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2 between two colours written rgb(r, g, b)."""
    lights = sorted(luminance(colour) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
