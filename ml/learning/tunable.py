"""What of a network is tuned, and whether that can be paid for."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from ml.protocol import Value
from ml.weights.features import last_layer
from ml.weights.modules import Blueprint

# The share of the backbone's parameters that is tuned at most: its last blocks, which are the most of
# ImageNet's own. In mobilenet_v2 the last two and the convolution behind them.
SHARE = 0.5

MOST_EPOCHS = 10
LEAST_EPOCHS = 4
# Photos shown in an epoch; with more of them, an epoch is a part of them, evenly of all labels.
MOST_AN_EPOCH = 400
LEAST_AN_EPOCH = 100
# What a training may cost on the CPU, in floating point operations. One thread of an AMD EPYC 9004 does
# some 16 thousand million a second in mobilenet_v2 and EfficientNet-Lite0, which makes four minutes.
# Operations and not seconds, so that the same job gives the same model however busy the machine is.
CPU_OPERATIONS = 4e12
# The backward pass through the tuned half adds about a quarter to the forward pass through the whole.
_BACKWARD = 1.25


class Plan(Value, frozen=True):
    """How long to tune: so many epochs, and photos in each."""

    epochs: int
    per_epoch: int


def plan(operations: float, learnt: int, checked: int, *, on_gpu: bool) -> Plan | None:
    """The longest fine-tuning that can be paid for, None where even the shortest is too dear.

    `operations`: of a forward pass of one photo. `learnt`, `checked`: photos to learn from, and to look at
    after each epoch.
    """
    longest = Plan(MOST_EPOCHS, min(learnt, MOST_AN_EPOCH))
    if on_gpu:
        return longest
    shorter = (
        Plan(epochs, min(longest.per_epoch, most))
        for most in (MOST_AN_EPOCH, LEAST_AN_EPOCH)
        for epochs in range(MOST_EPOCHS, LEAST_EPOCHS - 1, -1)
    )
    return next((plan for plan in shorter if _cost(plan, operations, checked) <= CPU_OPERATIONS), None)


def _cost(plan: Plan, operations: float, checked: int) -> float:
    return operations * (plan.epochs * plan.per_epoch * _BACKWARD + (plan.epochs + 1) * checked)


def operations_of(blueprint: Blueprint) -> float:
    """Floating point operations of one photo's forward pass; a multiplication and an addition are two."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        blueprint.module(torch.zeros(1, *blueprint.input_shape))
    return float(counter.get_total_flops())


def last_blocks(blueprint: Blueprint) -> list[nn.Parameter]:
    """The parameters to tune: of the layers that run last, as many as hold SHARE of all.

    Without the layer that makes ImageNet's logits. Layers that did not run, such as heads for training
    alone, are none of them.
    """
    layers = [layer for layer in _in_order_of_running(blueprint) if layer is not _unused_end(blueprint)]
    room = SHARE * sum(_size(layer) for layer in layers)
    tuned: list[nn.Parameter] = []
    for layer in reversed(layers):
        room -= _size(layer)
        if room < 0:
            break
        tuned += layer.parameters(recurse=False)
    return tuned


def _unused_end(blueprint: Blueprint) -> nn.Module | None:
    return last_layer(blueprint.module) if "logits" in blueprint.outputs else None


def _size(layer: nn.Module) -> int:
    return sum(parameter.numel() for parameter in layer.parameters(recurse=False))


def _in_order_of_running(blueprint: Blueprint) -> list[nn.Module]:
    """Every layer that has parameters of its own, once, at the last time that it ran."""
    ran: list[nn.Module] = []

    def note(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        ran.append(layer)

    layers = [layer for layer in blueprint.module.modules() if _size(layer)]
    hooks = [layer.register_forward_hook(note) for layer in layers]
    with torch.no_grad():
        blueprint.module(torch.zeros(1, *blueprint.input_shape))
    for hook in hooks:
        hook.remove()
    return list(dict.fromkeys(reversed(ran)))[::-1]
