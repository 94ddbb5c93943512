"""The files a pull request changes, with their patches, as GitHub lists them: from the merge base, 3,000 at most."""

from typing import Any
from urllib.parse import quote

from integrations.github.standin.calls import Call, page
from integrations.github.standin.hosted import FileChange
from integrations.github.standin.http import Reply
from integrations.github.standin.payloads import Links
from integrations.github.standin.records import Pull

MAX_FILES = 3_000
_STATUS = {"new file mode": "added", "deleted file mode": "removed", "rename from": "renamed"}


def list_files(call: Call) -> Reply:
    pull = call.pull
    shown = page(call, list(pull.repository.changes(pull.base_sha, pull.head_sha)[:MAX_FILES]))
    return Reply(200, [_entry(call.links, pull, change) for change in shown.payload], shown.headers)


def _entry(links: Links, pull: Pull, change: FileChange) -> dict[str, Any]:
    whole = pull.repository.patch(pull.base_sha, pull.head_sha, change)
    header, starts, hunks = whole.partition("\n@@ ")
    at = f"{pull.head_sha}/{quote(change.path)}"
    page_of = f"{links.root}/{pull.repository.full_name}"
    entry = {
        "sha": None,
        "filename": change.path,
        "status": next((word for sign, word in _STATUS.items() if f"\n{sign} " in header), "modified"),
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{page_of}/blob/{at}",
        "raw_url": f"{page_of}/raw/{at}",
        "contents_url": f"{links.repository(pull.repository)}/contents/{quote(change.path)}?ref={pull.head_sha}",
    }
    if change.previous_path:
        entry["previous_filename"] = change.previous_path
    # As on GitHub, a binary file has no patch, and a patch has no header and no last line break.
    return entry | ({"patch": f"@@ {hunks}".removesuffix("\n")} if starts else {})
