"""What a classifier knows about a photo before it decides: its features, beside its logits."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class WithFeatures(nn.Module):
    """A classifier that returns (logits (n, categories), features (n, d)) from one pass.

    The features are what its last layer takes: in transfer learning, what a new last layer is trained on.
    They are caught on their way there, so that any architecture will do that ends in a linear layer, or, as
    SqueezeNet does, in a convolution that stands for one. The mean over the positions is taken then.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self._caught: Tensor | None = None
        last_layer(network).register_forward_pre_hook(self._catch)

    @property
    def width(self) -> int:
        """How many numbers the features of one photo are."""
        last = last_layer(self.network)
        return last.in_features if isinstance(last, nn.Linear) else last.in_channels

    def forward(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.network(batch)
        features, self._caught = self._caught, None
        assert features is not None, "the last layer was not run"
        return logits, features

    def _catch(self, _: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        (features,) = inputs
        self._caught = features.mean(dim=(2, 3)) if features.ndim == 4 else torch.flatten(features, 1)


def last_layer(network: nn.Module) -> nn.Linear | nn.Conv2d:
    """The layer that makes a classifier's logits.

    Modules are listed as they were defined, which torchvision and timm do in the order they run: heads that
    only training uses (GoogLeNet, Inception) come before.
    """
    layers = [module for module in network.modules() if isinstance(module, nn.Linear | nn.Conv2d)]
    return layers[-1]
