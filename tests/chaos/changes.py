"""Changes to the small campaign (written.py), each of exactly one thing, with the invariants that it breaks."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from chaos.checker.evidence import Evidence
from tests.chaos.written import (
    CANCELLED,
    CLOSED,
    EXPIRED,
    HOOK,
    PLAIN,
    PUSHED,
    RESCUED,
    SECRET,
    SENT_TWICE,
    WAITED,
    check_facts,
    delivery_of,
    event,
    fault,
    job,
    job_of,
    moment,
    outdated,
    post,
    post_of,
    pull,
    reply,
    row_of,
    rows_of,
    summary,
    webhook,
)

Change = Callable[[Evidence], object]
LATE = 1_000.0
UNAVAILABLE = 503
CHANGES: dict[str, tuple[Change, set[str]]] = {}


def breaks(*numbers: str) -> Callable[[Change], Change]:
    """Register the decorated change. The first invariant is the one it is about, the others follow from it."""

    def register(change: Change) -> Change:
        CHANGES[change.__name__.replace("_", " ")] = change, set(numbers)
        return change

    return register


# What came through the door.


@breaks("I1", "I16")
def an_answered_delivery_is_not_stored(evidence: Evidence) -> None:
    evidence.rows("webhook_deliveries").remove(delivery_of(evidence, PLAIN))


@breaks("I1")
def an_answered_delivery_has_neither_a_job_nor_a_reason(evidence: Evidence) -> None:
    delivery_of(evidence, PLAIN)["job_id"] = None


@breaks("I1")
def an_answered_delivery_names_a_job_that_is_not_there(evidence: Evidence) -> None:
    delivery_of(evidence, PLAIN)["job_id"] = uuid4()


@breaks("I2")
def a_body_is_not_the_one_that_was_sent(evidence: Evidence) -> None:
    delivery_of(evidence, PLAIN)["body_sha256"] = "other"


@breaks("I2")
def a_body_is_noted_under_another_digest(evidence: Evidence) -> None:
    delivery_of(evidence, PLAIN)["stored_sha256"] = "other"


@breaks("I3")
def a_delivery_that_came_twice_is_stored_twice(evidence: Evidence) -> None:
    evidence.rows("webhook_deliveries").append(delivery_of(evidence, SENT_TWICE))


@breaks("I3")
def two_live_jobs_do_the_same_work(evidence: Evidence) -> None:
    job(evidence, PUSHED, "enqueue supersede", at=102.5)


@breaks("I3")
def a_job_is_retried_by_hand_while_another_does_its_work(evidence: Evidence) -> None:
    job(evidence, PLAIN, "enqueue supersede retry_by_hand supersede", at=68.5)  # the other lives from 70 to 73


@breaks("I12")
def a_delivery_has_the_job_of_another_organization(evidence: Evidence) -> None:
    delivery_of(evidence, PLAIN)["repository"] = "acme/app"


@breaks("I12")
def a_job_is_resumed_by_the_event_of_another_organization(evidence: Evidence) -> None:
    evidence.rows("workflow_events")[0]["scope"] = "acme"


@breaks("I13")
def a_delivery_has_an_unknown_verdict(evidence: Evidence) -> None:
    delivery_of(evidence, PLAIN)["verdict"] = "LOST"


@breaks("I13", "I5")
def a_job_has_no_history(evidence: Evidence) -> None:
    for row in rows_of(evidence, PLAIN):
        evidence.rows("job_execution_history").remove(row)


@breaks("I13b")
def a_job_counts_an_attempt_too_many(evidence: Evidence) -> None:
    job_of(evidence, PLAIN)["attempt"] += 1


@breaks("I13b")
def a_job_forgets_that_it_took_a_worker_down(evidence: Evidence) -> None:
    made = job(evidence, PLAIN, "enqueue claim rescue cancel", at=200)
    assert made["crashes"] == 0


@breaks("I13b")
def a_job_counts_a_retry_that_was_free(evidence: Evidence) -> None:
    job(evidence, PLAIN, "enqueue claim retry cancel", at=200)
    row_of(evidence, PLAIN, "retry")["detail"]["charged"] = False


@breaks("I13b")
def a_review_is_said_to_be_on_github_and_is_not(evidence: Evidence) -> None:
    evidence.rows("reviews")[0]["github_review_id"] = "unheard of"


@breaks("I13b")
def something_waits_when_all_work_has_ended(evidence: Evidence) -> None:
    evidence.vitals["dispatch"]["since_seconds"] = 0.1


@breaks("I13b")
def something_is_not_well_when_all_work_has_ended(evidence: Evidence) -> None:
    evidence.vitals["dispatch"]["status"] = "degraded"


@breaks("I16")
def a_delivery_that_was_never_sent_is_not_recovered(evidence: Evidence) -> None:
    evidence.github.append({"fact": "webhook_lost", "monotonic": LATE, "delivery": "lost"})


@breaks("I16")
def a_delivery_that_was_refused_is_not_recovered(evidence: Evidence) -> None:
    fault(evidence, "database killed", began=LATE, mended=LATE)
    webhook(evidence, PLAIN, at=LATE, status=503)


@breaks("I16b")
def a_delivery_is_refused_although_the_database_is_there(evidence: Evidence) -> None:
    evidence.faults.clear()


@breaks("I16b")
def a_delivery_is_refused_long_after_the_database_was_mended(evidence: Evidence) -> None:
    evidence.faults[0].update(began=80, mended=90)


@breaks("I16b")
def a_delivery_is_refused_before_the_database_was_killed(evidence: Evidence) -> None:
    evidence.faults[0].update(began=99.5)


@breaks("I16b")
def a_delivery_is_refused_because_a_door_was_killed(evidence: Evidence) -> None:
    evidence.faults[0]["fault"] = "door killed"


@breaks("I16b")
def a_delivery_is_answered_with_an_error_of_the_code(evidence: Evidence) -> None:
    fact = next(fact for fact in evidence.facts("webhook_answered") if fact["status"] == UNAVAILABLE)
    fact["status"] = 500


# The engine.


@breaks("I4")
def a_job_is_left_in_the_middle(evidence: Evidence) -> None:
    evidence.rows("job_execution_history").remove(row_of(evidence, PLAIN, "complete"))
    job_of(evidence, PLAIN)["status"] = "PROCESSING"


@breaks("I5")
def a_job_is_not_what_its_history_says(evidence: Evidence) -> None:
    job_of(evidence, PLAIN)["status"] = "FAILED"


@breaks("I5", "I13b")
def a_history_lacks_a_row(evidence: Evidence) -> None:
    evidence.rows("job_execution_history").remove(row_of(evidence, PLAIN, "claim"))


@breaks("I5")
def a_history_lacks_its_beginning(evidence: Evidence) -> None:
    evidence.rows("job_execution_history").remove(row_of(evidence, PLAIN, "enqueue"))


@breaks("I5")
def a_verb_leads_where_it_does_not_lead(evidence: Evidence) -> None:
    row_of(evidence, PLAIN, "complete")["verb"] = "fail"


@breaks("I5")
def a_verb_starts_where_it_does_not_start(evidence: Evidence) -> None:
    job(evidence, PLAIN, "enqueue complete", at=200)


@breaks("I5")
def a_history_begins_in_its_middle(evidence: Evidence) -> None:
    row_of(evidence, PLAIN, "enqueue")["verb"] = "fold"


@breaks("I5")
def a_verb_is_unknown(evidence: Evidence) -> None:
    row_of(evidence, PLAIN, "checkpoint")["verb"] = "daydream"


@breaks("I5")
def a_claim_does_not_raise_the_fence(evidence: Evidence) -> None:
    row_of(evidence, RESCUED, "claim")["fence"] = 1


@breaks("I5")
def a_history_goes_back_in_time(evidence: Evidence) -> None:
    row_of(evidence, PLAIN, "complete")["at"] -= timedelta(seconds=2)


@breaks("I6")
def a_worker_writes_to_a_job_that_another_holds(evidence: Evidence) -> None:
    row_of(evidence, RESCUED, "checkpoint")["actor"] = row_of(evidence, RESCUED, "rescue")["detail"]["worker"]


@breaks("I6")
def a_job_is_taken_away_before_its_lease_ran_out(evidence: Evidence) -> None:
    row_of(evidence, RESCUED, "rescue")["detail"]["lease_until"] = moment(LATE).isoformat()


@breaks("I9")
def a_message_is_left_to_send(evidence: Evidence) -> None:
    evidence.rows("outbox_messages").append({"id": 1, "job_id": job_of(evidence, PLAIN)["id"], "sent_at": None})


@breaks("I9")
def a_message_is_about_a_job_that_was_never_committed(evidence: Evidence) -> None:
    evidence.logs["worker-0"].write_text(outdated(uuid4()))


@breaks("I10", "I5")
def a_job_is_woken_twice_from_one_pause(evidence: Evidence) -> None:
    resumed = row_of(evidence, WAITED, "resume")
    history = evidence.rows("job_execution_history")
    history.insert(history.index(resumed), {**resumed})


@breaks("I10")
def a_job_waits_past_the_event_that_came_for_it(evidence: Evidence) -> None:
    event(evidence, EXPIRED, at=101.5)


@breaks("I11")
def a_duty_is_done_twice_in_one_tick(evidence: Evidence) -> None:
    job(evidence, HOOK, "enqueue claim checkpoint complete", at=90, kind="DELIVERY_RECOVERY")


@breaks("I18")
def a_job_is_cancelled_by_hand_without_a_reason(evidence: Evidence) -> None:
    row_of(evidence, CANCELLED, "cancel")["detail"].clear()


@breaks("I18")
def a_job_is_retried_by_hand_without_a_reason(evidence: Evidence) -> None:
    job(evidence, CANCELLED, "enqueue cancel retry_by_hand claim complete", at=200)
    row_of(evidence, CANCELLED, "retry by hand")["detail"].clear()


@breaks("I18", "I7")
def a_job_is_cancelled_by_nobody(evidence: Evidence) -> None:
    row_of(evidence, CANCELLED, "cancel")["actor"] = ""


# What GitHub saw.


@breaks("I7", "I13b")
def an_open_pull_request_is_not_reviewed(evidence: Evidence) -> None:
    evidence.github.remove(post_of(evidence, PLAIN))


@breaks("I7")
def a_pull_request_is_not_reviewed_although_somebody_retried_its_job(evidence: Evidence) -> None:
    row_of(evidence, CANCELLED, "cancel")["actor"] = "webhook"
    job(evidence, CANCELLED, "enqueue claim fail retry_by_hand claim complete", at=200)


@breaks("I7", "I13b")
def a_review_was_not_applied_whatever_was_answered(evidence: Evidence) -> None:
    post_of(evidence, PLAIN)["applied"] = False


@breaks("I7")
def the_last_head_of_a_pull_request_is_not_reviewed(evidence: Evidence) -> None:
    pull(evidence, PLAIN, at=LATE, head="b")


@breaks("I7")
def a_head_pushed_after_somebody_cancelled_is_not_reviewed(evidence: Evidence) -> None:
    pull(evidence, CANCELLED, at=LATE, head="b")


@breaks("I7")
def a_head_is_reviewed_again_after_an_answer_was_lost(evidence: Evidence) -> None:
    post(evidence, PLAIN, at=LATE, head="a", status=None)


@breaks("I7b")
def a_review_is_posted_long_after_the_pull_request_was_closed(evidence: Evidence) -> None:
    post_of(evidence, CLOSED)["monotonic"] = LATE


@breaks("I7c")
def a_check_run_is_left_open(evidence: Evidence) -> None:
    evidence.github.remove(check_facts(evidence, PLAIN)[1])


@breaks("I7c")
def a_check_run_is_opened_again(evidence: Evidence) -> None:
    check_facts(evidence, PLAIN)[1]["body"]["status"] = "in_progress"


@breaks("I7c")
def a_review_has_two_check_runs(evidence: Evidence) -> None:
    made, _ = check_facts(evidence, PLAIN)
    evidence.github.append({**made, "made": LATE, "body": {**made["body"], "status": "completed"}})


@breaks("I8")
def an_old_head_is_reviewed_after_a_newer_one(evidence: Evidence) -> None:
    post(evidence, PUSHED, at=LATE, head="a")


@breaks("I7d")
def a_pull_request_has_two_summaries(evidence: Evidence) -> None:
    summary(evidence, PLAIN, at=LATE, head="a", again=True)


@breaks("I7e")
def a_thread_is_told_twice_that_its_finding_is_fixed(evidence: Evidence) -> None:
    reply(evidence, SENT_TWICE, at=LATE)


@breaks("I8b")
def the_summary_tells_of_an_older_head_again(evidence: Evidence) -> None:
    summary(evidence, PUSHED, at=LATE, head="a")


# The house around it.


@breaks("I14")
def a_secret_stands_in_the_log_of_a_process(evidence: Evidence) -> None:
    evidence.logs["worker-0"].write_text(f"the token is {SECRET}")


@breaks("I14")
def a_secret_is_sent_to_github(evidence: Evidence) -> None:
    post_of(evidence, PLAIN)["body"]["body"] = f"the token is {SECRET}"


@breaks("I15")
def a_process_more_runs_after_the_faults(evidence: Evidence) -> None:
    evidence.rested[1]["processes"] += 1


@breaks("I15")
def sessions_are_opened_without_end(evidence: Evidence) -> None:
    evidence.rested[1]["database sessions"] += 40


@breaks("I15")
def a_process_is_there_when_all_has_ended(evidence: Evidence) -> None:
    evidence.ended["processes"] = 1


@breaks("I17")
def one_organization_waits_much_longer(evidence: Evidence) -> None:
    for row in evidence.rows("job_execution_history"):
        if evidence.jobs[row["job_id"]]["organization"] == "acme" and row["verb"] == "enqueue":
            row["at"] -= timedelta(minutes=1)
