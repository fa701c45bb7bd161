"""Where the lectures explain what a marker refers to."""

from typing import NamedTuple


class Section(NamedTuple):
    """A section of a lecture notebook."""

    notebook: str
    heading: str
    """Without its number."""

    def __str__(self) -> str:
        return f"{self.notebook}, “{self.heading}”"


_LSTM = "notebooks/04_lstm_gate_by_gate.ipynb"
_CLINIC = "notebooks/09_exam_clinic.ipynb"

TOPICS: dict[str, Section] = {
    "gates": Section(_LSTM, "The equations, one at a time"),
    "mistakes": Section(_LSTM, "Mistakes people make"),
    "exam 1": Section(_CLINIC, "Exam 1"),
    "exam 2": Section(_CLINIC, "Exam 2"),
    "embedding": Section("notebooks/02_words_in_words_out.ipynb", "Embedding"),
    "counts": Section("notebooks/02_words_in_words_out.ipynb", "Counting parameters"),
    "rnn": Section("notebooks/01_recurrent_state.ipynb", "The recurrent cell"),
    "softmax": Section("notebooks/01_recurrent_state.ipynb", "The softmax output"),
    "gru": Section("notebooks/05_gru.ipynb", "The equations"),
    "gru conventions": Section("notebooks/05_gru.ipynb", "Conventions side by side"),
    "gradients": Section(
        "notebooks/03_vanishing_and_exploding_gradients.ipynb", "The product of Jacobians"
    ),
    "variants": Section("notebooks/11_variants_of_the_lstm.ipynb", "Coupled gates"),
    "find the slip": Section(_CLINIC, "Find the slip"),
    "clipping": Section("notebooks/03_vanishing_and_exploding_gradients.ipynb", "Clipping"),
    "surprise": Section("notebooks/10_a_network_that_writes.ipynb", "Surprise, in bits"),
    "temperature": Section("notebooks/10_a_network_that_writes.ipynb", "Temperature"),
    "attention": Section("notebooks/12_after_the_lstm.ipynb", "Attention by hand"),
}
