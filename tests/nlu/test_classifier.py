"""A classifier reads what it wrote, and its probabilities follow its weights."""

from pathlib import Path

import numpy as np
import pytest

from synthetic_soul.nlu.text.classifier import Classifier, Convolution, Floats, _highest

LINEAR = np.array([[0, 0], [0, 8], [8, 0], [0, -8]], dtype=np.int8)
BIAS = np.array([0, -1], dtype=np.float32)


def floats(*shape: int) -> Floats:
    return np.random.default_rng(len(shape)).normal(size=shape).astype(np.float16).astype("float32")


def classifier(convolution: Convolution | None = None) -> Classifier:
    return Classifier(
        ["no", "yes"],
        LINEAR,
        scale=0.5,
        bias=BIAS,
        convolution=convolution,
        meanings=["die", "want"],
        trained_on="test",
    )


def convolution() -> Convolution:
    widths, dimension, number, hidden = (1, 2, 3), 4, 5, 6
    return Convolution(
        embeddings=floats(4, dimension),
        filters=tuple(floats(width, dimension, number) for width in widths),
        filter_biases=tuple(floats(number) for _ in widths),
        hidden=floats(len(widths) * number + dimension, hidden),
        hidden_bias=floats(hidden),
        output=floats(hidden, 2),
        output_bias=floats(2),
    )


@pytest.mark.parametrize("layers", [None, convolution()], ids=["linear", "convolution"])
def test_what_is_written_is_read_again(tmp_path: Path, layers: Convolution | None) -> None:
    path = tmp_path / "some.npz"
    before = classifier(layers)
    before.write(path)
    after = Classifier.read(path)
    assert (after.classes, after.trained_on) == (("no", "yes"), "test")
    for buckets in ([], [0], [1, 2], [1, 3]):
        for meanings in ((), ("die",), ("want", "die"), ("unheard of",)):
            expected = before.probabilities(buckets, meanings)
            assert after.probabilities(buckets, meanings) == pytest.approx(expected)


def test_probabilities_follow_the_weights_and_sum_to_one() -> None:
    for_yes, for_no = classifier().probabilities([1]), classifier().probabilities([2])
    assert for_yes["yes"] == pytest.approx(1 / (1 + np.exp(-3)))
    assert for_no["yes"] < classifier().probabilities([])["yes"] < for_yes["yes"]
    assert sum(for_yes.values()) == pytest.approx(1)


def test_the_order_of_meanings_counts() -> None:
    found = classifier(convolution())
    one, other = (found.probabilities([], order) for order in (("die", "want"), ("want", "die")))
    assert one != other


def test_a_filter_sees_as_many_neighbours_as_it_is_wide() -> None:
    layers = convolution()
    rows = layers.embeddings[[2, 3]]
    first, second = layers.filters[1]
    width_two = rows[0] @ first + rows[1] @ second + layers.filter_biases[1]
    highest = _highest(rows, layers.filters[1], layers.filter_biases[1])
    assert np.all(highest >= width_two - 1e-5)
    assert np.all(highest >= 0)
