"""The one training loop: optimiser steps, the moving average that is kept, checkpoints, and the log.

<out>/last.npz    everything a resumed run needs, after every epoch
<out>/best.npz    the averaged weights with the best mean CIDEr on the dev splits (greedy)
<out>/log.jsonl   a line for each epoch: what it reports, the dev scores, minutes
"""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from function.captioning.engines.network import Decoder, keras, tf
from training.losses import CONCEPT_WEIGHT, concept_loss
from training.model import Block5, Network, forward
from training.validation import Scorer, validate

Objective = Callable[..., tf.Tensor]
"""From scores, captions and whatever else a step is given to the loss that it lowers."""
Epoch = Callable[[int], dict[str, float]]
"""Trains for one epoch by its number and reports figures for the log."""
AVERAGE = 0.997
"""Of the moving average of the weights, what a step keeps."""


class Trainer:
    """One optimiser step at a time, and the moving average of the weights that is validated and kept.

    The decoder learns by AdamW, block 5 by Adam at a rate of its own; both with gradients clipped by their global norm
    and a cosine decay of the rate. Block 5 starts slowly: a decoder that knows nothing has nothing to teach it.
    """

    def __init__(
        self, network: Network, steps: int, learning_rate: float, block5_rate: float, objective: Objective
    ) -> None:
        self.network = network
        self.objective = objective
        optimizers = keras.optimizers
        self.optimizers: list[tuple[keras.Optimizer, Block5 | Decoder]] = [
            (
                optimizers.AdamW(_decay(learning_rate, steps, 0.02), weight_decay=1e-3, global_clipnorm=5.0),
                network.decoder,
            ),
            (optimizers.Adam(_decay(block5_rate, steps, 0.3), global_clipnorm=1.0), network.block5),
        ]
        for optimizer, part in self.optimizers:
            optimizer.build(list(part.variables.values()))
        self.averages = {name: tf.Variable(v, trainable=False) for name, v in network.variables.items()}
        self.step = tf.function(self._step, autograph=False, reduce_retracing=False)

    def _step(
        self, windows: tf.Tensor, captions: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor, *judgement: tf.Tensor
    ) -> tf.Tensor:
        with tf.GradientTape() as tape:
            scores, concepts = forward(self.network, windows, captions)
            value = self.objective(scores, captions, *judgement)
            total = value + CONCEPT_WEIGHT * concept_loss(concepts, labels, weights)
        variables = {name: variable.value for name, variable in self.network.variables.items()}
        gradients = {name: tf.convert_to_tensor(g) for name, g in tape.gradient(total, variables).items()}
        for optimizer, part in self.optimizers:
            optimizer.apply([gradients[name] for name in part.variables], list(part.variables.values()))
        steps = tf.cast(self.optimizers[0][0].iterations, tf.float32)
        keep = tf.minimum(AVERAGE, steps / (steps + 10))  # a short memory at first, to forget the random start
        for name, variable in self.network.variables.items():
            self.averages[name].assign(keep * self.averages[name] + (1 - keep) * variable.value)
        return value

    def averaged(self) -> dict[str, np.ndarray]:
        """The averaged weights by name, as `Network.load` takes them."""
        return {name: average.numpy() for name, average in self.averages.items()}

    def save(self) -> dict[str, np.ndarray]:
        """All that a resumed run needs, as flat arrays."""
        return {name: np.asarray(variable) for name, variable in self._state().items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        for name, variable in self._state().items():
            variable.assign(arrays[name])

    def _state(self) -> dict[str, Any]:
        groups = {"weights": self.network.variables.values(), "averages": self.averages.values()}
        groups |= {f"optimizer{i}": optimizer.variables for i, (optimizer, _) in enumerate(self.optimizers)}
        return {f"{group}/{i}": variable for group, members in groups.items() for i, variable in enumerate(members)}


def _decay(rate: float, steps: int, warmup: float) -> keras.optimizers.schedules.CosineDecay:
    """From nearly nothing up to `rate` over a share of the steps, then down to a hundredth of it."""
    rising = int(steps * warmup)
    return keras.optimizers.schedules.CosineDecay(
        rate / 1000, steps - rising, warmup_target=rate, warmup_steps=rising, alpha=0.01
    )


def run(trainer: Trainer, epoch: Epoch, epochs: int, validators: Sequence[Scorer], out: Path) -> None:
    """Run the epochs that are still to do, keeping the best averaged weights in `out`/best.npz."""
    first, best = _resumed(trainer, out / "last.npz")
    validated = trainer.network.clone()
    for number in range(first, epochs):
        started = time.monotonic()
        figures = epoch(number)
        averaged = trainer.averaged()
        validated.load(averaged)
        scores = validate(validated, validators)
        figures = {**figures, **scores, "minutes": (time.monotonic() - started) / 60}
        _log({"epoch": number, **figures}, out)
        print(f"epoch {number + 1}/{epochs}: " + ", ".join(f"{name} {value:.2f}" for name, value in figures.items()))
        if scores["cider"] > best:
            best = scores["cider"]
            write(out / "best.npz", averaged)
        write(out / "last.npz", {**trainer.save(), "epoch": np.array(number), "best": np.array(best)})


def _resumed(trainer: Trainer, checkpoint: Path) -> tuple[int, float]:
    """The next epoch and the best CIDEr so far."""
    if not checkpoint.exists():
        return 0, -1.0
    with np.load(checkpoint) as arrays:
        trainer.restore(dict(arrays))
        return int(arrays["epoch"]) + 1, float(arrays["best"])


def _log(entry: dict[str, float], out: Path) -> None:
    with (out / "log.jsonl").open("a") as log:
        print(json.dumps(entry), file=log)


def write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Replace `path` whole or not at all."""
    part = path.with_suffix(".part.npz")
    np.savez(part, allow_pickle=False, **arrays)
    part.replace(path)
