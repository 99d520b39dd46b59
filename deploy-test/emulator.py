"""Starts the emulator with what its IAM lacks and our roles rest on.

The condition key dynamodb:LeadingKeys: the partition keys that a request names. A transaction is asked for action by
action, with the keys of all its items of that action. And the batches of SQS, which AWS allows by the action of one
message.
"""

import json
import re

from ministack import app
from ministack.core import iam_actions, iam_evaluator

# lib/dynamo/schema.ts
PARTITION_KEY = "pk"
ACTIONS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
SINGLE = {f"sqs:{one}Batch": f"sqs:{one}" for one in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")}
BY_ACTION = "test-deploy:LeadingKeysByAction"

context_of = iam_actions.dynamodb_service_context
enforce = iam_evaluator.enforce


def text(value):
    return value.get("S") if isinstance(value, dict) else None


def keys_of(request):
    """Of one item, of a batch's items, or of a query's partition."""
    items = [request.get("Key"), request.get("Item")]
    for table in request.get("RequestItems", {}).values():
        items += table.get("Keys", []) if isinstance(table, dict) else []
    keys = [text(item.get(PARTITION_KEY)) for item in items if item]
    asked = re.match(r"\s*[#\w]+ *= *(:\w+)", request.get("KeyConditionExpression", ""))
    if asked:
        keys.append(text(request.get("ExpressionAttributeValues", {}).get(asked.group(1))))
    return [key for key in keys if key is not None]


def context_with_keys(body):
    request = json.loads(body or b"{}")
    context = context_of(body)
    keys = keys_of(request)
    if keys:
        context["dynamodb:LeadingKeys"] = keys
    by_action = {}
    for item in request.get("TransactItems", []):
        for member, detail in item.items():
            by_action.setdefault(ACTIONS.get(member), []).extend(keys_of(detail))
    if by_action:
        context[BY_ACTION] = by_action
    return context


def enforce_with_keys(access_key_id, iam_action, *args, service_context=None, **kwargs):
    context = dict(service_context or {})
    keys = context.pop(BY_ACTION, {}).get(iam_action)
    if keys:
        context["dynamodb:LeadingKeys"] = keys
    return enforce(access_key_id, SINGLE.get(iam_action, iam_action), *args, service_context=context, **kwargs)


iam_actions.dynamodb_service_context = context_with_keys
iam_evaluator.enforce = enforce_with_keys

if __name__ == "__main__":
    app.main()
