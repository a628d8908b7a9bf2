"""Everything that touches pixels or tensors; it runs in a process of its own.

The bot may import `client` (which is `child`, `conversation`, `ledger` and `wire`), `protocol`, `config`,
`settings` and `errors`: they need neither numpy nor torch.
"""
