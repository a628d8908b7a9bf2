"""A head in torch, on a network that learns with it."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ml.learning.task import Task


class Classifier(nn.Module):
    """A backbone, and a head for the chat's labels on what photos look like to it."""

    def __init__(self, backbone: nn.Module, task: Task) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = _head(task)

    def forward(self, batch: Tensor) -> Tensor:
        output = self.backbone(batch)
        looks = _looks(*reversed(output)) if isinstance(output, tuple) else _looks(output)
        logits: Tensor = self.head(looks)
        return logits


def _looks(features: Tensor, logits: Tensor | None = None) -> Tensor:
    """`ml.learning.distances.looks` with gradients."""
    unit = nn.functional.normalize(features)
    if logits is None:
        return unit
    roots = torch.exp(0.5 * nn.functional.log_softmax(logits, dim=1))
    return math.sqrt(0.5) * torch.cat([unit, roots], dim=1)


def _head(task: Task) -> nn.Linear:
    weight = torch.frombuffer(bytearray(task.weight), dtype=torch.float32).reshape(task.labels, -1)
    head = nn.Linear(weight.shape[1], task.labels)
    with torch.no_grad():
        head.weight.copy_(weight)
        head.bias.copy_(torch.frombuffer(bytearray(task.bias), dtype=torch.float32))
    return head
