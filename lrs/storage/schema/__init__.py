"""Every table. The migrations in `alembic/` create exactly these; a test compares the two.

Every key begins with the store, except where a digest is itself keyed with the store's secret
(`log_*` indexes, `keys`), which separates stores by construction. Each group of tables has a
module; each module says which guarantees its tables have.
"""

from lrs.storage.schema.access_tables import (
    ACCESS_TABLES,
    access_tokens,
    external_identities,
    own_identities,
    passwords,
    sessions,
    sign_in_requests,
)
from lrs.storage.schema.administration_tables import credentials, secrets, stores, tokens, users
from lrs.storage.schema.alignment_tables import (
    alignments,
    identity_acts,
    identity_changes,
    signal_maps,
)
from lrs.storage.schema.attachment_tables import (
    attachment_chunks,
    attachment_uses,
    attachments,
    leftover_files,
)
from lrs.storage.schema.base import metadata
from lrs.storage.schema.calibration_tables import calibrations, evaluations
from lrs.storage.schema.derived_tables import (
    builds,
    checkpoints,
    events,
    identities,
    learners,
    marks,
    observations,
    snapshots,
    states,
    unread,
    views,
)
from lrs.storage.schema.document_tables import documents
from lrs.storage.schema.erasure_tables import ERASURE_TABLES, erased, erasures, retention
from lrs.storage.schema.group_tables import (
    GROUP_TABLES,
    group_acts,
    group_members,
    group_points,
    group_shares,
    group_teachers,
    learner_groups,
)
from lrs.storage.schema.knowledge_tables import adoptions
from lrs.storage.schema.log_tables import (
    authorities,
    authority_agents,
    commits,
    definitions,
    dictionaries,
    heads,
    inheriting,
    keys,
    links,
    log,
    voided,
)
from lrs.storage.schema.proof_tables import (
    PROOF_TABLES,
    origins,
    seals,
    tiles,
    tree_heads,
    verifiers,
)
from lrs.storage.schema.reading_tables import READING_TABLES, readers

LOG_TABLES = (
    log, keys, links, voided, commits, authorities, authority_agents, dictionaries, definitions,
)  # fmt: skip
DERIVED_TABLES = (
    inheriting,
    builds, checkpoints, learners, identities, observations, unread, marks, states, snapshots,
    views, events,
)  # fmt: skip
MEANING_TABLES = (adoptions, alignments, signal_maps, identity_acts, identity_changes)
DOCUMENT_TABLES = (documents,)
ADMINISTRATION_TABLES = (stores, credentials, users, tokens, secrets)

__all__ = [
    "ACCESS_TABLES",
    "ADMINISTRATION_TABLES",
    "DERIVED_TABLES",
    "DOCUMENT_TABLES",
    "ERASURE_TABLES",
    "GROUP_TABLES",
    "LOG_TABLES",
    "MEANING_TABLES",
    "PROOF_TABLES",
    "READING_TABLES",
    "access_tokens",
    "adoptions",
    "alignments",
    "attachment_chunks",
    "attachment_uses",
    "attachments",
    "authorities",
    "authority_agents",
    "builds",
    "calibrations",
    "checkpoints",
    "commits",
    "credentials",
    "definitions",
    "dictionaries",
    "documents",
    "erased",
    "erasures",
    "evaluations",
    "events",
    "external_identities",
    "group_acts",
    "group_members",
    "group_points",
    "group_shares",
    "group_teachers",
    "heads",
    "identities",
    "identity_acts",
    "identity_changes",
    "inheriting",
    "keys",
    "learner_groups",
    "learners",
    "leftover_files",
    "links",
    "log",
    "marks",
    "metadata",
    "observations",
    "origins",
    "own_identities",
    "passwords",
    "readers",
    "retention",
    "seals",
    "secrets",
    "sessions",
    "sign_in_requests",
    "signal_maps",
    "snapshots",
    "states",
    "stores",
    "tiles",
    "tokens",
    "tree_heads",
    "unread",
    "users",
    "verifiers",
    "views",
    "voided",
]
