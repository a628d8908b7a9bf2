"""Everything that touches pixels or tensors; it runs in a process of its own.

Only `protocol`, `wire`, `client` and `errors` may be imported by the bot: they need neither numpy nor torch.
"""
