"""Who may call what: every route and every page of the assembled console, as every role, as a stranger, and by tokens.

One table module a subject (`agents.py`, `cases.py`, …), gathered in `tables.py`. A table is a tuple of `Row`s:

    Row("POST", "/agents/{agent}/state", EVERYONE, Action.SET_STATE, {"agent": "minji"}, {"state": "ready"})

The method and the path as the OpenAPI has it (without `/api/v1`), the roles that may, the action that is asked for
(tokens may whose scopes have it), what stands in the path, and a body that is well formed. Where a role may for itself
but not for others the route has two rows: `minji` is the agent who signs in, `wei` somebody else. Pages are `Sight`s in
`pages.py`. A route or page that no table names fails `test_the_tables_name_every_route_and_page`: whoever adds one adds
its row.
"""
