from reviews.configuration.proposed import RULE, findings_of_proposed
from reviews.findings import Severity


def test_each_problem_is_a_finding_on_its_line():
    found = findings_of_proposed(b"limits:\n  comment: 3\nfoo: 1\n")
    assert [(item.rule, item.path, item.line, item.severity) for item in found] == [
        (RULE, ".kodus.yml", 2, Severity.HIGH),
        (RULE, ".kodus.yml", 3, Severity.HIGH),
    ]
    assert found[0].message == "`comment` is no key here; did you mean `comments`?"


def test_a_valid_file_is_nothing_to_find():
    assert findings_of_proposed(b"limits: {comments: 3}\n") == []
