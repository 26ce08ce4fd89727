"""Reports a gap with Temporal's Python SDK: starts a recovery of the symbol or joins the one that runs, follows it, prints its result.

    TEMPORAL_ADDRESS=127.0.0.1:7233 python recover.py BTCUSDT [FIRST_MISSING_UPDATE LAST_UPDATE]

Exit codes as the command has them: 0 committed, 3 rolled back, 5 not known. Needs requirements.txt.
"""

import asyncio
import json
import os
import sys
import uuid
from datetime import timedelta

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

FOLLOW = timedelta(minutes=2)


async def recover(symbol: str, first: int | None, last: int | None) -> int:
    client = await Client.connect(
        os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233"),
        namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"),
        api_key=os.environ.get("TEMPORAL_API_KEY"),
        tls="TEMPORAL_API_KEY" in os.environ,
    )
    # One id for the report: sent again after a lost answer, it is the same report.
    report = str(uuid.uuid4())
    request = {
        "symbol": symbol,
        "gap": {"firstUpdateId": first, "lastUpdateId": last},
        "reason": "seen by recover.py",
        "requestedBy": "recover.py",
        "requestId": report,
    }
    receipt = await client.execute_update_with_start_workflow(
        "report",
        request,
        id=report,
        start_workflow_operation=WithStartWorkflowOperation(
            "Reanchor",
            request,
            id=f"reanchor-{symbol}",
            task_queue="reanchor",
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            execution_timeout=timedelta(days=1),
            task_timeout=timedelta(seconds=5),
        ),
    )
    print("joined" if receipt["joined"] else "started", receipt["runId"], file=sys.stderr)

    run = client.get_workflow_handle(f"reanchor-{symbol}", run_id=receipt["runId"])
    print((await run.query("status"))["stage"], file=sys.stderr)
    try:
        result = await asyncio.wait_for(run.result(), FOLLOW.total_seconds())
    except asyncio.TimeoutError:
        print("not known yet: ask for its status", file=sys.stderr)
        return 5
    except WorkflowFailureError as failed:
        if not isinstance(failed.cause, ApplicationError) or not failed.cause.details:
            raise  # terminated, or timed out: nobody undid anything, see docs/what-if.md
        print(f"{failed.cause.type}: {failed.cause.message}", file=sys.stderr)
        print(json.dumps(failed.cause.details[0]))
        return 3
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    ids = [int(argument) for argument in sys.argv[2:4]] or [None, None]
    code = asyncio.run(recover(sys.argv[1], *ids))
    # Not sys.exit: the SDK's own threads outlive the loop, and now and then abort an interpreter that ends under them (temporalio/sdk-python #300).
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
