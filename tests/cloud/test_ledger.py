"""One contract for both ledgers: what is claimed is one worker's, what is counted is counted once."""

import time
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from function.storage.aws.dynamodb import DynamoLedger
from function.storage.ledger import Ledger, MemoryLedger
from tests.cloud.conftest import LEDGER, Cloud


@pytest.fixture(params=["memory", "table"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    if request.param == "memory":
        return MemoryLedger()
    request.getfixturevalue("cloud")
    return DynamoLedger(LEDGER)


def test_a_claim_is_one_workers_until_it_is_given_back(ledger: Ledger) -> None:
    assert ledger.claim("a", 60)
    assert not ledger.claim("a", 60)
    assert ledger.claim("b", 60)
    ledger.release("a")
    assert ledger.claim("a", 60)


def test_a_claim_of_a_worker_that_crashed_runs_out(ledger: Ledger) -> None:
    assert ledger.claim("a", 1)
    time.sleep(2.1)  # the table counts in whole seconds
    assert ledger.claim("a", 60)


def test_what_was_never_claimed_can_be_given_back(ledger: Ledger) -> None:
    ledger.release("a")


def test_a_day_has_its_limit_and_the_next_one_another(ledger: Ledger) -> None:
    assert [ledger.count("2026-11-28", 2) for _ in range(4)] == [True, True, False, False]
    assert ledger.count("2026-11-29", 2)


def test_of_eight_who_ask_at_once_one_gets_the_claim_and_three_are_counted(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: ledger.claim("a", 60), range(8))) == [False] * 7 + [True]
        assert sum(pool.map(lambda _: ledger.count("2026-11-28", 3), range(8))) == 3


def test_the_table_holds_no_id_and_forgets(cloud: Cloud) -> None:
    id = "3f8a1c5e9b7d4f2086ac1d3e5b790f24"
    assert DynamoLedger(LEDGER).claim(id, 60) and DynamoLedger(LEDGER).count("2026-11-28", 9)
    items = boto3.client("dynamodb").scan(TableName=LEDGER)["Items"]
    assert len(items) == 2
    assert id not in str(items)
    assert all(int(item["expires_at"]["N"]) > time.time() for item in items)
