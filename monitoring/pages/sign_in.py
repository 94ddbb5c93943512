"""The way in and out: a name and a password, and a session of some hours."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class SignIn(LoginView):
    template_name = "monitoring/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "environment": settings.ENVIRONMENT}


class SignOut(LogoutView):
    """By POST only: a link elsewhere must not sign anybody out."""

    next_page = "pages:sign-in"


def too_many_tries(request: HttpRequest, _response: HttpResponse, _credentials: object) -> HttpResponse:
    """What django-axes answers, to a right password as well, until the time is over."""
    answer = render(request, "monitoring/too_many_tries.html", {"environment": settings.ENVIRONMENT}, status=429)
    answer["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME.total_seconds()))
    return answer
