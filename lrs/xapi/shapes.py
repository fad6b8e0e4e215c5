"""Statements taken apart without being read: which properties they have, and their texts.

The properties are those of the tables, and a test holds the two together. Short strings are
decoded on the way, since they are checked each time.
"""

import msgspec
from msgspec import UNSET, Raw, UnsetType


class StatementText(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    actor: Raw
    verb: Raw
    object: Raw
    id: str | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    version: str | UnsetType = UNSET
    stored: str | UnsetType = UNSET
    result: Raw | UnsetType = UNSET
    context: Raw | UnsetType = UNSET
    authority: Raw | UnsetType = UNSET
    attachments: Raw | UnsetType = UNSET


class ContextTextV1(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    registration: str | UnsetType = UNSET
    instructor: Raw | UnsetType = UNSET
    team: Raw | UnsetType = UNSET
    contextActivities: Raw | UnsetType = UNSET  # noqa: N815  # the property's name
    revision: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    statement: Raw | UnsetType = UNSET
    extensions: Raw | UnsetType = UNSET


class ContextTextV2(ContextTextV1, forbid_unknown_fields=True, gc=False):
    contextAgents: Raw | UnsetType = UNSET  # noqa: N815
    contextGroups: Raw | UnsetType = UNSET  # noqa: N815


class ResultText(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    score: Raw | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: str | UnsetType = UNSET
    extensions: Raw | UnsetType = UNSET
