"""The outside world, one slice each: `github` (REST and its stand-in), `git` (code). Knows no jobs and no models."""
