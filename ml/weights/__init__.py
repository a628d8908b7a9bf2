"""Weights: which there are, where they are found, how they are fetched, and the networks made from them.

`python -m ml.weights list|pull|verify|prepare` is the command. Nothing is ever fetched but by `pull`.
"""

from ml.weights.prepare import needs_prepare, prepared
from ml.weights.values import Prepared, PreparedNetwork, Preprocessing, Role, Sidecar

__all__ = [
    "Prepared",
    "PreparedNetwork",
    "Preprocessing",
    "Role",
    "Sidecar",
    "needs_prepare",
    "prepared",
]
