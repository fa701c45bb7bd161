"""The course as a static site. `make book` builds it from a staged copy (stage.py)."""

import sys
from pathlib import Path

from course_utils.mathml import FONT

sys.path.insert(0, str(Path(__file__).parent))  # mathematics.py is beside this file

project = "Recurrent cells, by hand and by code"
html_title = project
language = "en"

extensions = ["myst_nb", "mathematics"]
exclude_patterns = ["**/.ipynb_checkpoints"]
nitpicky = True

# The stored outputs are shown; nothing is run.
nb_execution_mode = "off"
nb_render_markdown_format = "myst"  # formulas in a stored problem are formulas
nb_ipywidgets_js = {}  # a live view's picture and table stand for it: no script from elsewhere
nb_merge_streams = True
nb_code_prompt_show = "Show the {type}"
nb_code_prompt_hide = "Hide the {type}"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

html_sidebars = {"**": ["search-button-field.html", "sbt-sidebar-nav.html"]}
html_math_renderer = "mathml"
html_theme = "sphinx_book_theme"
html_theme_options = {
    "home_page_in_toc": True,
    "show_toc_level": 2,
    "max_navbar_depth": 1,  # pages below a page are listed on it
    "navbar_persistent": [],  # one field to search is enough: the sidebar's
    "use_fullscreen_button": False,
    "back_to_top_button": False,  # its grey on white is too pale to be read
    "use_download_button": True,
    "footer_content_items": [],  # nothing to say: neither an author nor a date is set
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_static_path = ["static", str(FONT.parent)]
html_favicon = "static/icon.svg"
html_css_files = ["book.css"]
html_copy_source = True
html_show_copyright = False
html_last_updated_fmt = None
