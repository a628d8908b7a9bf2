"""Who may use the bot, how much they did, and small facts."""

from __future__ import annotations

from sqlalchemy import Column, TypedColumns

from storage.schema.base import INTEGER, REAL, TEXT, TOKEN, required, table


class GrantColumns(TypedColumns):
    """Who may use the bot where ACCESS is `invite`: a user or a chat, and who let them in."""

    subject_id = Column(INTEGER, primary_key=True, autoincrement=False)
    granted_by = required(INTEGER)
    granted_at = required(REAL)


GRANTS = table("grants", GrantColumns)


class InviteColumns(TypedColumns):
    """An invitation an owner made: a deep link's parameter, good for one use."""

    token = Column(TOKEN, primary_key=True)
    created_by = required(INTEGER)
    expires_at = required(REAL)


INVITES = table("invites", InviteColumns)


class UsageColumns(TypedColumns):
    """Photos taken on a day, per user and per chat (`subject`: 'user:1', 'chat:-2').

    `day` counts days since the epoch.
    """

    day = Column(INTEGER, primary_key=True, autoincrement=False)
    subject = Column(TEXT, primary_key=True)
    photos = required(INTEGER, default=0)


USAGE = table("usage", UsageColumns)


class NoteColumns(TypedColumns):
    """Small facts about the installation that must outlive a restart (what owners were told, and when)."""

    key = Column(TEXT, primary_key=True)
    value = required(TEXT)
    updated_at = required(REAL)


NOTES = table("notes", NoteColumns)
