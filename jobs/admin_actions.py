"""What an operator may do to jobs: cancel, and retry by hand. Each asks for a reason, and tells what was refused.

The engine decides (transitions.py) and keeps who and why in the job's history; nothing is written here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from jobs import transitions
from jobs.errors import TransitionRefused
from jobs.models import WorkflowJob

MOST_AT_ONCE = 200
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class ByHand:
    """`action` is the name of the admin action below that does it."""

    action: str
    label: str
    done: str
    transition: Callable[..., WorkflowJob]


CANCEL = ByHand("cancel_jobs", "Cancel", "cancelled", transitions.cancel)
RETRY = ByHand("retry_jobs", "Retry by hand", "runnable again", transitions.retry_by_hand)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=transitions.MAX_REASON,
        widget=forms.TextInput(attrs={"size": 80, "autofocus": True}),
        help_text="Kept in the job's history, with your name.",
    )


@admin.action(description="Cancel…", permissions=["steer"])
def cancel_jobs(
    model_admin: "admin.ModelAdmin[WorkflowJob]", request: HttpRequest, queryset: QuerySet[WorkflowJob]
) -> HttpResponse | None:
    return _ask_then_act(CANCEL, model_admin, request, queryset)


@admin.action(description="Retry by hand…", permissions=["steer"])
def retry_jobs(
    model_admin: "admin.ModelAdmin[WorkflowJob]", request: HttpRequest, queryset: QuerySet[WorkflowJob]
) -> HttpResponse | None:
    return _ask_then_act(RETRY, model_admin, request, queryset)


def _ask_then_act(
    verb: ByHand, model_admin: "admin.ModelAdmin[WorkflowJob]", request: HttpRequest, queryset: QuerySet[WorkflowJob]
) -> HttpResponse | None:
    """The page that asks for a reason; None, back to the list, when it was given or too much was selected."""
    jobs = list(queryset[: MOST_AT_ONCE + 1])
    if len(jobs) > MOST_AT_ONCE:
        text = f"Nothing was done: select at most {MOST_AT_ONCE} jobs at once."
        model_admin.message_user(request, text, messages.ERROR)
        return None
    form = ReasonForm(request.POST if "confirmed" in request.POST else None)
    if form.is_valid():
        _act(verb, model_admin, request, jobs, reason=form.cleaned_data["reason"])
        return None
    return TemplateResponse(request, "admin/jobs/reason.html", _page(verb, model_admin, request, jobs, form))


def _act(
    verb: ByHand,
    model_admin: "admin.ModelAdmin[WorkflowJob]",
    request: HttpRequest,
    jobs: list[WorkflowJob],
    *,
    reason: str,
) -> None:
    refused = []
    for job in jobs:
        try:
            verb.transition(job.id, actor=f"admin:{request.user.get_username()}", reason=reason)
        except TransitionRefused as refusal:
            refused.append(f"{job}: {refusal}")
    if len(jobs) > len(refused):
        model_admin.message_user(request, f"{len(jobs) - len(refused)} {verb.done}.", messages.SUCCESS)
    if refused:
        named = " · ".join(refused[:MOST_NAMED]) + (" · …" if len(refused) > MOST_NAMED else "")
        model_admin.message_user(request, f"{len(refused)} refused. {named}", messages.WARNING)


def _page(
    verb: ByHand,
    model_admin: "admin.ModelAdmin[WorkflowJob]",
    request: HttpRequest,
    jobs: list[WorkflowJob],
    form: ReasonForm,
) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "title": f"{verb.label}: {len(jobs)} selected",
        "verb": verb,
        "jobs": jobs,
        "form": form,
        "opts": model_admin.opts,
        "selected_name": ACTION_CHECKBOX_NAME,
    }
