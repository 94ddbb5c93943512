"""GitHub played by a list of answers, for what no server of ours would say."""

import itertools

import httpx

from integrations.github.client import GitHub


class Played(httpx.BaseTransport):
    """Answers with what it is given, in turn, the last for ever; remembers what it was asked."""

    def __init__(self, *answers):
        self.asked = []
        self._answers = itertools.chain(answers, itertools.repeat(answers[-1]))

    def handle_request(self, request):
        self.asked.append(request)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def github_played_by(*answers):
    played = Played(*answers)
    github = GitHub("https://api.github.test", "a-token", transport=played)
    github._connection._sleep = [].append
    return github, played
