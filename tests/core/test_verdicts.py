from monitor.core.verdicts import Precision, Reason, ThresholdAdvice, Verdict, proposed_threshold

R, W, V, U = Verdict.RIGHT, Verdict.WRONG, Verdict.VARIANT, Verdict.UNSURE


def test_precision_counts_variants_as_right_and_the_unsure_as_nothing() -> None:
    found = Precision(counts={R: 7, V: 1, W: 2, U: 5})

    assert (found.right, found.judged, found.share) == (8, 10, 0.8)
    assert Precision().share is None


def test_the_lowest_threshold_that_is_precise_enough_is_proposed() -> None:
    judged = [(95.0, R)] * 10 + [(88.7, V)] * 9 + [(80.0, W)] * 3

    advice = proposed_threshold(judged, present=75.0)

    assert advice == ThresholdAdvice(reason=Reason.BETTER, threshold=88.5, right=19, judged=19)
    assert advice.why == "At 88.5, 19 of 19 judged matches are right."


def test_one_wrong_match_among_many_right_ones_is_forgiven() -> None:
    judged = [(95.0, R)] * 19 + [(90.0, W)] + [(85.0, R)]

    assert proposed_threshold(judged, present=95.0).threshold == 85.0


def test_a_lower_threshold_is_proposed_when_what_is_only_suggested_is_right() -> None:
    assert proposed_threshold([(70.0, R)] * 10, present=75.0).threshold == 70.0


def test_a_threshold_is_not_raised_only_because_nothing_wrong_was_seen_below() -> None:
    advice = proposed_threshold([(95.0, R)] * 12, present=75.0)

    assert (advice.reason, advice.threshold, advice.judged) == (Reason.FITS, None, 12)


def test_few_verdicts_propose_nothing() -> None:
    advice = proposed_threshold([(95.0, R)] * 9 + [(90.0, U)] * 9)

    assert (advice.reason, advice.threshold, advice.judged) == (Reason.TOO_FEW, None, 9)
    assert "9 of the 10 verdicts" in advice.why


def test_where_no_score_tells_right_from_wrong_none_is_proposed() -> None:
    advice = proposed_threshold([(95.0, R), (95.0, W)] * 8)

    assert (advice.reason, advice.threshold, advice.right, advice.judged) == (Reason.TOO_MANY_WRONG, None, 8, 16)
