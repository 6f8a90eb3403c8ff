"""Small classifiers: weights of features, and a convolution over meanings.

``training/`` has what makes their files, which are NumPy archives without pickled objects.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Bytes: TypeAlias = NDArray[np.int8]

HEADER: Final = "header"
LINEAR: Final = "linear"
UNKNOWN: Final = 1
"""The row of ``Convolution.embeddings`` for a meaning that was not learned; 0 stands for none."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """Layers over the sequence of meanings, after Kim, EMNLP 2014 (arXiv:1408.5882).

    They are embeddings, filters of several widths of which the highest response counts, beside
    them the mean embedding, and two dense layers.

    ``embeddings`` has one row a meaning, 0 for padding. ``filters`` have the shape (width,
    dimension, number), ``hidden`` and ``output`` (inputs, outputs).
    """

    embeddings: Floats
    filters: tuple[Floats, ...]
    filter_biases: tuple[Floats, ...]
    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: Floats

    def scores(self, places: Sequence[int]) -> Floats:
        """Return one score a class for a sequence of rows of ``embeddings``."""
        rows = self.embeddings[list(places) or [0]]
        parts = [
            _highest(rows, weights, bias)
            for weights, bias in zip(self.filters, self.filter_biases, strict=True)
        ]
        seen = np.concatenate([*parts, rows.mean(axis=0)])
        hidden = np.maximum(seen @ self.hidden + self.hidden_bias, 0)
        scores: Floats = hidden @ self.output + self.output_bias
        return scores


def _highest(rows: Floats, weights: Floats, bias: Floats) -> Floats:
    """Return the highest response of each filter, wherever it stands over the sequence.

    ``weights`` have the shape (width, dimension, number of filters).
    """
    width = len(weights)
    responses = np.zeros((len(rows) + width - 1, weights.shape[2]), dtype=np.float32)
    for place, layer in enumerate(weights):
        # The filter's last row meets the first of the sequence first.
        responses[width - 1 - place : width - 1 - place + len(rows)] += rows @ layer
    highest: Floats = np.maximum(responses.max(axis=0) + bias, 0)
    return highest


class Classifier:
    """Tells how likely each class is.

    ``linear`` has one row a bucket and one column a class, in units of ``scale``. ``trained_on``
    is the digest of the examples.
    """

    def __init__(
        self,
        classes: Sequence[str],
        linear: Bytes,
        *,
        scale: float,
        bias: Floats,
        convolution: Convolution | None = None,
        meanings: Sequence[str] = (),
        trained_on: str = "",
    ) -> None:
        self.classes = tuple(classes)
        self.trained_on = trained_on
        self._linear = linear
        self._scale = scale
        self._bias = bias
        self._convolution = convolution
        self._meanings = tuple(meanings)
        self._places = {meaning: place for place, meaning in enumerate(meanings, UNKNOWN + 1)}

    def probabilities(
        self, buckets: Sequence[int], meanings: Sequence[str] = ()
    ) -> Mapping[str, float]:
        """Return the probability of each class for a text with these features, each given once.

        A feature weighs 1/√n among n, so that long texts are no surer than short ones.
        """
        factor = self._scale / math.sqrt(max(1, len(buckets)))
        scores = self._linear[list(buckets)].sum(axis=0, dtype=np.int32) * factor + self._bias
        if self._convolution is not None:
            places = [self._places.get(meaning, UNKNOWN) for meaning in meanings]
            scores = scores + self._convolution.scores(places)
        powers = np.exp(scores - scores.max())
        return dict(zip(self.classes, (powers / powers.sum()).tolist(), strict=True))

    @classmethod
    def read(cls, path: Path) -> Classifier:
        """Return the classifier that a file holds."""
        with np.load(path, allow_pickle=False) as file:
            header: dict[str, Any] = json.loads(file[HEADER].tobytes())
            convolution = None
            if header["widths"]:
                filters, biases = (
                    tuple(file[f"{name}{width}"].astype(np.float32) for width in header["widths"])
                    for name in ("filter", "filter_bias")
                )
                layers = {name: file[name].astype(np.float32) for name in _LAYERS}
                convolution = Convolution(filters=filters, filter_biases=biases, **layers)
            return cls(
                header["classes"],
                file[LINEAR],
                scale=header["scale"],
                bias=np.array(header["bias"], dtype=np.float32),
                convolution=convolution,
                meanings=header["meanings"],
                trained_on=header["trained_on"],
            )

    def write(self, path: Path) -> None:
        """Write the file that ``read`` reads; numbers of the convolution lose their last digits."""
        arrays: dict[str, NDArray[Any]] = {LINEAR: self._linear}
        widths: list[int] = []
        if (layers := self._convolution) is not None:
            arrays |= {name: getattr(layers, name).astype(np.float16) for name in _LAYERS}
            for weights, bias in zip(layers.filters, layers.filter_biases, strict=True):
                widths.append(len(weights))
                arrays[f"filter{widths[-1]}"] = weights.astype(np.float16)
                arrays[f"filter_bias{widths[-1]}"] = bias.astype(np.float16)
        header = {
            "classes": self.classes,
            "scale": self._scale,
            "bias": self._bias.tolist(),
            "meanings": self._meanings,
            "widths": widths,
            "trained_on": self.trained_on,
        }
        arrays[HEADER] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)


_LAYERS: Final = ("embeddings", "hidden", "hidden_bias", "output", "output_bias")
