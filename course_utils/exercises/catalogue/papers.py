"""Whole papers: a mock exam on personal numbers, and the course's two exams as they were set."""

from course_utils.exercises.catalogue import (
    embedding_lookup,
    equations,
    find_the_slip,
    lstm_states,
    rnn_lm_counts,
    vanishing,
)
from course_utils.exercises.exam import Exam, Question

_KNOWN = {
    exercise.id: exercise
    for module in (
        embedding_lookup,
        equations,
        find_the_slip,
        lstm_states,
        rnn_lm_counts,
        vanishing,
    )
    for exercise in module.EXERCISES
}


def _paper(id: str, title: str, **points: float) -> Exam:
    """Return a paper of the exercises by id, each with its points."""
    return Exam(id, title, tuple(Question(_KNOWN[name], worth) for name, worth in points.items()))


EXERCISES = (
    _paper(
        "mock_exam",
        "Mock exam",
        embedding_lookup=2,
        lstm_states=6,
        equations=4,
        rnn_lm_counts=4,
        vanishing=3,
        find_the_slip=3,
    ),
    _paper("exam_1", "Exam 1", exam_1_embedding=2, exam_1_states=6, equations=2),
    _paper("exam_2", "Exam 2", exam_2_states=10),
)
