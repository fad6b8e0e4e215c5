"""/api/v1/learners/{id}/erase: what an administrator answers for."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from lrs.api.v1.access import Access, administrator, services_of
from lrs.api.v1.vouching import actor_of
from lrs.storage.erasure.erasing import Eraser, recording
from lrs.storage.erasure.outside import OutsideErasures
from lrs.storage.erasure.subjects import subject_of

router = APIRouter(prefix="/api/v1", tags=["administration"])

Administrator = Annotated[Access, Depends(administrator)]


class Erase(BaseModel):
    """Whether to erase, or to count what would go."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = Field(default=False, description="Only count what would be erased.")


@router.post("/learners/{learner_id}/erase")
def erase_learner(
    request: Request,
    access: Administrator,
    learner_id: str,
    wanted: Erase | None = None,
    dry_run: Annotated[bool, Query(description="As in the body.")] = False,
) -> dict[str, Any]:
    """Erase a learner: every statement that names them, documents, attachments, views.

    `dry_run`, in the body or the query, counts and changes nothing. Tree heads that were signed
    before still verify; a statement that is sent again is answered 410.
    """
    services, store = services_of(request), access.store
    settings = services.settings
    dry = dry_run or (wanted is not None and wanted.dry_run)
    subject = subject_of(services.database, store, learner_id)
    eraser = Eraser(
        settings.resolved_owner_url, OutsideErasures(settings.resolved_erasures),
        settings.resolved_attachments, recording(services.audit, actor_of(access), store),
    )  # fmt: skip
    try:
        made = eraser.would(store, subject) if dry else eraser.erase(store, subject)
    finally:
        eraser.close()
    return made.plain()
