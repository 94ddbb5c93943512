"""A browser that is signed in as a superuser; needs Django set up."""

from django.contrib.auth.models import User
from django.test import Client

NAME = "operator-of-the-benchmark"


def signed_in() -> Client:
    user, _ = User.objects.get_or_create(username=NAME, is_staff=True, is_superuser=True)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client
