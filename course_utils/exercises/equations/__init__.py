"""The equation that a student types: read, worked out on numbers, and said back as mathematics.

How it travels: `formulas.dress` cleans the text and cuts it into equations and their sides;
`own_names` puts in what the student has named; `words` tells what is only said beside; `asked`
chooses the equation and its sides; `dialect` reads a side into a tree by the grammar that all
formulas have, with `symbols` and gates `written_out` as its leaves; `names` calls these as the
course does. From the tree come the value (`sides`, `evaluating`) and the sentence (`read_as`).
"""
