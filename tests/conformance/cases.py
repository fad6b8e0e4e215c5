"""All cases, by the file that holds them."""

import cases_attachments
import cases_documents
import cases_requests
import cases_resources
import cases_statements
from case import Case

TABLES: dict[str, list[Case]] = {
    "statements": cases_statements.CASES,
    "requests": cases_requests.CASES,
    "documents": cases_documents.CASES,
    "resources": cases_resources.CASES,
    "attachments": cases_attachments.CASES,
}
CASES = [case for table in TABLES.values() for case in table]
# Requirements whose test stands beside the tables, in test_requirements.py
BESIDE = {327: "test_00327_too_few_rights_are_a_403"}
