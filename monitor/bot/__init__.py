"""Telegram: what people are told and what they may say. `delivery` empties the outbox, `client` runs the bot."""
