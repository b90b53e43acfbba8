"""Whether a request that is good by its schema was refused for a reason that no schema can tell.

401, 403, 404, 409 and 429 tell of the caller, of what is stored and of a limit, so any request may meet them. A 400 or a 422
tells of the request: it must be for one of the reasons below.
"""

import schemathesis

# Codes of a 400. "The contract" says 400 for much that others call 403 or 409.
REASONS = {
    "email_taken",
    "inactive_user",  # a caller who deactivated themselves a moment ago
    "incorrect_code",
    "incorrect_credentials",
    "incorrect_passkey",
    "incorrect_password",
    "invalid_challenge",
    "invalid_token",  # one that nobody mailed
    "name_required",  # of an organisation, to delete it
    "password_required",  # beside a first second factor; later ones need none
}


def is_beyond_schemas(fault, body):
    """Whether no schema tells that this field is wrong."""
    field, text = fault["loc"][-1], fault["msg"]
    return (
        # No text may have one.
        "NUL characters" in text
        # A cursor that no list gave.
        or fault["loc"] == ["query", "after"]
        # A number that is not one of 64 bits.
        or (fault["type"] == "less_than_equal" and fault["ctx"]["le"] == 2**63 - 1)
        # An address at a name that is reserved.
        or text.startswith("value is not a valid email address")
        or fault["type"] == "weak_password"
        # The id of something that its owner does not have.
        or (fault["type"].endswith("_not_found") and field.endswith("_id"))
        # A name of an organisation that hides something, or could be taken for a link; a slug that means something else.
        or (fault["type"] == "value_error" and field in ("name", "slug"))
        # The contract's types allow null for a field that may be left out. A form has no null: it is sent as a text.
        or (isinstance(body, dict) and body.get(field, "") in (None, "null"))
    )


@schemathesis.check
def refused_for_a_reason(context, response, case):
    if not case.meta or not case.meta.generation.mode.is_positive:
        return
    if response.status_code == 400:
        assert response.json()["code"] in REASONS, f"refused: {response.text}"
    if response.status_code == 422:
        faults = response.json()["detail"]
        assert all(is_beyond_schemas(fault, case.body) for fault in faults), f"refused: {response.text}"
