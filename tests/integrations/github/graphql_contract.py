"""Holds GraphQL traffic against the part of GitHub's schema that our documents use.

Types and fields are as GitHub's reference has them: https://docs.github.com/graphql/reference/objects
"""

import json
from typing import Any

from graphql import build_schema, execute, parse, validate

_SCHEMA = build_schema("""
type Query { repository(owner: String!, name: String!, followRenames: Boolean = true): Repository }
type Repository { pullRequest(number: Int!): PullRequest }
type PullRequest {
  reviewThreads(first: Int, last: Int, after: String, before: String): PullRequestReviewThreadConnection!
}
type PullRequestReviewThreadConnection { nodes: [PullRequestReviewThread] pageInfo: PageInfo! totalCount: Int! }
type PullRequestReviewThread {
  id: ID!
  isResolved: Boolean!
  isOutdated: Boolean!
  path: String!
  comments(first: Int, last: Int, after: String, before: String): PullRequestReviewCommentConnection!
}
type PullRequestReviewCommentConnection { nodes: [PullRequestReviewComment] pageInfo: PageInfo! totalCount: Int! }
type PullRequestReviewComment { id: ID! databaseId: Int fullDatabaseId: String body: String! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type Mutation { resolveReviewThread(input: ResolveReviewThreadInput!): ResolveReviewThreadPayload }
input ResolveReviewThreadInput { threadId: ID! clientMutationId: String }
type ResolveReviewThreadPayload { thread: PullRequestReviewThread clientMutationId: String }
""")


class DocumentBroken(AssertionError):
    """GitHub's schema does not allow the document, or what is sent with it."""


def check_document(sent: bytes) -> None:
    """The document is valid, and so are its variables."""
    body = json.loads(sent)
    errors = validate(_SCHEMA, parse(body["query"]))
    if errors:
        raise DocumentBroken(str(errors[0]))
    _answer_of(body, None)


def check_data(sent: bytes, answered: bytes) -> None:
    """Whoever answers with data gives all that the document asks for, of the right types, and nothing else."""
    data = json.loads(answered)["data"]
    if "errors" not in json.loads(answered) and _answer_of(json.loads(sent), data) != data:
        raise DocumentBroken(f"not what was asked for: {data}")


def _answer_of(body: dict[str, Any], data: Any) -> Any:
    result: Any = execute(_SCHEMA, parse(body["query"]), data, variable_values=body["variables"])
    if result.errors:
        raise DocumentBroken(str(result.errors[0]))
    return json.loads(json.dumps(result.data))
