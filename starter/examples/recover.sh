#!/usr/bin/env bash
# Reports a gap with curl alone, through Temporal's HTTP API (start-dev: --http-port; a server: frontend.httpPort): starts a recovery of the symbol or
# joins the one that runs, follows it, prints its result. Needs curl and jq.
#
#   TEMPORAL_HTTP=http://127.0.0.1:7243 ./recover.sh BTCUSDT [FIRST_MISSING_UPDATE LAST_UPDATE]
#
# Exit codes as the command has them: 0 committed, 3 rolled back, 5 not known.
set -euo pipefail

symbol="$1"
api="${TEMPORAL_HTTP:-http://127.0.0.1:7243}/api/v1/namespaces/${TEMPORAL_NAMESPACE:-default}/workflows"
key=()
[ -z "${TEMPORAL_API_KEY:-}" ] || key=(-H "Authorization: Bearer $TEMPORAL_API_KEY")
post() { curl --silent --show-error --fail-with-body -X POST -H 'Content-Type: application/json' "${key[@]}" "$api/$1" --data-binary @-; }

# One id for the report: sent again after a lost answer, it is the same report.
report="$(uuidgen 2> /dev/null || cat /proc/sys/kernel/random/uuid)"
request="$(jq -nc --arg symbol "$symbol" --arg id "$report" --argjson from "${2:-null}" --argjson to "${3:-null}" \
  '{symbol: $symbol, gap: {firstUpdateId: $from, lastUpdateId: $to}, reason: "seen by recover.sh", requestedBy: "recover.sh", requestId: $id}')"

# Start or join: one call, two operations, both or none.
run="$(jq -nc --argjson request "$request" --arg id "reanchor-$symbol" --arg report "$report" --arg namespace "${TEMPORAL_NAMESPACE:-default}" '{operations: [
    {startWorkflow: {
      namespace: $namespace, workflowId: $id, requestId: $report,
      workflowType: {name: "Reanchor"}, taskQueue: {name: "reanchor"}, input: [$request],
      workflowIdConflictPolicy: "WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING", workflowExecutionTimeout: "86400s", workflowTaskTimeout: "5s"}},
    {updateWorkflow: {
      namespace: $namespace, workflowExecution: {workflowId: $id},
      waitPolicy: {lifecycleStage: "UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED"},
      request: {meta: {updateId: $report, identity: "recover.sh"}, input: {name: "report", args: [$request]}}}}]}' \
  | post execute-multi-operation \
  | jq -er '.responses[1].updateWorkflow.outcome | if .success then .success[0] else error(.failure.message) end | (if .joined then "joined" else "started" end) + " " + .runId')"
echo "$run" >&2
run="${run#* }"

# Where it stands, whenever that changes, until it has ended.
stage=""
for _ in $(seq 600); do
  status="$(echo '{}' | post "reanchor-$symbol/query/status?execution.runId=$run" | jq -c '.queryResult[0]')"
  now="$(jq -r '.stage' <<< "$status")"
  [ "$now" = "$stage" ] || echo "$now" >&2
  stage="$now"
  case "$stage" in
    COMMITTED | ROLLED_BACK | REHEARSED | SUPERSEDED) break ;;
  esac
  sleep 0.2
done

jq -c '.result' <<< "$status"
case "$stage" in
  COMMITTED | REHEARSED) ;;
  ROLLED_BACK) exit 3 ;;
  *) exit 5 ;;
esac
