"""A stand-in for Telegram on one's own machine: a Bot API server, a chat page, and controls for tests.

Knows nothing of the bot that talks to it, and runs as its own process.
"""
