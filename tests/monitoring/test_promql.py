import pytest

from tests.monitoring.promql import metrics_in


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("up == 0", {"up"}),
        ('sum by (type) (rate(a_total{outcome=~"x|y", type!="z"}[5m])) / b > 0.01', {"a_total", "b"}),
        ("histogram_quantile(0.99, sum by (le, queue) (rate(a_seconds_bucket[10m])))", {"a_seconds_bucket"}),
        ("sum(increase(a[30m] offset 1w)) > 5 and on (queue) b == 0", {"a", "b"}),
        ("a * on (job) group_left (version) b", {"a", "b"}),
        ("sum(a) without (x)", {"a"}),
        ("predict_linear(a[6h], 6 * 3600) < 0 or absent(b{c='}'})", {"a", "b"}),
        ("kodus:late:ratio_rate5m > 14.4 * 0.01", {"kodus:late:ratio_rate5m"}),
        ("max_over_time(a[1d:5m]) unless b", {"a", "b"}),
        ("time() - a > 1e3", {"a"}),
        ("topk(3, a)", {"a"}),
        ("-a + Inf", {"a"}),
    ],
)
def test_the_metrics_of_an_expression(expression, names):
    assert metrics_in(expression) == names


@pytest.mark.parametrize("expression", ['a{b="c"', "a ? b", 'a{b="c}'])
def test_what_is_not_understood_is_not_passed_over(expression):
    with pytest.raises(ValueError, match=r"missing|not understood"):
        metrics_in(expression)
