/*
 * Reports a gap with Temporal's TypeScript SDK: starts a recovery of the symbol or joins the one that runs, follows it, prints its result.
 *
 *   npm ci && TEMPORAL_ADDRESS=127.0.0.1:7233 npx tsx recover.ts BTCUSDT [FIRST_MISSING_UPDATE LAST_UPDATE]
 *
 * Exit codes as the command has them: 0 committed, 3 rolled back, 5 not known.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Client, Connection, WithStartWorkflowOperation, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

const FOLLOW_MS = 120_000;
const LATE = Symbol('late');

interface Receipt {
  joined: boolean;
  runId: string;
}

async function recover(symbol: string, first: number | null, last: number | null): Promise<number> {
  const apiKey = process.env.TEMPORAL_API_KEY;
  const connection = await Connection.connect({
    address: process.env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233',
    apiKey,
    tls: apiKey !== undefined,
  });
  try {
    const client = new Client({ connection, namespace: process.env.TEMPORAL_NAMESPACE ?? 'default' });
    // One id for the report: sent again after a lost answer, it is the same report.
    const report = randomUUID();
    const request = {
      symbol,
      gap: { firstUpdateId: first, lastUpdateId: last },
      reason: 'seen by recover.ts',
      requestedBy: 'recover.ts',
      requestId: report,
    };
    const receipt = (await client.workflow.executeUpdateWithStart('report', {
      updateId: report,
      args: [request],
      startWorkflowOperation: new WithStartWorkflowOperation('Reanchor', {
        workflowId: `reanchor-${symbol}`,
        taskQueue: 'reanchor',
        args: [request],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowExecutionTimeout: '1 day',
        workflowTaskTimeout: '5 seconds',
      }),
    })) as Receipt;
    console.error(receipt.joined ? 'joined' : 'started', receipt.runId);

    const run = client.workflow.getHandle(`reanchor-${symbol}`, receipt.runId);
    console.error(((await run.query('status')) as { stage: string }).stage);
    const result = await Promise.race([run.result(), setTimeout(FOLLOW_MS, LATE, { ref: false })]);
    if (result === LATE) {
      console.error('not known yet: ask for its status');
      return 5;
    }
    console.log(JSON.stringify(result));
    return 0;
  } catch (failed) {
    const cause = failed instanceof WorkflowFailedError ? failed.cause : undefined;
    if (!(cause instanceof ApplicationFailure) || !cause.details?.length) {
      throw failed; // terminated, or timed out: nobody undid anything, see docs/what-if.md
    }
    console.error(`${cause.type}: ${cause.message}`);
    console.log(JSON.stringify(cause.details[0]));
    return 3;
  } finally {
    await connection.close();
  }
}

const [symbol, first, last] = process.argv.slice(2);
process.exitCode = await recover(symbol, first ? Number(first) : null, last ? Number(last) : null);
