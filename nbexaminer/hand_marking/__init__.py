"""Questions that a person marks: the rubric, the answers in order, and marks that stay."""
