"""Parameters survive a file to the bit, and a file that is not ours is refused unexecuted."""

import os
import pickle

import numpy as np
import pytest
from strategies import gru_params, lstm_params, rnn_params

from course_utils.cells import Affine, CellInputError, leaves
from course_utils.training.initialisation import start_model
from course_utils.training.saving import load_params, save_params


def trees():
    rng = np.random.default_rng(0)
    return {
        "rnn": rnn_params(rng, 2, 3),
        "lstm": lstm_params(rng, 2, 3),
        "gru with b_recurrent": gru_params(rng, 2, 3, "after"),
        "gru without": gru_params(rng, 2, 3),
        "model": start_model(rng, "lstm", 3, 5, vocabulary=5, layers=2),
        "float32": Affine(np.ones((2, 2), np.float32), np.zeros(2, np.float32)),
        "tuple": (np.arange(3.0), None, (np.eye(2),)),
    }


@pytest.mark.parametrize("name", trees())
@pytest.mark.parametrize("file", ["params.npz", "params"])
def test_what_is_saved_comes_back(name, file, tmp_path) -> None:
    params = trees()[name]
    save_params(tmp_path / file, params)
    assert [p.name for p in tmp_path.iterdir()] == [file]
    back = load_params(tmp_path / file)
    assert type(back) is type(params)
    assert [n for n, _ in leaves(back)] == [n for n, _ in leaves(params)]
    for (_, a), (_, b) in zip(leaves(back), leaves(params), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


class Evil:
    def __reduce__(self):
        return os.mkdir, ("ran",)


def test_pickles_are_not_run(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("evil.npz", __structure__=np.array([Evil()], dtype=object))
    (tmp_path / "evil.pkl").write_bytes(pickle.dumps(Evil()))
    for name in ("evil.npz", "evil.pkl"):
        with pytest.raises(CellInputError, match="does not hold parameters"):
            load_params(name)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "structure",
    [
        "",
        "[]x",
        '{"type": "os.system", "fields": {}}',
        '{"type": "Affine", "fields": {"W": "array"}}',
    ],
)
def test_a_foreign_structure_is_refused(structure, tmp_path) -> None:
    np.savez(tmp_path / "a.npz", __structure__=np.array(structure))
    with pytest.raises(CellInputError, match="does not hold parameters"):
        load_params(tmp_path / "a.npz")


def test_truncated_and_missing_files(tmp_path) -> None:
    save_params(tmp_path / "a.npz", trees()["lstm"])
    whole = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty.npz").write_bytes(b"")
    for name in ("cut.npz", "empty.npz"):
        with pytest.raises(CellInputError, match=name):
            load_params(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        load_params(tmp_path / "none.npz")


def test_other_types_are_refused() -> None:
    with pytest.raises(CellInputError, match="a list cannot be saved"):
        save_params(os.devnull, [np.ones(2)])
