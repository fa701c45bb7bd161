"""Recurrent cells for teaching, and the exercises, views and grader that stand on them."""
