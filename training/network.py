"""Train a classifier: weights of features and a convolution over meanings, together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from synthetic_soul.nlu.text.classifier import UNKNOWN, Classifier, Convolution, Floats
from synthetic_soul.nlu.text.features import BUCKETS, MAX_MEANINGS, Features
from training.linear import as_bytes

_DIMENSION: Final = 32
_FILTERS: Final = 64
_WIDTHS: Final = (1, 2, 3, 5)
_HIDDEN: Final = 64
_BATCH: Final = 128
_NORM: Final = 2.0
"""What a text's features are multiplied with, beside 1/√n."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how boldly a network learns; the rates are those of AdamW at the beginning."""

    epochs: int = 14
    rate: float = 2e-3
    linear_rate: float = 5e-3
    decay: float = 1e-2
    cooling: float = 0.85
    """What the rates are multiplied with after each epoch."""
    dropped_meanings: float = 0.08
    dropped_features: float = 0.3
    smoothing: float = 0.03
    seed: int = 0


@dataclass(frozen=True, slots=True)
class _Batch:
    places: Tensor
    lengths: Tensor
    buckets: Tensor
    factors: Tensor


class Network(nn.Module):
    """The layers of ``Classifier``; ``meanings`` are those that have an embedding."""

    def __init__(self, classes: Sequence[str], meanings: Sequence[str]) -> None:
        super().__init__()
        self.classes = tuple(classes)
        self.meanings = tuple(meanings)
        self.linear = nn.EmbeddingBag(BUCKETS + 1, len(classes), mode="sum", padding_idx=BUCKETS)
        nn.init.zeros_(self.linear.weight)
        self.bias = nn.Parameter(torch.zeros(len(classes)))
        self.embeddings = nn.Embedding(len(meanings) + UNKNOWN + 1, _DIMENSION, padding_idx=0)
        self.filters = nn.ModuleList(
            nn.Conv1d(_DIMENSION, _FILTERS, width, padding=width - 1) for width in _WIDTHS
        )
        self.hidden = nn.Linear(len(_WIDTHS) * _FILTERS + _DIMENSION, _HIDDEN)
        self.output = nn.Linear(_HIDDEN, len(classes))

    def forward(self, batch: _Batch) -> Tensor:
        """Return one score a class for each text."""
        rows = self.embeddings(batch.places)
        rows = functional.dropout(rows, 0.1, self.training)
        lengths = batch.lengths[:, None]
        parts = []
        for layer in self.filters:
            found = layer(rows.transpose(1, 2)).relu()
            # Places behind a text's end see nothing but padding.
            ends = lengths + layer.kernel_size[0] - 1
            inside = torch.arange(found.shape[2])[None] < ends
            parts.append((found * inside[:, None]).amax(2))
        parts.append(rows.sum(1) / lengths)
        seen = functional.dropout(torch.cat(parts, 1), 0.4, self.training)
        hidden = functional.dropout(self.hidden(seen).relu(), 0.3, self.training)
        scores: Tensor = self.output(hidden)
        return scores + self.linear(batch.buckets) * batch.factors + self.bias


def train(
    texts: Sequence[Features], labels: Sequence[str], plan: Plan, *, trained_on: str = ""
) -> Classifier:
    """Return a classifier that has learned ``labels``, one a text."""
    torch.manual_seed(plan.seed)
    classes = sorted(set(labels))
    network = Network(classes, sorted({each for text in texts for each in text.meanings}))
    wanted = torch.tensor([classes.index(label) for label in labels])
    every = _batch(network, texts)
    linear = [*network.linear.parameters()]
    others = [part for name, part in network.named_parameters() if not name.startswith("linear.")]
    optimiser = torch.optim.AdamW(
        [{"params": others, "lr": plan.rate}, {"params": linear, "lr": plan.linear_rate}],
        weight_decay=plan.decay,
    )
    network.train()
    for _ in range(plan.epochs):
        for batch, places in _batches(every, plan):
            loss = functional.cross_entropy(
                network(batch), wanted[places], label_smoothing=plan.smoothing
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        for group in optimiser.param_groups:
            group["lr"] *= plan.cooling
    return _as_classifier(network, trained_on)


def _batch(network: Network, texts: Sequence[Features]) -> _Batch:
    rows = {meaning: row for row, meaning in enumerate(network.meanings, UNKNOWN + 1)}
    most = max(len(text.buckets) for text in texts)
    places = torch.zeros((len(texts), MAX_MEANINGS), dtype=torch.long)
    buckets = torch.full((len(texts), most), BUCKETS, dtype=torch.long)
    for number, text in enumerate(texts):
        found = [rows[meaning] for meaning in text.meanings]
        places[number, : len(found)] = torch.tensor(found, dtype=torch.long)
        buckets[number, : len(text.buckets)] = torch.tensor(text.buckets, dtype=torch.long)
    counts = torch.tensor([max(1, len(text.buckets)) for text in texts])
    lengths = torch.tensor([max(1, len(text.meanings)) for text in texts])
    return _Batch(places, lengths, buckets, _NORM / counts.float().sqrt()[:, None])


def _batches(every: _Batch, plan: Plan) -> Iterator[tuple[_Batch, Tensor]]:
    """Yield batches in random order; some meanings are made unknown and some features taken out."""
    for chosen in torch.randperm(len(every.places)).split(_BATCH):
        places = _trimmed(every.places[chosen], 0)
        places[(torch.rand(places.shape) < plan.dropped_meanings) & (places > 0)] = UNKNOWN
        buckets = _trimmed(every.buckets[chosen], BUCKETS)
        buckets[torch.rand(buckets.shape) < plan.dropped_features] = BUCKETS
        yield _Batch(places, every.lengths[chosen], buckets, every.factors[chosen]), chosen


def _trimmed(rows: Tensor, padding: int) -> Tensor:
    """Return a copy of rows without the columns at the end that hold nothing but padding."""
    used = (rows != padding).any(0).nonzero()
    return rows[:, : int(used.max()) + 1 if len(used) else 1].clone()


def _as_classifier(network: Network, trained_on: str) -> Classifier:
    linear, scale = as_bytes(_NORM * _floats(network.linear.weight)[:BUCKETS])
    convolution = Convolution(
        embeddings=_floats(network.embeddings.weight),
        # From (number, dimension, width) to (width, dimension, number).
        filters=tuple(_floats(layer.weight).transpose(2, 1, 0) for layer in network.filters),
        filter_biases=tuple(_floats(layer.bias) for layer in network.filters),
        hidden=_floats(network.hidden.weight).T,
        hidden_bias=_floats(network.hidden.bias),
        output=_floats(network.output.weight).T,
        output_bias=_floats(network.output.bias),
    )
    return Classifier(
        network.classes,
        linear,
        scale=scale,
        bias=_floats(network.bias),
        convolution=convolution,
        meanings=network.meanings,
        trained_on=trained_on,
    )


def _floats(tensor: Tensor) -> Floats:
    array: Floats = tensor.detach().numpy().astype(np.float32)
    return array
