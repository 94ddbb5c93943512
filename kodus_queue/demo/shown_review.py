"""A posted review in the terminal, from what the stand-in says it got."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console, Group
from rich.markdown import Markdown
from rich.panel import Panel
from rich.syntax import Syntax

HUNK_LINES_SHOWN = 4


def show_review(console: Console, state: Mapping[str, Any], pull_request: str) -> bool:
    """Print every review of the pull request with its comments, the summary and the check; False without a review."""
    reviews = [review for review in state["reviews"] if review["pull_request"] == pull_request]
    for review in reviews:
        who, commit = review["user"]["login"], review["commit_id"][:12]
        console.print(
            Panel(Markdown(review["body"]), title=f"{who} on {pull_request} at {commit}", title_align="left")
        )
    for comment in state["review_comments"]:
        if comment["pull_request"] == pull_request:
            _show_comment(console, comment)
    for comment in state["issue_comments"]:
        if comment["pull_request"] == pull_request:
            console.print(Panel(Markdown(comment["body"]), title="On the conversation", title_align="left"))
    for run in state["check_runs"]:
        title = (run.get("output") or {}).get("title") or ""
        console.print(f"Check [bold]{run['name']}[/]: {run['status']}, {run['conclusion']} {title}")
    if not reviews:
        console.print("No review was posted.", style="bold red")
    return bool(reviews)


def _show_comment(console: Console, comment: Mapping[str, Any]) -> None:
    hunk = "\n".join(comment["diff_hunk"].splitlines()[-HUNK_LINES_SHOWN:])
    content = Group(Syntax(hunk, "diff", theme="ansi_dark", background_color="default"), Markdown(comment["body"]))
    console.print(Panel(content, title=f"{comment['path']}:{comment['line']}", title_align="left"))
