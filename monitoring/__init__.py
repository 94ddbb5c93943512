"""What operators and their tools read: the dashboard, REST below /workflow-queue/, health.

Reads every room; imported by none.

urls          the addresses of the operators' side (:3331)
pages/        the dashboard; templates/, static/ and templatetags/ are its
views         jobs and their history as JSON
serializers   which fields leave the house, each named
problems      every refusal and error as application/problem+json with the correlation id
health        is this process alive, can it do its work
"""
