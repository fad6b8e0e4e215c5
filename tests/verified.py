"""Which stage of `lrs verify` answers for which table; a table without an entry fails a test."""

from collections.abc import Mapping

from lrs.storage import schema

# `--log` and `--index`: a flipped bit in any column is found, but for those of NOT_IN_LOG
IN_LOG = (
    schema.log, schema.keys, schema.links, schema.voided, schema.commits, schema.authorities,
    schema.authority_agents, schema.definitions, schema.dictionaries, schema.heads, schema.tiles,
    schema.seals, schema.origins, schema.verifiers, schema.tree_heads, schema.erased,
    schema.erasures,
)  # fmt: skip
NOT_IN_LOG: Mapping[tuple[str, str], str] = {
    ("heads", "stored_us"): "Consistent-Through moves it on",
    ("verifiers", "since_us"): "nothing rests on it",
    ("tree_heads", "signed_us"): "nothing rests on it",
    ("erasures", "begun_us"): "nothing rests on it",
    ("erasures", "finished_us"): "nothing rests on when; that it is finished, does",
    ("erasures", "reason"): "told; the audit has it too",
    ("erasures", "learners"): "told; the audit has it too",
}

# `--views`
IN_VIEWS = (
    schema.observations, schema.unread, schema.events, schema.states, schema.snapshots,
    schema.views, schema.identities, schema.learners, schema.identity_acts,
    schema.identity_changes, schema.checkpoints, *schema.GROUP_TABLES,
)  # fmt: skip
NOT_IN_VIEWS: Mapping[tuple[str, str], str] = {
    ("states", "generation"): "counts changes",
    ("states", "lease_us"): "of whoever is folding",
    ("states", "calibration"): "folded with it: the state shows another",
    ("states", "alignment"): "folded with it: the state shows another",
    ("snapshots", "calibration"): "folded with it: the snapshot shows another",
    ("checkpoints", "updated_us"): "told",
} | {
    (table.name, column): "rows of another store or build are those of another set"
    for table in IN_VIEWS
    for column in ("store", "build")
}

# `--attachments`
IN_ATTACHMENTS = (schema.attachments, schema.attachment_chunks, schema.attachment_uses)
NOT_IN_ATTACHMENTS: Mapping[tuple[str, str], str] = {
    ("attachments", "created_us"): "nothing rests on it",
    ("attachment_uses", "created_us"): "nothing rests on it once the statement is there",
}

# Neither log, proof, index nor view
_ACCESS = (
    "stores", "credentials", "users", "tokens", "secrets", "passwords", "sessions",
    "external_identities", "sign_in_requests", "access_tokens", "own_identities",
)  # fmt: skip
ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(_ACCESS, "people and access: given, and in the audit"),
    "inheriting": "work that waits: verify says when there is any",
    "marks": "work that waits: verify counts whoever waits for the fold",
    "builds": "which set of views is shown; that set is verified",
    "leftover_files": "files that wait to be unlinked",
    "documents": "what tools keep and change: no event, no proof",
    "adoptions": "given, not derived; the audit has it, and views folded with another differ",
    "alignments": "given, not derived; views folded with another differ",
    "signal_maps": "given, not derived; observations read with another differ",
    "calibrations": "given, not derived; views folded with another differ",
    "evaluations": "figures about a calibration, made anew by lrs evaluate",
    "retention": "rules that people give; the audit has them",
    "readers": "whom administrators let read; the audit has it",
}


def columns(
    tables: tuple[object, ...], left_out: Mapping[tuple[str, str], str]
) -> list[tuple[str, str]]:
    """Every column of these tables that a stage answers for."""
    found = [schema.metadata.tables[str(one)] for one in tables]
    return [
        (table.name, column.name)
        for table in found
        for column in table.columns
        if (table.name, column.name) not in left_out
    ]
