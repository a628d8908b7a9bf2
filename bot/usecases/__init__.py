"""One function per thing a person asks for. Nothing here knows Telegram; what is needed comes as `Ports`."""
