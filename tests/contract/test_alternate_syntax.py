"""Alternate request syntax of xAPI 1.0.x (Communication 1.3): forms that mean other requests."""

import base64
import json
import uuid
from urllib.parse import quote, urlencode

import httpx2
import pytest

from http_server import V1, V2, Client, Server
from statements import statement

FORM = "application/x-www-form-urlencoded"
STATEMENTS = "/xapi/statements"
SOMEBODY = {"account": {"homePage": "https://x.example", "name": "böb ü+%&=é 中"}}


def authorization(client: Client) -> str:
    return "Basic " + base64.b64encode(f"{client.key}:{client.secret}".encode()).decode()


def send(
    client: Client,
    method: str,
    *,
    path: str = STATEMENTS,
    content_type: str | None = FORM,
    query: str = "",
    raw: bytes | None = None,
    headers: dict[str, str] | None = None,
    **fields: str,
) -> httpx2.Response:
    """POST the form as a browser without headers does: everything but its type is inside."""
    form = {
        "Authorization": authorization(client),
        "X-Experience-API-Version": V1,
        **{name.replace("__", "-"): text for name, text in fields.items()},
    }
    own = {"Content-Type": content_type} if content_type is not None else {}
    body = raw if raw is not None else urlencode(form).encode()
    url = f"{client.base_url}".rstrip("/") + f"{path}?method={method}{query}"
    request = httpx2.Request("POST", url, content=body, headers={**own, **(headers or {})})
    with httpx2.Client() as plain:
        return plain.send(request)


@pytest.mark.parametrize(
    "content_type",
    [FORM, f"{FORM}; charset=UTF-8", "Application/X-WWW-Form-URLencoded", "text/plain", None],
)
def test_a_form_stores_a_statement_whatever_type_an_old_browser_gives_it(
    client: Client, content_type: str | None
) -> None:
    sent = statement()
    answer = send(
        client,
        "PUT",
        content_type=content_type,
        statementId=sent["id"],
        Content__Type="application/json",
        content=json.dumps(sent),
    )
    assert answer.status_code == 204, answer.text
    assert answer.headers["x-experience-api-version"] == V1
    assert "x-lrs-position" in answer.headers
    assert client.found() == [sent["id"]]


def test_post_get_and_head_are_meant_by_a_form(client: Client) -> None:
    sent = [statement(actor=SOMEBODY), statement()]
    stored = send(client, "POST", content=json.dumps(sent, ensure_ascii=False))
    assert stored.json() == [one["id"] for one in sent]
    asked = json.dumps(SOMEBODY)
    found = send(client, "GET", agent=asked, limit="5")
    assert [one["id"] for one in found.json()["statements"]] == [sent[0]["id"]]
    bare = send(client, "HEAD", statementId=sent[0]["id"])
    assert (bare.status_code, bare.content) == (200, b"")
    assert "last-modified" in bare.headers


def test_spaces_may_be_plus_or_percent_20(client: Client) -> None:
    made = [statement(result={"response": "a b  c+d"}) for _ in range(2)]
    for one, space in zip(made, ("+", "%20"), strict=True):
        content = quote(json.dumps(one)).replace("%20", space)
        raw = (
            f"Authorization={quote(authorization(client))}&X-Experience-API-Version=1.0.1"
            f"&statementId={one['id']}&content={content}"
        )
        assert send(client, "PUT", raw=raw.encode()).status_code == 204
    assert {one["result"]["response"] for one in client.statements()} == {"a b  c+d"}


def test_the_forms_headers_stand_before_the_connections(client: Client) -> None:
    own = {"X-Experience-API-Version": V1, "Authorization": "Basic eDp5"}
    assert send(client, "GET", headers=own).status_code == 200
    refused = send(client, "GET", headers=own, X__Experience__API__Version="0.8")
    assert (refused.status_code, refused.json()["code"]) == (400, "unsupported_version")
    assert send(client, "GET", headers=own, Authorization="Basic eDp5").status_code == 401


def test_header_names_may_be_in_any_case_and_languages_among_them(client: Client) -> None:
    client.store_statements(
        statement(verb={"id": "https://x.example/v", "display": {"en": "did", "fr": "fit"}})
    )
    raw = urlencode(
        {
            "authorization": authorization(client),
            "x-experience-api-version": "1.0",
            "Accept-Language": "fr",
            "format": "canonical",
        }
    )
    found = send(client, "GET", raw=raw.encode())
    assert found.json()["statements"][0]["verb"]["display"] == {"fr": "fit"}


def test_registration_and_content_length_come_as_old_clients_send_them(client: Client) -> None:
    registration = str(uuid.uuid4())
    sent = statement(context={"registration": registration}, actor=SOMEBODY)
    content = json.dumps(sent, ensure_ascii=False)
    # xAPIWrapper counts characters, not bytes: the form's own length is not what is read
    stored = send(client, "POST", content=content, Content__Length=str(len(content)))
    assert stored.status_code == 200, stored.text
    found = send(client, "GET", registration=registration)
    assert len(found.json()["statements"]) == 1


def test_a_get_may_bring_content_and_empty_fields_that_mean_nothing(client: Client) -> None:
    """TinCanJS sends `content=undefined` with a GET; a query put in front may be empty."""
    (made,) = client.store_statements(statement())
    raw = f"&statementId={made}&&content=undefined&" + urlencode(
        {"Authorization": authorization(client), "X-Experience-API-Version": "1.0.2"}
    )
    answer = send(client, "GET", raw=raw.encode(), content_type=None)
    assert answer.json()["id"] == made


@pytest.mark.parametrize("kind", ["application/json", "application/octet-stream", None])
def test_documents_are_stored_read_and_removed_by_forms(client: Client, kind: str | None) -> None:
    """Headers, parameters and body of the State resource, as a browser without CORS sends them."""
    about = {
        "activityId": "https://x.example/a?b+c&d=é",
        "agent": json.dumps(SOMEBODY),
        "stateId": "bookmark",
        "registration": str(uuid.uuid4()),
    }
    path, body = "/xapi/activities/state", '{"page": "3 + ½"}'
    typed = {"Content__Type": kind} if kind else {}
    stored = send(client, "PUT", path=path, content=body, **typed, **about)
    assert stored.status_code == 204, stored.text
    found = send(client, "GET", path=path, **about)
    assert found.content == body.encode()
    assert found.headers["content-type"] == (kind or "application/json")
    assert found.headers["etag"]
    stale = send(client, "POST", path=path, content="{}", If__Match='"x"', **typed, **about)
    assert stale.status_code == 412
    assert send(client, "DELETE", path=path, **about).status_code == 204
    assert send(client, "GET", path=path, **about).status_code == 404


REFUSED: dict[str, tuple[str, str, dict[str, str]]] = {
    "another parameter in the query": ("PUT", "&statementId=" + str(uuid.uuid4()), {}),
    "unknown method": ("PATCH", "", {"content": "{}"}),
    "method in lower case": ("put", "", {"content": "{}"}),
    "no method": ("", "", {"content": "{}"}),
    "no content": ("POST", "", {}),
    "binary attachments": (
        "POST",
        "",
        {"content": "--b", "Content__Type": "multipart/mixed; boundary=b"},
    ),
    "unknown parameter": ("GET", "", {"nonsense": "1"}),
    "parameter in another case": ("GET", "", {"Limit": "1"}),
    "a line break in a header": ("GET", "", {"If__Match": "a\r\nb"}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_form_may_not_hold_is_refused(client: Client, case: str) -> None:
    method, query, fields = REFUSED[case]
    answer = send(client, method, query=query, **fields)
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"]
    assert answer.headers["x-experience-api-version"] in {V1, V2}
    assert "x-experience-api-consistent-through" in answer.headers


@pytest.mark.parametrize(
    "raw", [b"content=%ff", b"content=%7B%7D&content=%7B%7D", b"&" * 100, b'{"content": "{}"}', b""]
)
def test_a_form_that_is_none_is_refused(client: Client, raw: bytes) -> None:
    own = {"Authorization": authorization(client), "X-Experience-API-Version": V1}
    answer = send(client, "POST", raw=raw, headers=own)
    assert (answer.status_code, bool(answer.json()["code"])) == (400, True), answer.text


def test_a_form_of_another_type_is_refused(client: Client) -> None:
    assert send(client, "POST", content_type="application/json", content="{}").status_code == 400


def test_a_form_that_is_too_large_is_refused(client: Client) -> None:
    answer = send(client, "POST", raw=b"content=" + b"%20" * 6_000_000)
    assert answer.status_code == 413


def test_a_large_form_is_read_to_the_end(client: Client) -> None:
    sent = [statement(result={"response": "é % + &" * 40}) for _ in range(600)]
    stored = send(client, "POST", content=json.dumps(sent))
    assert stored.status_code == 200, stored.text
    assert client.get(STATEMENTS, params={"limit": 1}).json()["statements"][0]["result"] == {
        "response": "é % + &" * 40
    }


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize("where", ["header", "form"])
def test_xapi_2_has_no_alternate_syntax(client: Client, method: str, where: str) -> None:
    sent = statement()
    headers = {"X-Experience-API-Version": V2} if where == "header" else None
    answer = send(
        client,
        method,
        headers=headers,
        X__Experience__API__Version=V2,
        content=json.dumps(sent),
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "alternate_syntax")
    assert client.found() == []


def test_only_a_post_may_be_a_form(client: Client) -> None:
    answer = client.put(f"{STATEMENTS}?method=PUT", data={"content": json.dumps(statement())})
    assert answer.status_code == 400


def test_about_answers_a_form_as_every_resource_does(client: Client, server: Server) -> None:
    answer = send(client, "GET", path="/xapi/about")
    assert answer.json()["version"] == [V1, V2]
