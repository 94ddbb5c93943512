"""What others do, under the same load and faults: plain Celery, with acknowledgement early and late, and a background
task in the web process. Each takes the same webhooks, works as long, and posts to the same stand-in of GitHub.

They are written as their documentation has it, with retries; they store nothing.
"""
