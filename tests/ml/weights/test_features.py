"""Features are what the last layer of a classifier takes, whichever architecture it is."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ml.torchvision_ops import declare_missing_operators
from ml.weights.features import WithFeatures, last_layer

# The smallest of each family that ends in a linear layer; GoogLeNet has two more of them, for training alone.
FAMILIES = ["mobilenet_v2", "mnasnet0_5", "resnet18", "densenet121", "googlenet", "efficientnet_b0", "swin_t"]


@pytest.mark.parametrize("name", FAMILIES)
def test_the_last_layer_makes_the_logits_of_the_features(name: str) -> None:
    declare_missing_operators()
    from torchvision.models import get_model

    more = {"init_weights": False, "aux_logits": True} if name == "googlenet" else {}
    network = WithFeatures(get_model(name, weights=None, **more)).eval()
    with torch.inference_mode():
        logits, features = network(torch.rand(2, 3, 224, 224))
        last = last_layer(network.network)
        assert features.shape == (2, network.width)
        torch.testing.assert_close(last(features), logits)


def test_a_convolution_in_the_place_of_the_last_layer_gives_its_inputs_mean() -> None:
    network = WithFeatures(nn.Sequential(nn.Conv2d(3, 5, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())).eval()
    photos = torch.rand(2, 3, 4, 6)
    logits, features = network(photos)
    torch.testing.assert_close(features, photos.mean(dim=(2, 3)))
    torch.testing.assert_close(last_layer(network.network)(features[:, :, None, None]).flatten(1), logits)
