"""Train a classifier of weights alone: multinomial logistic regression on hashed features.

``train`` takes few passes over many lines, ``fit`` finds the optimum for fewer lines, each of which
may have several labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from synthetic_soul.nlu.text.classifier import Bytes, Classifier, Floats

_EPOCHS: Final = 12
_BATCH: Final = 256
_RATE: Final = 2e-2
_COOLING: Final = 0.8
_NORM: Final = 4.0
"""What a text's features are multiplied with, beside 1/√n."""
_STEPS: Final = 120
_HISTORY: Final = 8
_PENALTY: Final = 8e-7
_MAX_BYTE: Final = 127


def train(
    texts: Sequence[Sequence[int]], labels: Sequence[str], *, buckets: int, trained_on: str = ""
) -> Classifier:
    """Return a classifier of ``labels``, one a text; texts are features below ``buckets``."""
    torch.manual_seed(0)
    classes = sorted(set(labels))
    layer = nn.EmbeddingBag(buckets + 1, len(classes), mode="sum", padding_idx=buckets)
    nn.init.zeros_(layer.weight)
    bias = nn.Parameter(torch.zeros(len(classes)))
    optimiser = torch.optim.AdamW([*layer.parameters(), bias], lr=_RATE)
    rows = torch.full((len(texts), max(map(len, texts))), buckets)
    for number, text in enumerate(texts):
        rows[number, : len(text)] = torch.tensor(text)
    lengths = torch.tensor([max(1, len(text)) for text in texts])
    factors = torch.tensor([[_NORM / max(1, len(text)) ** 0.5] for text in texts])
    wanted = torch.tensor([classes.index(label) for label in labels])
    for _ in range(_EPOCHS):
        for chosen in torch.randperm(len(texts)).split(_BATCH):
            used = rows[chosen, : int(lengths[chosen].max())]
            scores = layer(used) * factors[chosen] + bias
            loss = functional.cross_entropy(scores, wanted[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        for group in optimiser.param_groups:
            group["lr"] *= _COOLING
    weights, scale = as_bytes(_NORM * layer.weight.detach().numpy()[:buckets])
    return Classifier(
        classes, weights, scale=scale, bias=bias.detach().numpy(), trained_on=trained_on
    )


def fit(
    texts: Sequence[Sequence[int]],
    labels: Sequence[Mapping[str, float]],
    classes: Sequence[str],
    *,
    buckets: int,
    trained_on: str = "",
) -> Classifier:
    """Return the classifier of the least regularised loss, found by L-BFGS.

    A text's ``labels`` have weights; each of its features counts 1/√n among n.
    """
    features = torch.tensor([feature for text in texts for feature in text])
    lengths = torch.tensor([len(text) for text in texts])
    starts = torch.cumsum(lengths, 0) - lengths
    values = torch.repeat_interleave(1 / lengths.float().sqrt(), lengths)
    wanted = torch.tensor([[each.get(name, 0.0) for name in classes] for each in labels])
    wanted /= wanted.sum(1, keepdim=True)
    weights = torch.zeros(buckets, len(classes), requires_grad=True)
    bias = torch.zeros(len(classes), requires_grad=True)
    optimiser = torch.optim.LBFGS(
        [weights, bias], max_iter=_STEPS, history_size=_HISTORY, line_search_fn="strong_wolfe"
    )

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scores = functional.embedding_bag(
            features, weights, starts, mode="sum", per_sample_weights=values
        )
        found = functional.cross_entropy(scores + bias, wanted) + _PENALTY * (weights**2).sum()
        found.backward()
        return found

    optimiser.step(loss)
    rounded, scale = as_bytes(weights.detach().numpy())
    return Classifier(
        classes, rounded, scale=scale, bias=bias.detach().numpy(), trained_on=trained_on
    )


def as_bytes(weights: Floats) -> tuple[Bytes, float]:
    """Return weights as signed bytes, and what a byte is multiplied with."""
    scale = float(np.abs(weights).max()) / _MAX_BYTE
    return np.round(weights / scale).astype(np.int8), scale
