"""Glance, the Telegram bot: handlers, use cases, and what starts them."""
