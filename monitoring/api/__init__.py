"""REST under /workflow-queue/, for programs: what the dashboard shows and does, as JSON.

authentication   a token in `Authorization: Bearer`, else a signed-in user
permissions      each view names the scope that each of its methods needs
queries          what a list may be asked, and nothing else
once             a POST under an `Idempotency-Key` happens once
versions         `ETag` and `If-Match`: act on what was seen, or not at all
fields           what is asked is taken as described, and nothing that resembles it
description      how OpenAPI tells of all this; examples is shown there
jobs, steering, bulk · queues · deliveries · events · operations   the addresses
"""
