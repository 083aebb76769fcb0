"""Logistic regression on standardized columns, given back for the columns as they are."""

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from function.captioning.confidence import Logistic, Values

SMALLEST_DEVIATION = 1e-3
"""Of a column: one that hardly varies is not blown up."""


def fit(values: Values, truth: npt.NDArray[np.bool_], strength: float, weights: Values | None = None) -> Logistic:
    """A penalized model of truth (n,) by values (n, d), whose rows count by `weights` (n,).

    `strength` is the inverse of the penalty on the weights of standardized columns.
    """
    mean, deviation = values.mean(0), np.maximum(values.std(0), SMALLEST_DEVIATION)
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit((values - mean) / deviation, truth, sample_weight=weights)
    slopes = model.coef_[0] / deviation
    return Logistic(slopes, float(model.intercept_[0] - mean @ slopes))


def balanced(truth: npt.NDArray[np.bool_]) -> Values:
    """Weights (n,) that let both answers count the same, with a mean of 1."""
    share = truth.mean()
    return np.asarray(np.where(truth, 0.5 / share, 0.5 / (1 - share)))
