"""Answers from the tables of a deployment, by Athena."""

import time
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra import remedies
from infra.queries.answer import Answer, NoAnswer
from infra.queries.statements import Statement

_PAUSES = (0.2, 0.5, 1.0)
_TYPES = {"double": float, "bigint": int, "integer": int}


def answer(client: Any, stack: str, statement: Statement) -> Answer:
    """The rows of a statement over the records of a stack, whose work group has its name. Raises NoAnswer."""
    query: dict[str, Any] = {"QueryString": statement.sql, "WorkGroup": stack}
    query["QueryExecutionContext"] = {"Database": database(stack)}
    if statement.parameters:
        query["ExecutionParameters"] = [_literal(value) for value in statement.parameters]
    try:
        id = client.start_query_execution(**query)["QueryExecutionId"]
        execution = _finished(client, id)
        columns, *rows = _rows(client, id)
    except (BotoCoreError, ClientError) as error:
        raise NoAnswer(f"Athena does not answer: {remedies.told(error)}{_hint(error, stack)}") from error
    return Answer(columns, rows, execution["Statistics"]["DataScannedInBytes"])


def _hint(error: BotoCoreError | ClientError, stack: str) -> str:
    """What to check where Athena takes the request for a wrong one: there is no work group, or no table."""
    if isinstance(error, ClientError) and error.response["Error"]["Code"] == "InvalidRequestException":
        return f" Is {stack} the name of the stack (--stack), and was it deployed with Analysis=on?"
    return ""


def database(stack: str) -> str:
    """The database of a stack: its name, with the letters that Athena wants in names."""
    return stack.replace("-", "_")


def _literal(value: str) -> str:
    """A parameter as Athena wants those that are strings: in single quotes, doubled inside."""
    return "'" + value.replace("'", "''") + "'"


def _finished(client: Any, id: str) -> dict[str, Any]:
    for number in range(10_000):
        execution: dict[str, Any] = client.get_query_execution(QueryExecutionId=id)["QueryExecution"]
        state = execution["Status"]["State"]
        if state == "SUCCEEDED":
            return execution
        if state in ("FAILED", "CANCELLED"):
            raise NoAnswer(f"Athena could not answer: {execution['Status'].get('StateChangeReason', state)}")
        time.sleep(_PAUSES[min(number, len(_PAUSES) - 1)])
    raise NoAnswer("Athena did not answer in time.")


def _rows(client: Any, id: str) -> Iterator[list[Any]]:
    """The names of the columns, then the rows, whose values come as text."""
    first = True
    for page in client.get_paginator("get_query_results").paginate(QueryExecutionId=id):
        columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        if first:
            yield [column["Name"] for column in columns]
        for row in page["ResultSet"]["Rows"][1 if first else 0 :]:
            yield [_value(cell, column["Type"]) for cell, column in zip(row["Data"], columns, strict=True)]
        first = False


def _value(cell: dict[str, str], kind: str) -> Any:
    """A value in its own type; one that is missing has no text."""
    text = cell.get("VarCharValue")
    return None if text is None else _TYPES.get(kind, str)(text)
