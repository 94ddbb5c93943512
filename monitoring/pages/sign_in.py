"""The way in and out: a name and a password, and a session of some hours."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView


class SignIn(LoginView):
    template_name = "monitoring/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "environment": settings.ENVIRONMENT}


class SignOut(LogoutView):
    """By POST only: a link elsewhere must not sign anybody out."""

    next_page = "pages:sign-in"
