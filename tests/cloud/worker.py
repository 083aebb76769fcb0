"""A worker process that notes every inference: `python -m tests.cloud.worker NOTES`, with the cloud's environment.

The notes get the upload's name after its inference and before its record is written.
"""

import os
import sys

from function import jobs
from function.app import App
from function.aws.poller import Poller
from function.records import Record
from function.settings import Settings
from function.storage.aws import sqs
from function.storage.connect import connect


def main() -> None:
    sqs.RETRY_SECONDS = (1,)  # a test waits for the last attempt
    jobs.CLAIM_SECONDS = 1  # as in the template, a claim ends before its message comes back, here after 2 s
    settings = Settings.from_environment(os.environ)
    notes = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(record: Record) -> None:
        os.write(notes, f"{record.get('id')}\n".encode())

    poller = Poller(App(settings, connect(settings), observe=note))
    while True:
        poller.poll()


if __name__ == "__main__":
    main()
