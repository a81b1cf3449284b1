"""Telegram: long polling or a webhook, messages, buttons, commands and places."""
