"""/api/v1/learners/{id}/history: how a view came about, as a series for plots."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request

from lrs.api.v1.access import Access, learner_reader, reads_words, services_of
from lrs.api.v1.views import Asked, doubted, reflected
from lrs.errors import Forbidden, InvalidRequest
from projections.series import series
from projections.story import disputed
from projections.story_series import story_series

router = APIRouter(prefix="/api/v1", tags=["views"])

Reader = Annotated[Access, Depends(learner_reader)]


@router.get("/learners/{learner_id}/history")
def history(
    request: Request,
    access: Reader,
    asked: Annotated[Asked, Depends(reflected)],
    view: Annotated[Literal["mastery", "pace", "independence", "story"], Query()] = "mastery",
    skill: Annotated[
        str | None, Query(max_length=4_000, description="Of mastery: what is known of this skill.")
    ] = None,
    figure: Annotated[
        str | None, Query(max_length=4_000, description="Only the figure with this key.")
    ] = None,
    points: Annotated[int, Query(ge=2, le=1_000, description="Most points in the series.")] = 200,
) -> dict[str, Any]:
    """What a view says after each statement, at its own time, with what is known today.

    A late statement stands where it happened, and a voided one nowhere: it is how things came to
    be what they are, not what was shown then (that is `as_of`). If there are more statements than
    `points`, the points are spread evenly over them; the first and the last are always there.

    Of `story` (with goals and preferences), each point has under `story` the parts that changed
    since the point before, whole; without words, which the statements have.
    """
    if view == "story" and not reads_words(request, access, asked.learner):
        raise Forbidden("This learner is shown to you without words.", code="without_words")
    if skill is not None and (view != "mastery" or figure is not None):
        raise InvalidRequest("`skill` goes with view=mastery, and not with `figure`.")
    moment = asked.moment
    position = None if moment is None else moment.position
    services, store = services_of(request), access.store
    told = services.past.told(store, asked.learner, position)
    observations, knowledge = told.observations, told.knowledge
    if view == "story":
        found = story_series(observations, knowledge, figure=figure, most=points)
    else:
        found = series(observations, knowledge, view, skill=skill, figure=figure, most=points)
    if position is None:
        noted = doubted(services, store, asked.learner)
    else:
        then = services.past.view(store, asked.learner, position)
        noted = disputed(then.rows.get("story", {}).get("", {}))
    return {
        "learner": asked.learner,
        "view": view,
        "skill": skill,
        "figure": figure,
        "calibration": told.knowledge.calibration.number,
        "total": found.total,
        "items": [
            {**one, "disputed": True} if one.get("statement") in noted else one
            for one in found.points
        ],
        "next": None,
    }
